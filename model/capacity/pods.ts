import { type Footprint, type Moment, podsAt } from "../footprint";
import { type NodePool } from "../node-pool";
import { bytes, millicores } from "../quantity";

/** What a node has, or a pod asks for, in the three amounts that the scheduler counts here. */
export interface Amount {
  readonly cpuMillicores: number;
  readonly memoryMebibytes: number;
  readonly pods: number;
}

/** The amounts, in the order in which a shortage is told. */
export const dimensions = ["cpuMillicores", "memoryMebibytes", "pods"] as const;
export type Dimension = (typeof dimensions)[number];

/** Equal pods of one workload. */
export interface PodGroup {
  readonly name: string;
  readonly count: number;
  /** What one pod asks for; its `pods` is 1. */
  readonly pod: Amount;
  /** At most one of them on a node, or in a zone. */
  readonly alone?: "node" | "zone";
  /** Largest difference in pods between two zones, where it is a must. */
  readonly zoneSkew?: number;
  /** Revisions that are there at once, each spread over zones for itself; default one. */
  readonly revisions?: number;
  /** Whether a pod must come back to the zone where its volume is. */
  readonly zoneBound?: boolean;
}

/** Equal nodes of one pool, as pods find them: daemons and system already taken off. */
export interface NodeSet {
  readonly node: Amount;
  /** Nodes in each zone. */
  readonly zones: readonly number[];
}

/** Nodes of a set. */
export function nodeCount({ zones }: NodeSet): number {
  return zones.reduce((sum, count) => sum + count, 0);
}

/** As many nodes, spread over zones as evenly as they can be. */
export function evenly(nodes: number, zones: number): number[] {
  return Array.from({ length: zones }, (_, index) => Math.floor(nodes / zones) + (index < nodes % zones ? 1 : 0));
}

/** What a node of a pool leaves after the daemons that run on each of its nodes. */
export function nodeAfterDaemons(pool: NodePool, footprints: readonly Footprint[]): Amount {
  const daemons = footprints.filter((one) => one.kind === "perNode" && one.pools.includes(pool.name));
  const { cpu, memory, pods } = pool.allocatable;
  return {
    cpuMillicores: millicores(cpu) - daemons.reduce((sum, { pod }) => sum + pod.requests.cpuMillicores, 0),
    memoryMebibytes:
      Math.floor(bytes(memory) / 2 ** 20) - daemons.reduce((sum, { pod }) => sum + pod.requests.memoryMebibytes, 0),
    pods: pods - daemons.length,
  };
}

/** The pods that a pool must hold at a moment. */
export function podGroups(pool: NodePool, footprints: readonly Footprint[], moment: Moment): PodGroup[] {
  return footprints.flatMap((footprint) => {
    if (footprint.kind !== "replicated" || footprint.pool !== pool.name) return [];
    const { requests } = footprint.pod;
    return [
      {
        name: footprint.name,
        count: podsAt(footprint, moment),
        pod: { cpuMillicores: requests.cpuMillicores, memoryMebibytes: requests.memoryMebibytes, pods: 1 },
        ...footprint.spread,
        ...(moment === "rollout" && footprint.surgePercent > 0 ? { revisions: 2 } : {}),
        zoneBound: footprint.volumes.some(({ zonal, per }) => zonal === true && per === "pod"),
      },
    ];
  });
}
