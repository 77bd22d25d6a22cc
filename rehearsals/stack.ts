import { type Evidence, judge, type Verdict } from "../model/capacity/judge";
import { evenly, nodeAfterDaemons, podGroups } from "../model/capacity/pods";
import { type Footprint, type Moment } from "../model/footprint";
import { type NodePool } from "../model/node-pool";
import { bytes, millicores } from "../model/quantity";
import { type RehearsalCluster } from "./cluster";
import { contradicts } from "./generated";
import { type Random } from "../model/random";
import { type Outcome, prepareTrials, runTrials } from "./schedule";
import { type Trial } from "./trial";

/** One pool of a stack at one moment: what the model says and what the scheduler did. */
export interface PoolRehearsal {
  readonly pool: string;
  readonly moment: Moment;
  readonly nodes: number;
  readonly pods: number;
  readonly verdict: Verdict["verdict"];
  /** What the verdict stands on; absent where there is none. */
  readonly evidence?: Evidence;
  /** Pods without a node, run by run. */
  readonly pending: readonly number[];
  /** What the scheduler says of one that waits. */
  readonly says?: string;
  /** Whether a run contradicts the verdict. */
  readonly wrong: boolean;
}

/** The moments, each with the nodes on which a pool must hold it. */
const moments: readonly { readonly moment: Moment; readonly nodes: "minimum" | "maximum" }[] = [
  { moment: "minimum", nodes: "minimum" },
  { moment: "expected", nodes: "maximum" },
  { moment: "maximum", nodes: "maximum" },
  { moment: "rollout", nodes: "maximum" },
];

/** The trial of a pool at a moment, on so many nodes. */
function poolTrial(pool: NodePool, footprints: readonly Footprint[], moment: Moment, nodes: number): Trial {
  const { cpu, memory, pods } = pool.allocatable;
  const node = {
    cpuMillicores: millicores(cpu),
    memoryMebibytes: Math.floor(bytes(memory) / 2 ** 20),
    pods,
  };
  return {
    name: `${pool.name}-${moment}`,
    nodes: { node, zones: evenly(nodes, Math.max(1, pool.zones.length)) },
    taints: pool.taints,
    groups: podGroups(pool, footprints, moment).filter(({ count }) => count > 0),
    daemons: footprints.flatMap((one) =>
      one.kind === "perNode" && one.pools.includes(pool.name)
        ? [{ name: one.name, pod: { ...one.pod.requests, pods: 1 } }]
        : [],
    ),
  };
}

/** Lets the scheduler place a stack's pods, pool by pool and moment by moment, in several orders. */
export async function rehearseStack(
  cluster: RehearsalCluster,
  { pools, footprints }: { readonly pools: readonly NodePool[]; readonly footprints: readonly Footprint[] },
  runs: number,
  random: Random,
): Promise<PoolRehearsal[]> {
  await prepareTrials(cluster);
  const cases = pools.flatMap((pool) =>
    moments.map(({ moment, nodes }) => {
      const trial = poolTrial(pool, footprints, moment, pool[nodes]);
      const judged = judge({ node: nodeAfterDaemons(pool, footprints), zones: trial.nodes.zones }, trial.groups);
      return { pool, moment, nodes: pool[nodes], trial, judged };
    }),
  );
  const patient = new Set(cases.filter(({ judged }) => judged.verdict === "fits").map(({ trial }) => trial.name));
  const outcomes: Outcome[][] = [];
  for (let run = 0; run < runs; run += 1) {
    outcomes.push(
      await runTrials(
        cluster,
        cases.map(({ trial }) => trial),
        random,
        patient,
      ),
    );
  }
  return cases.map(({ pool, moment, nodes, trial, judged }, index) => {
    const pending = outcomes.map((run) =>
      Object.values(run[index]?.pending ?? {}).reduce((sum, count) => sum + count, 0),
    );
    const says = outcomes.map((run) => run[index]?.says).find((text) => text !== undefined);
    return {
      pool: pool.name,
      moment,
      nodes,
      pods: trial.groups.reduce((sum, { count }) => sum + count, 0),
      verdict: judged.verdict,
      ...("evidence" in judged ? { evidence: judged.evidence } : {}),
      pending,
      ...(says === undefined ? {} : { says }),
      wrong: contradicts(judged.verdict, pending),
    };
  });
}
