import { type Footprint } from "../footprint";
import { type NodePool } from "../node-pool";
import { fewestNodes, judge, prove, type Verdict } from "./judge";
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
    return { pool, node, moments: momentsOf(pool).map((moment) => judgeMoment(pool, node, footprints, moment)) };
  });
}

/** A pool without zones has none to lose. */
function momentsOf(pool: NodePool): readonly PoolMoment[] {
  return pool.zones.length < 2 ? poolMoments.filter((moment) => moment !== "zone loss") : poolMoments;
}

/** What a pool must hold at a moment, and on which nodes at most. */
function caseOf(pool: NodePool, node: Amount, footprints: readonly Footprint[], moment: PoolMoment) {
  const zones = Math.max(1, pool.zones.length);
  const lost = moment === "zone loss";
  const groups = podGroups(pool, footprints, lost ? "expected" : moment)
    .map((group) => (lost ? afterZoneLoss(group, zones) : group))
    .filter(({ count }) => count > 0);
  return { groups, nodes: { node, zones: lost ? zonesAfterLoss(pool) : zonesOf(pool) } };
}

/** The verdict alone, at one moment. */
export function verdictAt(pool: NodePool, footprints: readonly Footprint[], moment: PoolMoment): Verdict {
  const { groups, nodes } = caseOf(pool, nodeAfterDaemons(pool, footprints), footprints, moment);
  return withZones(pool, nodes.node, groups, judge(nodes, groups));
}

/** Whether a pool is proven to fit at a moment; quick, for those who ask it of many pools. */
export function surelyFits(pool: NodePool, footprints: readonly Footprint[], moment: PoolMoment): boolean {
  const { groups, nodes } = caseOf(pool, nodeAfterDaemons(pool, footprints), footprints, moment);
  const proven = prove(nodes, groups);
  return proven !== undefined && withZones(pool, nodes.node, groups, proven).verdict === "fits";
}

function judgeMoment(pool: NodePool, node: Amount, footprints: readonly Footprint[], moment: PoolMoment): PoolAt {
  const { groups, nodes } = caseOf(pool, node, footprints, moment);
  const fewest = (wanted: "fits" | "thinkable") =>
    groups.length === 0 ? 0 : fewestNodes(node, nodes.zones.length, groups, wanted);
  const [nodesForAnyOrder, nodesAtLeast] = [fewest("fits"), fewest("thinkable")];
  return {
    moment,
    pods: groups.reduce((sum, { count }) => sum + count, 0),
    asked: askedOf(groups),
    ...(nodesForAnyOrder === undefined ? {} : { nodesForAnyOrder }),
    ...(nodesAtLeast === undefined ? {} : { nodesAtLeast }),
    verdict: withZones(pool, nodes.node, groups, judge(nodes, groups)),
  };
}

/** The most nodes of a pool, zone by zone. */
function zonesOf({ maximum, maximumByZone, zones }: NodePool): readonly number[] {
  return maximumByZone ?? evenly(maximum, Math.max(1, zones.length));
}

/**
 * Zones after the largest is gone. A group over all zones starts its lost nodes in the others; groups of one zone each
 * cannot, so that what is left is all there is.
 */
function zonesAfterLoss(pool: NodePool): readonly number[] {
  const zones = Math.max(1, pool.zones.length);
  if (zones === 1) return [0];
  return pool.zonal ? [...zonesOf(pool)].sort((a, b) => b - a).slice(1) : evenly(pool.maximum, zones - 1);
}

/**
 * Pods that must still be placed: those whose volume went with the zone wait for it, and so does one of those that need a
 * zone each. No more are left out than are in every zone for certain.
 */
function afterZoneLoss(group: PodGroup, zones: number): PodGroup {
  const { count, alone, zoneBound, zoneSkew } = group;
  if (alone === "zone" && count === zones) return { ...group, count: count - 1 };
  if (!zoneBound || zoneSkew === undefined) return group;
  return { ...group, count: count - Math.max(0, Math.ceil((count - (zones - 1) * zoneSkew) / zones)) };
}

/** Where the autoscaler cannot choose the zone of a new node, nobody can promise that it is the one that is needed. */
function withZones(pool: NodePool, node: Amount, groups: readonly PodGroup[], judged: Verdict): Verdict {
  const chosen = pool.zonal === true || pool.zones.length < 2 || pool.minimum === pool.maximum;
  if (judged.verdict !== "fits" || chosen) return judged;
  const needsZone = ({ zoneBound, zoneSkew, alone }: PodGroup) =>
    zoneBound === true || zoneSkew !== undefined || alone === "zone";
  const group = groups.find(needsZone);
  if (!group) return judged;
  // Nothing has to be started where the nodes that are always there are enough.
  const always = { node, zones: evenly(pool.minimum, pool.zones.length) };
  if (prove(always, groups)?.verdict === "fits") return judged;
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
