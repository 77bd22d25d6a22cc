import { type Footprint, type Moment } from "../footprint";
import { type NodePool } from "../node-pool";
import { fewestNodes, judge, type Verdict } from "./judge";
import { type Amount, evenly, nodeAfterDaemons, podGroups, type PodGroup } from "./pods";

/** Moments for which a pool is judged; `zone loss` is the expected load after the largest zone is gone. */
export const poolMoments = ["minimum", "expected", "maximum", "rollout", "zone loss"] as const;
export type PoolMoment = (typeof poolMoments)[number];

/** A pool at one moment. */
export interface PoolAt {
  readonly moment: PoolMoment;
  readonly pods: number;
  /** What all its pods ask for, daemons left out. */
  readonly asked: Amount;
  /** Fewest nodes on which they fit in any order; absent where no number is enough. */
  readonly nodesForAnyOrder?: number;
  /** Fewest nodes below which no placement exists. */
  readonly nodesAtLeast?: number;
  readonly verdict: Verdict;
}

/** A pool with its pods at every moment. */
export interface PoolCapacity {
  readonly pool: NodePool;
  /** What one node offers, daemons taken off. */
  readonly node: Amount;
  readonly moments: readonly PoolAt[];
}

/** Judges every pool at its maximum of nodes, which the autoscaler reaches before any pod stays without a place. */
export function judgePools(pools: readonly NodePool[], footprints: readonly Footprint[]): PoolCapacity[] {
  return pools.map((pool) => {
    const node = nodeAfterDaemons(pool, footprints);
    return { pool, node, moments: poolMoments.map((moment) => judgeMoment(pool, node, footprints, moment)) };
  });
}

function judgeMoment(pool: NodePool, node: Amount, footprints: readonly Footprint[], moment: PoolMoment): PoolAt {
  const groups = podGroups(pool, footprints, load(moment)).filter(({ count }) => count > 0);
  const zones = Math.max(1, pool.zones.length);
  const lost = moment === "zone loss";
  const present = lost ? groups.map((group) => afterZoneLoss(group, zones)) : groups;
  const nodes = { node, zones: lost ? zonesAfterLoss(pool) : evenly(pool.maximum, zones) };
  const zonesLeft = nodes.zones.length;
  const nodesForAnyOrder = fewestNodes(node, zonesLeft, present, "fits");
  const nodesAtLeast = fewestNodes(node, zonesLeft, present, "thinkable");
  return {
    moment,
    pods: present.reduce((sum, { count }) => sum + count, 0),
    asked: askedOf(present),
    ...(nodesForAnyOrder === undefined ? {} : { nodesForAnyOrder: present.length === 0 ? 0 : nodesForAnyOrder }),
    ...(nodesAtLeast === undefined ? {} : { nodesAtLeast: present.length === 0 ? 0 : nodesAtLeast }),
    verdict: withZones(pool, present, judge(nodes, present)),
  };
}

function load(moment: PoolMoment): Moment {
  return moment === "zone loss" ? "expected" : moment;
}

/**
 * Zones after the largest is gone. A group over all zones starts its lost nodes in the others; groups of one zone each
 * cannot, so that what is left is all there is.
 */
function zonesAfterLoss(pool: NodePool): number[] {
  const zones = Math.max(1, pool.zones.length);
  if (zones === 1) return [0];
  return pool.zonal ? evenly(pool.maximum, zones).slice(1) : evenly(pool.maximum, zones - 1);
}

/** Pods that must still be placed: those whose volume went with the zone wait for it, and so do those that need one each. */
function afterZoneLoss(group: PodGroup, zones: number): PodGroup {
  const lost = Math.ceil(group.count / zones);
  const waits = group.zoneBound === true || (group.alone === "zone" && group.count === zones);
  return waits ? { ...group, count: group.count - lost } : group;
}

/** Where the autoscaler cannot choose the zone of a new node, nobody can promise that it is the one that is needed. */
function withZones(pool: NodePool, groups: readonly PodGroup[], judged: Verdict): Verdict {
  const chosen = pool.zonal === true || pool.zones.length < 2 || pool.minimum === pool.maximum;
  if (judged.verdict !== "fits" || chosen) return judged;
  const needsZone = ({ zoneBound, zoneSkew, alone }: PodGroup) =>
    zoneBound === true || zoneSkew !== undefined || alone === "zone";
  const group = groups.find(needsZone);
  if (!group) return judged;
  return {
    verdict: "undecided",
    group: group.name,
    why: `Pods of ${group.name} need a node in a certain zone, and the pool's one node group starts its nodes in any; make the pool zonal.`,
  };
}

function askedOf(groups: readonly PodGroup[]): Amount {
  const sum = (of: (pod: Amount) => number) => groups.reduce((all, { pod, count }) => all + of(pod) * count, 0);
  return {
    cpuMillicores: sum((pod) => pod.cpuMillicores),
    memoryMebibytes: sum((pod) => pod.memoryMebibytes),
    pods: sum(() => 1),
  };
}
