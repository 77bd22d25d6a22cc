import { judge, type Verdict } from "../model/capacity/judge";
import { type Amount, evenly, nodeCount, type PodGroup } from "../model/capacity/pods";
import { type RehearsalCluster } from "./cluster";
import { type Random, seededRandom } from "./random";
import { type Outcome, prepareTrials, runTrials } from "./schedule";
import { type Trial } from "./trial";

/** A generated case with what the model said and what the scheduler did in each of its runs. */
export interface JudgedCase {
  readonly trial: Trial;
  readonly verdict: Verdict["verdict"];
  /** Pods without a node, run by run. */
  readonly pending: readonly number[];
  /** Whether the runs contradict the verdict. */
  readonly wrong: boolean;
}

/** Nodes at once in the cluster; simulated ones cost some memory and heartbeats each. */
const nodesAtOnce = 200;

/** Machines to choose from, as pods find them (CPU and memory of 4 × 16, 8 × 16, 4 × 32 and 2 × 8 machines). */
const machines: readonly [Amount, ...Amount[]] = [
  { cpuMillicores: 3920, memoryMebibytes: 14_336, pods: 58 },
  { cpuMillicores: 7910, memoryMebibytes: 14_336, pods: 58 },
  { cpuMillicores: 3920, memoryMebibytes: 29_696, pods: 58 },
  { cpuMillicores: 1930, memoryMebibytes: 6_963, pods: 29 },
];

/** A catalogue of up to six workloads and a pool for it, from a seed. */
export function generateCase(seed: number): Trial {
  const random = seededRandom(seed);
  const node = random.pick(machines);
  const zones = random.pick([1, 3, 3]);
  const groups = Array.from({ length: random.whole(1, 6) }, (_, index) => generateGroup(`w${index}`, node, random));
  const most = (amount: "cpuMillicores" | "memoryMebibytes") =>
    groups.reduce((sum, { pod, count }) => sum + pod[amount] * count, 0) / node[amount];
  const needed = Math.max(most("cpuMillicores"), most("memoryMebibytes"), 1);
  // From two thirds of what the pods ask for to three times as much: owners rarely hit the edge, and neither side is rare.
  const count = Math.max(1, Math.round((needed * random.whole(66, 300)) / 100));
  return { name: `case-${seed}`, nodes: { node, zones: evenly(count, zones) }, taints: [], groups, daemons: [] };
}

function generateGroup(name: string, node: Amount, random: Random): PodGroup {
  return {
    name,
    count: random.whole(1, 12),
    pod: {
      // In steps of 50m and 64 MiB, up to half a node, as the plan's largest pod is.
      cpuMillicores: random.whole(1, Math.floor(node.cpuMillicores / 100)) * 50,
      memoryMebibytes: random.whole(1, Math.floor(node.memoryMebibytes / 128)) * 64,
      pods: 1,
    },
    ...(random.chance(0.2) ? { zoneSkew: random.whole(1, 2) } : {}),
    ...(random.chance(0.1) ? { alone: "node" as const } : {}),
  };
}

/**
 * Judges generated cases and lets the scheduler place each of them several times in different orders. `fits` is wrong when
 * any run leaves a pod without a node, `does not fit` when any run leaves none.
 */
export async function rehearseGenerated(
  cluster: RehearsalCluster,
  { first, cases, runs }: { readonly first: number; readonly cases: number; readonly runs: number },
  onDone: (done: number) => void = () => undefined,
): Promise<JudgedCase[]> {
  await prepareTrials(cluster);
  const trials = Array.from({ length: cases }, (_, index) => generateCase(first + index));
  const verdicts = new Map(trials.map(({ name, nodes, groups }) => [name, judge(nodes, groups).verdict]));
  const fitting = new Set(trials.filter(({ name }) => verdicts.get(name) === "fits").map(({ name }) => name));
  const judged: JudgedCase[] = [];
  for (const batch of batches(trials)) {
    const outcomes: Outcome[][] = [];
    for (let run = 0; run < runs; run += 1) {
      const random = seededRandom(first * 1000 + judged.length * runs + run);
      outcomes.push(await runTrials(cluster, batch, random, fitting));
    }
    for (const [index, trial] of batch.entries()) {
      const verdict = verdicts.get(trial.name) ?? "undecided";
      const pending = outcomes.map((run) => total(run[index]?.pending ?? {}));
      const wrong = verdict === "fits" ? pending.some((count) => count > 0) : pending.some((count) => count === 0);
      judged.push({ trial, verdict, pending, wrong: verdict !== "undecided" && wrong });
    }
    onDone(judged.length);
  }
  return judged;
}

function total(pending: Readonly<Record<string, number>>): number {
  return Object.values(pending).reduce((sum, count) => sum + count, 0);
}

/** Cases together as long as their nodes are not too many. */
function batches(trials: readonly Trial[]): Trial[][] {
  const made: Trial[][] = [];
  let room = 0;
  for (const trial of trials) {
    const nodes = nodeCount(trial.nodes);
    if (nodes > room || made.length === 0) {
      made.push([]);
      room = nodesAtOnce;
    }
    made.at(-1)?.push(trial);
    room -= nodes;
  }
  return made;
}
