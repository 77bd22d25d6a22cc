import { accessSync, constants, writeFileSync } from "node:fs";
import path from "node:path";
import { type Outcome } from "../command";
import { type LiveWorld } from "../live";
import { Paper } from "../text/paper";
import { type Arguments, readArguments, usage } from "./arguments";
import { type Context, type Finding, severities } from "./check";
import { checks } from "./checks";
import { collect, type Collection, type CheckResult, sample } from "./collect";
import { explain, failureOf, tooOld } from "./connection/failures";
import { connect, type Session } from "./connection/session";
import { describeTarget, readTarget, type Target } from "./connection/target";
import { toData } from "./data";
import { type Facts, factsSql, majorOf, oldestMajor } from "./facts";
import { toHtml } from "./output/html";
import { printDatabase } from "./output/text";
import { poolsLeftOut, poolsSql, type PoolRow, readPools } from "./pooler";

/** Seconds after which whoever waits is told what for. */
const patience = 2;

/** Something that ends the command, said in a sentence. */
class Refusal extends Error {}

/** Runs `report database`. Exit code 2: it could not run, and one sentence says why; 1: a finding that `--fail-on` asks for. */
export async function runDatabaseReport(given: readonly string[], world: LiveWorld): Promise<Outcome> {
  const read = readArguments(given);
  if ("help" in read) return { output: usage, errors: "", exitCode: 0 };
  if ("error" in read) return { output: "", errors: `${read.error}\n`, exitCode: 2 };
  try {
    return await report(read, world);
  } catch (error) {
    if (error instanceof Refusal) return { output: "", errors: `${error.message}\n`, exitCode: 2 };
    throw error;
  }
}

async function report(given: Arguments, world: LiveWorld): Promise<Outcome> {
  const target = readable(given.url, world);
  const pooler = given.poolerUrl === undefined ? undefined : readable(given.poolerUrl, world);
  const { file } = given;
  // Known before the server is asked, not after.
  if (file !== undefined) writable(file, () => accessSync(path.dirname(path.resolve(file)), constants.W_OK));
  const waiting = progressAfter(patience, world.tell);
  let looked;
  try {
    looked = await look(target, given, waiting.doing);
    if (pooler) looked.results.push(await askPooler(pooler, given, waiting.doing));
  } finally {
    waiting.stop();
  }
  const { facts, results } = looked;
  const findings = results.flatMap(({ reading }) => reading.findings);
  const exitCode = fails(findings, given) ? 1 : 0;
  const where = describeTarget(target);
  if (given.form === "json") {
    return {
      output: `${JSON.stringify({ report: "database", data: toData(facts, results) }, null, 2)}\n`,
      errors: "",
      exitCode,
    };
  }
  if (given.form === "html") return html(toHtml(where, asOf(facts), results), given, exitCode);
  const paper = new Paper(world.paper);
  printDatabase(where, results, paper);
  return { output: paper.text, errors: "", exitCode };
}

function html(page: string, { file }: Arguments, exitCode: Outcome["exitCode"]): Outcome {
  if (file === undefined) return { output: page, errors: "", exitCode };
  writable(file, () => writeFileSync(file, page));
  return { output: `${file}\n`, errors: "", exitCode };
}

function writable(file: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    throw new Refusal(
      `${file} cannot be written (${failureOf(error).code ?? "unknown reason"}): name a file in a folder that is there and yours.`,
    );
  }
}

function asOf({ version, database, role }: Facts): string {
  return `PostgreSQL ${version}, database ${database}, asked as ${role} at ${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function readable(url: string, { environment }: LiveWorld): Target {
  const target = readTarget(url, environment);
  if ("error" in target) throw new Refusal(target.error);
  return target;
}

async function look(
  target: Target,
  given: Arguments,
  doing: (what: string) => void,
): Promise<{ facts: Facts; results: CheckResult[] }> {
  try {
    doing(`Connecting to ${describeTarget(target)}`);
    const session = await connect(target, given.timeoutSeconds);
    try {
      const facts = await readFacts(session);
      if (given.exact && facts.extensions.pgstattuple === undefined) throw new Refusal(withoutTuples(facts));
      const from: Collection = {
        session,
        target,
        timeoutSeconds: given.timeoutSeconds,
        progress: (title) => doing(`Reading: ${title}`),
      };
      const context: Context = { facts, thresholds: given.thresholds, exact: given.exact };
      const earlier = given.samples === 2 ? await firstSample(given, from, doing) : undefined;
      return { facts, results: await collect(checks, { ...context, ...(earlier && { earlier }) }, from) };
    } finally {
      await session.close();
    }
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(explain(error, target));
  }
}

/** A pooler that cannot be asked leaves its section out: what the server said is worth reading all the same. */
async function askPooler(target: Target, given: Arguments, doing: (what: string) => void): Promise<CheckResult> {
  doing(`Asking the pooler at ${describeTarget(target)}`);
  try {
    const session = await connect(target, given.timeoutSeconds, "pooler");
    try {
      return readPools((await session.query(poolsSql)) as PoolRow[], given);
    } finally {
      await session.close();
    }
  } catch (error) {
    return poolsLeftOut(explain(error, target));
  }
}

async function readFacts(session: Session): Promise<Facts> {
  // Asked alone first: an old server may not know what the other question names.
  const [version] = (await session.query(
    "SELECT /* altlas report: version */ current_setting('server_version_num')::integer AS number, current_setting('server_version') AS text",
  )) as { number: number; text: string }[];
  if (!version || majorOf(version.number) < oldestMajor)
    throw new Refusal(tooOld(version?.text ?? "of an unknown version", oldestMajor));
  const [facts] = (await session.query(factsSql)) as Facts[];
  if (!facts) throw new Refusal("The server gave no answer about itself.");
  return facts;
}

function withoutTuples({ database, available }: Facts): string {
  const how = available.includes("pgstattuple") ? "" : "install postgresql-contrib at the server, then ";
  return `--exact measures with the extension pgstattuple, which is not made in database ${database}: ${how}run CREATE EXTENSION pgstattuple; there as a superuser, or leave --exact out.`;
}

async function firstSample(
  { intervalSeconds }: Arguments,
  from: Collection,
  doing: (what: string) => void,
): Promise<Context["earlier"]> {
  const sampled = checks.find((check) => check.sampled);
  if (!sampled) return undefined;
  const started = performance.now();
  const rows = await sample(sampled, from);
  doing(`Waiting ${intervalSeconds} s for the second sample`);
  await new Promise((resolve) => setTimeout(resolve, intervalSeconds * 1000));
  return { rows, seconds: (performance.now() - started) / 1000 };
}

function fails(findings: readonly Finding[], { failOn }: Arguments): boolean {
  if (failOn === undefined) return false;
  const bad = severities.slice(0, severities.indexOf(failOn) + 1);
  return findings.some(({ severity }) => bad.includes(severity));
}

/** Tells what is being done once it has taken longer than anybody waits in silence, and each step from then on. */
function progressAfter(
  seconds: number,
  tell: (line: string) => void,
): { doing: (what: string) => void; stop: () => void } {
  let [current, patient] = ["", true];
  const timer = setTimeout(() => {
    patient = false;
    if (current !== "") tell(`${current} …`);
  }, seconds * 1000);
  return {
    doing: (what) => {
      current = what;
      if (!patient) tell(`${what} …`);
    },
    stop: () => clearTimeout(timer),
  };
}
