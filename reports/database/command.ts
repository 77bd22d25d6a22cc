import { type Outcome } from "../command";
import { type LiveWorld } from "../live";
import { Paper } from "../text/paper";
import { type Arguments, readArguments, usage } from "./arguments";
import { type Context, type Finding, severities } from "./check";
import { checks } from "./checks";
import { collect, type Collection, type CheckResult, sample } from "./collect";
import { explain, tooOld } from "./connection/failures";
import { connect, type Session } from "./connection/session";
import { describeTarget, readTarget, type Target } from "./connection/target";
import { toData } from "./data";
import { type Facts, factsSql, majorOf, oldestMajor } from "./facts";
import { printDatabase } from "./output/text";

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
  const { facts, results } = await look(target, given, world);
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
  const paper = new Paper(world.paper);
  printDatabase(where, results, paper);
  return { output: paper.text, errors: "", exitCode };
}

function readable(url: string, { environment }: LiveWorld): Target {
  const target = readTarget(url, environment);
  if ("error" in target) throw new Refusal(target.error);
  return target;
}

async function look(
  target: Target,
  given: Arguments,
  { tell }: LiveWorld,
): Promise<{ facts: Facts; results: CheckResult[] }> {
  const waiting = progressAfter(patience, tell);
  try {
    waiting.doing(`Connecting to ${describeTarget(target)}`);
    const session = await connect(target, given.timeoutSeconds);
    try {
      const facts = await readFacts(session);
      const from: Collection = {
        session,
        target,
        timeoutSeconds: given.timeoutSeconds,
        progress: (title) => waiting.doing(`Reading: ${title}`),
      };
      const context: Context = { facts, thresholds: given.thresholds, exact: given.exact };
      const earlier = given.samples === 2 ? await firstSample(given, from, waiting.doing) : undefined;
      return { facts, results: await collect(checks, { ...context, ...(earlier && { earlier }) }, from) };
    } finally {
      await session.close();
    }
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(explain(error, target));
  } finally {
    waiting.stop();
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
