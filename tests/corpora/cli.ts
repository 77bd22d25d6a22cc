// `npm run corpora`: holds our policy rules against cases that this project did not write (see README.md here).
import { execFileSync, type StdioOptions } from "node:child_process";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { format, resolveConfig } from "prettier";
import { projectRoot } from "../../sandbox/paths";
import { corpora } from ".";
import { compare, shortcomings } from "./compare";
import { type Corpus } from "./corpus";
import { moduleFolder, pinnedVersion } from "./modules";
import { type Measured, renderMarkdown, renderText } from "./report";

const USAGE = `usage: npm run corpora [-- [--evidence] [<corpus> <checkout>]...]
  Without a corpus: those that a package registry carries. With --evidence: those and the named ones, and the table goes
  into docs/evidence.md. A checkout is the folder of a clone of the corpus' repository.
  Corpora: ${corpora.map(({ name, source }) => (source ? `${name} (from a registry)` : name)).join(", ")}.
  Exit code: 0 as good as documented, 1 not, 2 could not run.`;

const heading = "## Foreign cases";

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { evidence: { type: "boolean", default: false }, help: { type: "boolean", short: "h", default: false } },
  });
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const chosen = pairs(positionals);
  const measured: Measured[] = [];
  for (const corpus of corpora) {
    const checkout = chosen.get(corpus.name);
    const wanted = checkout !== undefined || (corpus.source && (values.evidence || chosen.size === 0));
    if (wanted) measured.push(await measure(corpus, checkout));
  }
  process.stdout.write(renderText(measured));
  const problems = measured.flatMap(({ comparison }) =>
    shortcomings(comparison).map((problem) => `${comparison.corpus.name}: ${problem}`),
  );
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  if (values.evidence) await writeEvidence(measured);
  return problems.length === 0 ? 0 : 1;
}

/** `<corpus> <folder>` … @throws Error for the user. */
function pairs(words: readonly string[]): ReadonlyMap<string, string> {
  const chosen = new Map<string, string>();
  for (let index = 0; index < words.length; index += 2) {
    const [name = "", folder] = words.slice(index, index + 2);
    if (!corpora.some((corpus) => corpus.name === name)) throw new Error(`There is no corpus ${name}.\n${USAGE}`);
    if (folder === undefined) throw new Error(`Name the checkout of ${name}.\n${USAGE}`);
    if (!existsSync(folder) || !statSync(folder).isDirectory()) throw new Error(`There is no folder ${folder}.`);
    chosen.set(name, path.resolve(folder));
  }
  return chosen;
}

async function measure(corpus: Corpus, checkout: string | undefined): Promise<Measured> {
  if (checkout !== undefined || !corpus.source) {
    const folder = checkout ?? "";
    return { comparison: compare(corpus, corpus.read(folder)), version: commitOf(folder) };
  }
  const { module } = corpus.source;
  const folder = await moduleFolder(module);
  return { comparison: compare(corpus, corpus.read(folder)), version: pinnedVersion(module) };
}

/** Commit of a checkout; a folder that is none has no version. */
function commitOf(folder: string): string {
  try {
    const stdio: StdioOptions = ["ignore", "pipe", "ignore"];
    return execFileSync("git", ["rev-parse", "--short=12", "HEAD"], { cwd: folder, encoding: "utf8", stdio }).trim();
  } catch {
    return "–";
  }
}

/** Replaces the section of the page, or appends it. */
async function writeEvidence(measured: readonly Measured[]): Promise<void> {
  const file = path.join(projectRoot(), "docs", "evidence.md");
  const before = existsSync(file) ? readFileSync(file, "utf8") : "# Evidence\n";
  const start = before.indexOf(`${heading}\n`);
  const next = start < 0 ? -1 : before.indexOf("\n## ", start + heading.length);
  const head = start < 0 ? before.trimEnd() : before.slice(0, start).trimEnd();
  const tail = next < 0 ? "" : before.slice(next).trimEnd();
  const named = measured.filter(({ comparison }) => !comparison.corpus.source);
  const command = [
    "npm run corpora -- --evidence",
    ...named.map(({ comparison: { corpus } }) => `${corpus.name} <checkout>`),
  ];
  const section = [
    heading,
    "",
    "Our policy rules on the test cases of other tools. `tests/corpora/README.md` says how they are mapped and counted. Made by:",
    "",
    "```sh",
    command.join(" "),
    "```",
    "",
    renderMarkdown(measured).trimEnd(),
  ].join("\n");
  const text = `${[head, "", section].join("\n")}\n${tail === "" ? "" : `${tail}\n`}`;
  writeFileSync(file, await format(text, { ...(await resolveConfig(file)), parser: "markdown" }));
}

void (async () => {
  try {
    process.exitCode = await main();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  }
})();
