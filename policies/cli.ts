import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { load } from "js-yaml";
import { evaluate } from "./evaluate";
import { Graph } from "./graph/graph";
import { reportVariable, writtenReport, type WrittenReport } from "./report-file";
import { rules } from "./rules";
import { readPolicySettings, SettingsError } from "./settings";
import { fromStateExport, StateError } from "./sources/state";

const USAGE = `usage: npm run policy -- <stack | state.json> [--stack <stack>] [--json]
  Judges a stack, as a preview of the real engine shows it (no cluster needed), or a state export
  (pulumi stack export --file state.json). --stack says whose environment, exemptions and rule settings hold for an
  export; by default those of the stack that it names.
  Exit code: 0 no violation of a mandatory rule, 1 violations, 2 the check could not run.`;

/** The check could not run; the message is for the user. */
class CannotRun extends Error {}

function main(): number {
  const { values, positionals } = parseCommand();
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const [target, ...more] = positionals;
  if (target === undefined || more.length > 0) throw new CannotRun(USAGE);
  const root = projectRoot();
  const report =
    existsSync(target) && statSync(target).isFile() ? judgeState(target, root, values.stack) : judgeStack(target, root);
  const colour = process.stdout.isTTY && (process.env.NO_COLOR ?? "") === "";
  const text = colour ? report.coloured : report.text;
  process.stdout.write(values.json ? `${JSON.stringify(report.json, undefined, 2)}\n` : text);
  return report.blocked ? 1 : 0;
}

function parseCommand() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        stack: { type: "string", short: "s" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (error) {
    throw new CannotRun(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
}

/** The pack itself writes what it found in a preview, so that this is what an update would be judged by. */
function judgeStack(stack: string, root: string): WrittenReport {
  const known = stackNames(root);
  if (!known.includes(stack)) {
    throw new CannotRun(
      `"${stack}" is neither a file nor a stack; there is ${known.map((name) => `Pulumi.${name}.yaml`).join(", ")}.`,
    );
  }
  const folder = mkdtempSync(path.join(tmpdir(), "altlas-policy-"));
  const file = path.join(folder, "report.json");
  try {
    const { status } = spawnSync(
      process.execPath,
      [path.join(root, "bin", "ts.cjs"), "sandbox/preview.ts", stack, "--json"],
      {
        cwd: root,
        env: { ...process.env, [reportVariable]: file },
        // Progress goes to the terminal. The failures that it may end with are in the report, told once.
        stdio: ["ignore", "ignore", process.stderr.isTTY ? "inherit" : "ignore"],
      },
    );
    if (!existsSync(file)) {
      throw new CannotRun(
        `The preview of ${stack} ended with exit code ${status ?? 1} before anything was judged; see: npm run preview -- ${stack}`,
      );
    }
    return JSON.parse(readFileSync(file, "utf8")) as WrittenReport;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function judgeState(file: string, root: string, chosen: string | undefined): WrittenReport {
  let exported: unknown;
  try {
    exported = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new CannotRun(`${file} cannot be read as JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const resources = fromStateExport(exported);
  const own = resources.flatMap(({ urn }) => /^urn:pulumi:([^:]+)::/.exec(urn ?? "")?.[1] ?? [])[0];
  const known = stackNames(root);
  if (chosen !== undefined && !known.includes(chosen)) throw new CannotRun(`There is no Pulumi.${chosen}.yaml.`);
  const stack = chosen ?? own;
  const config =
    stack !== undefined && known.includes(stack) ? readConfig(path.join(root, `Pulumi.${stack}.yaml`)) : {};
  const report = evaluate(new Graph(resources), {
    rules,
    settings: readPolicySettings(config, rules),
    today: new Date().toISOString().slice(0, 10),
  });
  return writtenReport(report);
}

function stackNames(root: string): string[] {
  return readdirSync(root).flatMap((name) => /^Pulumi\.([\w.-]+)\.yaml$/.exec(name)?.[1] ?? []);
}

/** A stack's configuration as the engine would hand it over: structured values as JSON text. */
function readConfig(file: string): Record<string, string> {
  const { config } = (load(readFileSync(file, "utf8")) ?? {}) as { config?: Record<string, unknown> };
  return Object.fromEntries(
    Object.entries(config ?? {}).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

/** The bundle that runs lies in a cache folder; the project is the folder above it that has the Pulumi.yaml. */
function projectRoot(): string {
  for (let folder = __dirname; folder !== path.dirname(folder); folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, "Pulumi.yaml"))) return folder;
  }
  throw new CannotRun("There is no Pulumi.yaml above this command.");
}

try {
  process.exitCode = main();
} catch (error) {
  if (!(error instanceof Error)) throw error;
  const expected = error instanceof CannotRun || error instanceof SettingsError || error instanceof StateError;
  if (!expected) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
