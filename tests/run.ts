// What `npm test` runs: the fast suites while missing tools are being got, then the suites that run real engines, then
// one summary whose last line is the counts. Arguments go to vitest: npm test -- tests/unit/model -t quota
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import path from "node:path";
import { parseCLI } from "vitest/node";
import { projectRoot } from "../sandbox/paths";
import { createProgress, type Progress, type ProgressStream } from "../sandbox/progress";
import { ensureTools } from "../sandbox/toolchain";
import { toolsOf } from "./support/engine-tools";
import { bySuite, readReport, renderSummary, type SuiteResult, total } from "./support/run/results";
import { ending, openScratch, type Scratch } from "./support/run/scratch";

const projectFolder = projectRoot();
const testsFolder = path.join(projectFolder, "tests");

/** A part of the tests that one vitest runs. */
interface Phase {
  readonly project: "fast" | "engine";
  readonly suites: readonly string[];
}
const fast: Phase = { project: "fast", suites: ["unit", "policies", "golden", "corpora"] };
const engine: Phase = { project: "engine", suites: ["engine"] };

const args = process.argv.slice(2);
const skipEngine = process.env.ALTLAS_SKIP_ENGINE_TESTS === "1";
/** Matches no title, so that vitest counts every test as skipped and runs no hook. */
const noTest = "^\\b$";

let interrupted: NodeJS.Signals | undefined;

/** Test files of the phase that the file filters on the command line leave; vitest takes a filter as part of a path. */
function filesOf(phase: Phase): string[] {
  const { filter } = parseCLI(["vitest", "run", ...args], { allowUnknownOptions: true });
  const wanted = filter.map((text) => path.normalize(text.replace(/:\d+$/, "")));
  return phase.suites
    .map((suite) => path.join(testsFolder, suite))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => {
      const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
    })
    .filter((file) => file.endsWith(".test.ts"))
    .filter((file) => wanted.length === 0 || wanted.some((text) => file.includes(text)));
}

/** Runs one phase to its end and reads what became of it. */
async function runPhase(phase: Phase, scratch: Scratch): Promise<SuiteResult[]> {
  if (filesOf(phase).length === 0 || interrupted) return [];
  const report = path.join(scratch.folder, `${phase.project}.json`);
  const temporary = path.join(scratch.folder, "t");
  mkdirSync(temporary, { recursive: true });
  const reporter = process.stdout.isTTY || phase.project === "fast" ? "default" : "verbose";
  const own = ["run", "--project", phase.project, `--reporter=${reporter}`, "--reporter=json"];
  const skip = phase === engine && skipEngine ? ["--testNamePattern", noTest] : [];
  const child = spawn("vitest", [...own, `--outputFile.json=${report}`, ...args, ...skip], {
    cwd: projectFolder,
    stdio: ["ignore", "inherit", "inherit"],
    // Whatever a test makes in the temporary folder lies below the scratch folder, where it is swept up.
    // Vitest keeps a token in the user's data folder; nothing outside the clone is ours to fill.
    env: { ...process.env, ...colour(), TMPDIR: temporary, XDG_DATA_HOME: path.join(scratch.folder, "data") },
  });
  const forward = (signal: NodeJS.Signals) => {
    interrupted = signal;
    child.kill(signal);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, forward);
  const step = process.stdout.isTTY ? undefined : slowProgress(30_000).step(`${phase.project} tests`);
  const code = await ending(child);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.off(signal, forward);
  step?.done();
  const read = readReport(report);
  const results = read ? bySuite(read, testsFolder) : [];
  // An error outside of any test (an unhandled rejection, a broken configuration) must not look like success.
  return code !== 0 && total(results).failed === 0 ? [...results, lost(phase.project)] : results;
}

/** In CI, vitest would colour a log file as well. */
const colour = () => (process.stdout.isTTY || process.env.FORCE_COLOR !== undefined ? {} : { NO_COLOR: "1" });

const lost = (suite: string): SuiteResult => ({ suite, files: 0, passed: 0, failed: 1, skipped: 0, seconds: 0 });

/** Plain lines, never redrawn: vitest draws on the same terminal. */
function slowProgress(plainInterval: number): Progress {
  const stream: ProgressStream = { write: (text) => process.stderr.write(text) };
  return createProgress(stream, { plainInterval });
}

/** Gets the tools that the engine tests run. A message instead, when one cannot be had. */
async function getTools(): Promise<string | undefined> {
  const files = filesOf(engine);
  if (skipEngine || files.length === 0) return undefined;
  try {
    await ensureTools(toolsOf(files), slowProgress(15_000));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function main(): Promise<number> {
  const started = performance.now();
  if (filesOf(fast).length + filesOf(engine).length === 0) {
    process.stderr.write(`No test file has ${args.join(" ")} in its path.\n`);
    return 1;
  }
  const scratch = openScratch(projectFolder);
  const [fastResults, missing] = await Promise.all([runPhase(fast, scratch), getTools()]);
  if (missing !== undefined) {
    process.stderr.write(`\nThe engine tests cannot run and count as failed:\n${missing}\n`);
    process.stderr.write("ALTLAS_SKIP_ENGINE_TESTS=1 npm test leaves them out.\n");
  }
  const results = [...fastResults, ...(missing === undefined ? await runPhase(engine, scratch) : [lost("engine")])];
  const clean = await scratch.close();
  if (!clean && !interrupted) results.push(lost("left-behind"));
  process.stdout.write("\n");
  if (skipEngine) process.stdout.write("ALTLAS_SKIP_ENGINE_TESTS=1: NO ENGINE TEST WAS RUN.\n\n");
  process.stdout.write(`${renderSummary(results, (performance.now() - started) / 1000)}\n`);
  if (interrupted) return interrupted === "SIGINT" ? 130 : 143;
  return total(results).failed === 0 ? 0 : 1;
}

void (async () => {
  process.exitCode = await main();
})();
