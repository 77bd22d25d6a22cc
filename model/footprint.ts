/** Amounts as numbers, to be added up. */
export interface Quantities {
  readonly cpuMillicores: number;
  readonly memoryMebibytes: number;
  /** Disk of the node: writable layer, logs, emptyDir volumes. */
  readonly ephemeralMebibytes: number;
}

/** What all containers of one pod ask for and may use, a mesh proxy included. */
export interface PodQuantities {
  readonly requests: Quantities;
  readonly limits: Quantities;
}

/** Persistent storage that comes and goes with something. */
export interface VolumeFootprint {
  readonly name: string;
  readonly sizeMebibytes: number;
  /** `pod`: one for each pod, deleted with it. `once`: one for the workload, whatever its number of pods. */
  readonly per: "pod" | "once";
  readonly storageClass?: string;
  /** Whether it can be used in one zone only, where it was made (EBS); default no. */
  readonly zonal?: boolean;
}

/** What keeps pods of one workload apart; a wish that the scheduler may ignore does not count. */
export interface HardSpread {
  /** At most one pod on a node, or in a zone (required anti-affinity). */
  readonly alone?: "node" | "zone";
  /** Largest difference in pods between two zones (`DoNotSchedule`). */
  readonly zoneSkew?: number;
}

/** Number of pods of a replicated workload. */
export interface PodCounts {
  /** At rest: the autoscaler's minimum. */
  readonly minimum: number;
  /** At the load that the owner expects. */
  readonly expected: number;
  /** The autoscaler's maximum. */
  readonly maximum: number;
}

/** What a workload takes from a cluster: the only thing that capacity, quota and cost need to know about it. */
export type Footprint = {
  readonly name: string;
  readonly namespace: string;
  readonly pod: PodQuantities;
  readonly volumes: readonly VolumeFootprint[];
} & (
  | {
      readonly kind: "replicated";
      readonly pool: string;
      readonly pods: PodCounts;
      /** Percent of the pods that a rolling update makes before it removes old ones; rounded up to whole pods. */
      readonly surgePercent: number;
      /** Default: nothing keeps the pods apart. */
      readonly spread?: HardSpread;
    }
  /** One pod on every node of the pools. */
  | { readonly kind: "perNode"; readonly pools: readonly string[] }
);

/** The moment for which demand is asked; `rollout` is the maximum while a new version rolls out. */
export type Moment = "minimum" | "expected" | "maximum" | "rollout";

/** Requests, limits and number of pods of something at one moment. */
export interface Demand extends PodQuantities {
  readonly pods: number;
  /** Persistent storage. */
  readonly volumesMebibytes: number;
}

/**
 * Pods of a footprint at a moment.
 * @param nodes nodes of the pools of a `perNode` footprint; not used for others.
 */
export function podsAt(footprint: Footprint, moment: Moment, nodes = 0): number {
  if (footprint.kind === "perNode") return nodes;
  if (moment !== "rollout") return footprint.pods[moment];
  return footprint.pods.maximum + surgePods(footprint.pods.maximum, footprint.surgePercent);
}

/** Pods that a rolling update adds to `pods`, rounded up as the Deployment controller does. */
export function surgePods(pods: number, surgePercent: number): number {
  return Math.ceil((pods * surgePercent) / 100);
}

/** What a footprint asks for at a moment; see {@link podsAt} for `nodes`. */
export function demandAt(footprint: Footprint, moment: Moment, nodes = 0): Demand {
  const pods = podsAt(footprint, moment, nodes);
  return {
    pods,
    requests: times(footprint.pod.requests, pods),
    limits: times(footprint.pod.limits, pods),
    volumesMebibytes: footprint.volumes.reduce(
      (sum, { sizeMebibytes, per }) => sum + sizeMebibytes * (per === "pod" ? pods : 1),
      0,
    ),
  };
}

/** Whether its pods come now and then and end by themselves, as those of a Job: at rest and at the expected load it has none. */
export function isPassing(footprint: Footprint): boolean {
  return footprint.kind === "replicated" && footprint.pods.expected === 0;
}

/** Sum of demands; nothing asks for nothing. */
export function totalDemand(demands: readonly Demand[]): Demand {
  return demands.reduce(
    (sum, { pods, requests, limits, volumesMebibytes }) => ({
      pods: sum.pods + pods,
      requests: plus(sum.requests, requests),
      limits: plus(sum.limits, limits),
      volumesMebibytes: sum.volumesMebibytes + volumesMebibytes,
    }),
    { pods: 0, requests: nothing, limits: nothing, volumesMebibytes: 0 },
  );
}

/** No CPU, no memory, no disk. */
export const nothing: Quantities = { cpuMillicores: 0, memoryMebibytes: 0, ephemeralMebibytes: 0 };

/** Sum of two amounts. */
export function plus(a: Quantities, b: Quantities): Quantities {
  return {
    cpuMillicores: a.cpuMillicores + b.cpuMillicores,
    memoryMebibytes: a.memoryMebibytes + b.memoryMebibytes,
    ephemeralMebibytes: a.ephemeralMebibytes + b.ephemeralMebibytes,
  };
}

/** An amount taken several times. */
export function times(amount: Quantities, count: number): Quantities {
  return {
    cpuMillicores: amount.cpuMillicores * count,
    memoryMebibytes: amount.memoryMebibytes * count,
    ephemeralMebibytes: amount.ephemeralMebibytes * count,
  };
}
