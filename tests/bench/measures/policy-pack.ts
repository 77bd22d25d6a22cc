import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { compliant } from "../../policies/fixtures";
import { PackProcess, type WireResource } from "../../policies/pack-client";
import { secretOf } from "../../support/provider-client";
import { compare, type Measure, ratioOf, type Sample } from "../measure";
import { root } from "../process";

const objects = 600;
const goal = 1.3;
/** Requests that an engine has under way at once; its default on four cores. */
const parallel = 16;

/** Loaded before the pack: writes what it used when the engine is done with it. */
const meter = `import{writeFileSync}from"node:fs";process.on("SIGTERM",()=>{writeFileSync(process.env.ALTLAS_BENCH_USAGE,JSON.stringify(process.resourceUsage()));process.exit()})`;

/** The policy pack over the engine's protocol: every resource is shown, then all. */
export const policyPack: Measure = {
  name: "policy-pack",
  question: "What does the pack of all rules take at 600 objects, against a pack of one rule?",
  async run(options) {
    const resources = registered();
    const [all, one] = ["all rules", "one rule"];
    const contenders = [
      { name: all, run: () => judge(resources, path.join(root, "policies")) },
      { name: one, run: () => judge(resources, path.join(root, "tests", "bench", "programs", "one-rule-pack")) },
    ];
    const medians = await compare(contenders, options);
    const ratio = ratioOf(
      `time of a run at ${objects} objects, all rules : one rule`,
      goal,
      medians.get(all),
      medians.get(one),
    );
    return { medians: [...medians.values()], ratios: [ratio] };
  },
};

/** A run as the engine makes it, from the start of the pack to its last answer. */
async function judge(resources: readonly WireResource[], pack: string): Promise<Sample> {
  const folder = mkdtempSync(path.join(tmpdir(), "altlas-bench-"));
  const usageFile = path.join(folder, "usage.json");
  try {
    const started = performance.now();
    const running = await PackProcess.start(
      { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(meter)}`, ALTLAS_BENCH_USAGE: usageFile },
      pack,
    );
    await running.configureStack({ "altlas:environment": "prod" });
    const waiting = [...resources];
    const engine = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        await running.remediate(next);
        await running.analyze(next);
      }
    };
    await Promise.all(Array.from({ length: parallel }, engine));
    const { diagnostics } = await running.analyzeStack(resources);
    const seconds = (performance.now() - started) / 1000;
    await running.stop();
    if (!diagnostics.some(({ policy }) => policy === "altlas-summary")) throw new Error("the pack did not end its run");
    const { userCPUTime, systemCPUTime } = JSON.parse(readFileSync(usageFile, "utf8")) as NodeJS.ResourceUsage;
    return { seconds, processor: (userCPUTime + systemCPUTime) / 1e6 };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Careful services in a namespace each, as the program would register them. */
function registered(): WireResource[] {
  const all: WireResource[] = [];
  for (let number = 0; all.length < objects; number += 1) {
    const namespace = `team-${number}`;
    for (const object of compliant().slice(0, objects - all.length)) {
      const metadata = object.metadata as Record<string, unknown>;
      if (object.kind === "Namespace") metadata.name = namespace;
      else metadata.namespace = namespace;
      const properties = object.kind === "Secret" ? { ...object, stringData: secretOf(object.stringData) } : object;
      const type = `kubernetes:${object.apiVersion as string}:${object.kind as string}`;
      all.push({ type, name: `${namespace}-${metadata.name as string}`, properties });
    }
  }
  return all;
}
