import { type Evidence, judge, type Verdict } from "../model/capacity/judge";
import { nodeCount } from "../model/capacity/pods";
import { seededRandom } from "../model/random";
import { generateCase, type PodSizes } from "./cases";
import { type RehearsalCluster } from "./cluster";
import { type Outcome, prepareTrials, runTrials } from "./schedule";
import { type Trial } from "./trial";

/** A generated case with what the model said and what the scheduler did in each of its runs. */
export interface JudgedCase {
  readonly trial: Trial;
  readonly verdict: Verdict["verdict"];
  /** What the verdict stands on; absent where there is none. */
  readonly evidence?: Evidence;
  /** Pods without a node, run by run. */
  readonly pending: readonly number[];
  /** Whether the runs contradict the verdict. */
  readonly wrong: boolean;
}

/** Nodes at once in the cluster; simulated ones cost some memory and heartbeats each. */
const nodesAtOnce = 400;

/** Which cases are tried, and how often. */
export interface GeneratedCases {
  /** Seed of the first case; each other's is one higher. */
  readonly first: number;
  readonly cases: number;
  readonly sizes: PodSizes;
  /** Orders in which the real scheduler gets each. */
  readonly runs: number;
}

/** Judges generated cases and lets the scheduler place each of them several times in different orders. */
export async function rehearseGenerated(
  cluster: RehearsalCluster,
  { first, cases, sizes, runs }: GeneratedCases,
  onRun: (note: string) => void = () => undefined,
): Promise<JudgedCase[]> {
  await prepareTrials(cluster);
  const trials = Array.from({ length: cases }, (_, index) => generateCase(first + index, sizes));
  const verdicts = new Map(trials.map((trial) => [trial, judge(trial.nodes, trial.groups)]));
  const fitting = new Set(trials.flatMap((trial) => (verdicts.get(trial)?.verdict === "fits" ? [trial.name] : [])));
  const judged: JudgedCase[] = [];
  for (const batch of batches(trials)) {
    const outcomes: Outcome[][] = [];
    for (let run = 0; run < runs; run += 1) {
      const random = seededRandom(first * 1000 + judged.length * runs + run);
      outcomes.push(await runTrials(cluster, batch, random, fitting));
      onRun(`${judged.length + batch.length} of ${cases} cases, order ${run + 1} of ${runs}`);
    }
    for (const [index, trial] of batch.entries()) {
      const pending = outcomes.map((run) => total(run[index]?.pending ?? {}));
      const { verdict, ...rest } = verdicts.get(trial) ?? judge(trial.nodes, trial.groups);
      judged.push({
        trial,
        verdict,
        ...("evidence" in rest ? { evidence: rest.evidence } : {}),
        pending,
        wrong: contradicts(verdict, pending),
      });
    }
  }
  return judged;
}

/**
 * Whether the scheduler contradicts a verdict: `fits` when any run leaves a pod without a node, `does not fit` when any
 * leaves none.
 */
export function contradicts(verdict: Verdict["verdict"], pending: readonly number[]): boolean {
  if (verdict === "undecided") return false;
  return verdict === "fits" ? pending.some((count) => count > 0) : pending.some((count) => count === 0);
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
