import { type Amount, dimensions, type Dimension, type NodeSet, nodeCount, type PodGroup } from "./pods";

/**
 * Sums that pods of these sizes can make on a node, up to `limit`: index is the sum. Each size may be taken any number of
 * times, so that no sum is missed; both bounds below stay sound with sums too many.
 */
function reachableSums(sizes: readonly number[], limit: number): Uint8Array {
  const reachable = new Uint8Array(limit + 1);
  reachable[0] = 1;
  for (const size of new Set(sizes)) {
    if (size <= 0) continue;
    for (let sum = size; sum <= limit; sum += 1) if (reachable[sum - size]) reachable[sum] = 1;
  }
  return reachable;
}

/** Amounts of all groups in one dimension. */
function total(groups: readonly PodGroup[], dimension: Dimension): number {
  return groups.reduce((sum, { pod, count }) => sum + pod[dimension] * count, 0);
}

/** The reachable sums of each dimension on a node, made once for all groups. */
export type Sums = Readonly<Record<Dimension, Uint8Array>>;

/** Every sum that some pods make on one node, in each dimension. */
export function sumsOf(node: Amount, groups: readonly PodGroup[]): Sums {
  const sizes = groups.filter(({ count }) => count > 0).map(({ pod }) => pod);
  const of = (dimension: Dimension) =>
    reachableSums(
      sizes.map((pod) => pod[dimension]),
      Math.max(0, node[dimension]),
    );
  return { cpuMillicores: of("cpuMillicores"), memoryMebibytes: of("memoryMebibytes"), pods: of("pods") };
}

/**
 * Most nodes that all other pods together can close to one pod of `group`, wherever they are. A node is closed when it
 * lacks one of the amounts, and for that the others on it must use at least `least` of that amount. Two bounds, both
 * never less than the truth:
 *
 * - amount by amount: what all others use ÷ `least`, summed up;
 * - pod by pod: give each the largest of its amounts ÷ `least`; whatever closes a node weighs at least 1 by that, so no
 *   more nodes are closed than all others weigh.
 */
export function closedNodes(node: Amount, groups: readonly PodGroup[], group: PodGroup, sums: Sums): number {
  const least = dimensions.map((dimension) => {
    const reachable = sums[dimension];
    const first = reachable.indexOf(1, node[dimension] - group.pod[dimension] + 1);
    // Where no set of pods leaves too little of an amount, no number of them closes a node by it.
    return first < 0 ? Infinity : first;
  });
  const others = groups.map((one) => ({ pod: one.pod, count: one === group ? one.count - 1 : one.count }));
  const byAmount = dimensions.reduce(
    (sum, dimension, index) =>
      sum +
      Math.floor(others.reduce((all, { pod, count }) => all + pod[dimension] * count, 0) / (least[index] ?? Infinity)),
    0,
  );
  const weight = others.reduce(
    (sum, { pod, count }) =>
      sum + count * Math.max(...dimensions.map((dimension, index) => pod[dimension] / (least[index] ?? Infinity))),
    0,
  );
  // Rounding errors of the sum must never make it look smaller than it is.
  return Math.min(byAmount, Math.floor(weight + 1e-9));
}

/**
 * Most pods of a group that can ever be in one zone. To make the k-th of a revision there, a skew of s asks for k − s in
 * each other zone, so that k + (zones − 1)(k − s) of it exist at that moment, whatever happened before.
 */
export function mostInZone({ count, alone, zoneSkew, revisions = 1 }: PodGroup, zones: number): number {
  if (alone === "zone") return Math.min(count, revisions);
  if (zoneSkew === undefined) return count;
  return Math.min(count, Math.floor((count + revisions * (zones - 1) * zoneSkew) / zones));
}

/** Whether a pod finds a node in the whole pool, its siblings on as many nodes of their own as they may have. */
function finds(nodes: NodeSet, groups: readonly PodGroup[], group: PodGroup, sums: Sums): boolean {
  const left = nodeCount(nodes) - (group.alone === "node" ? group.count - 1 : 0);
  return closedNodes(nodes.node, groups, group, sums) < left;
}

/** Whether a pod finds a node in a zone of `inZone` nodes, where no group has more pods than its rules allow there. */
function findsInZone(
  nodes: NodeSet,
  groups: readonly PodGroup[],
  group: PodGroup,
  sums: Sums,
  inZone: number,
): boolean {
  const zones = nodes.zones.filter(Boolean).length;
  const capped = new Map(groups.map((one) => [one, { ...one, count: mostInZone(one, zones) }]));
  const self = capped.get(group) ?? group;
  const left = inZone - (group.alone === "node" ? self.count - 1 : 0);
  return closedNodes(nodes.node, [...capped.values()], self, sums) < left;
}

/** Whether a pod of the group finds a node, whatever all other pods did before. */
function alwaysPlaced(nodes: NodeSet, groups: readonly PodGroup[], group: PodGroup, sums: Sums): boolean {
  if (!dimensions.every((dimension) => group.pod[dimension] <= nodes.node[dimension])) return false;
  const zones = nodes.zones.filter(Boolean);
  // A volume may be in the smallest zone, and in one where no node is left.
  if (group.zoneBound) return findsInZone(nodes, groups, group, sums, Math.min(...nodes.zones));
  // Only the zone with the fewest siblings is certain to be allowed, or one without any.
  if (group.alone === "zone" && group.count > zones.length) return false;
  if (group.zoneSkew !== undefined || group.alone === "zone") {
    return findsInZone(nodes, groups, group, sums, Math.min(...zones));
  }
  return finds(nodes, groups, group, sums);
}

/**
 * The first group of which a pod could find no node in some order of events, or `undefined` when there is none: then the
 * scheduler places every pod, whatever came, went or was put anywhere before.
 */
export function groupThatMayWait(nodes: NodeSet, groups: readonly PodGroup[]): PodGroup | undefined {
  const present = groups.filter(({ count }) => count > 0);
  const sums = sumsOf(nodes.node, present);
  return present.find((group) => !alwaysPlaced(nodes, present, group, sums));
}

/** Why no placement exists at all. */
export interface Shortage {
  readonly dimension: Dimension | "nodes";
  /** What is asked for and what there is, in the unit of the dimension. */
  readonly needed: number;
  readonly available: number;
  readonly why: string;
}

/** A reason for which these pods cannot all be placed, however cleverly; `undefined` proves nothing. */
export function shortage(nodes: NodeSet, groups: readonly PodGroup[]): Shortage | undefined {
  const present = groups.filter(({ count }) => count > 0);
  const count = nodeCount(nodes);
  for (const group of present) {
    const dimension = dimensions.find((one) => group.pod[one] > nodes.node[one]);
    if (dimension) {
      const why = `one pod of ${group.name} is larger than a node`;
      return { dimension, needed: group.pod[dimension], available: nodes.node[dimension], why };
    }
    const places =
      group.alone === "node" ? count : group.alone === "zone" ? nodes.zones.filter(Boolean).length : Infinity;
    if (group.count > places) {
      const why = `each pod of ${group.name} needs a ${group.alone ?? "node"} of its own`;
      return { dimension: "nodes", needed: group.count, available: places, why };
    }
  }
  if (present.length > 0 && count === 0) {
    return { dimension: "nodes", needed: 1, available: 0, why: "there is no node" };
  }
  const sums = sumsOf(nodes.node, present);
  return overfull(nodes, present, sums) ?? tooManyLarge(nodes, present) ?? zoneOverfull(nodes, present);
}

/** More than the nodes can be filled with: what does not divide a node is lost on each. */
function overfull(nodes: NodeSet, groups: readonly PodGroup[], sums: Sums): Shortage | undefined {
  for (const dimension of dimensions) {
    const needed = total(groups, dimension);
    const available = sums[dimension].lastIndexOf(1) * nodeCount(nodes);
    if (needed > available)
      return { dimension, needed, available, why: "together they ask for more than all nodes hold in whole pods" };
  }
  return undefined;
}

/** More pods above an (k+1)-th of a node than k for each node. */
function tooManyLarge(nodes: NodeSet, groups: readonly PodGroup[]): Shortage | undefined {
  for (const dimension of ["cpuMillicores", "memoryMebibytes"] as const) {
    for (const { pod } of groups) {
      const size = pod[dimension];
      if (size <= 0) continue;
      const perNode = Math.floor(nodes.node[dimension] / size);
      const large = groups.reduce((sum, other) => sum + (other.pod[dimension] >= size ? other.count : 0), 0);
      if (large > perNode * nodeCount(nodes)) {
        const why = `of pods as large as this, ${perNode} fit on a node, and there are ${large}`;
        return { dimension, needed: large * size, available: perNode * nodeCount(nodes) * size, why };
      }
    }
  }
  return undefined;
}

/** More in one zone than it holds, where spreading is a must and so each zone has to take its share. */
function zoneOverfull(nodes: NodeSet, groups: readonly PodGroup[]): Shortage | undefined {
  const zones = nodes.zones.filter(Boolean);
  const share = ({ count, zoneSkew, revisions = 1 }: PodGroup) =>
    zoneSkew === undefined
      ? 0
      : Math.max(0, Math.ceil((count - revisions * (zones.length - 1) * zoneSkew) / zones.length));
  const smallest = Math.min(...zones);
  for (const dimension of dimensions) {
    const needed = groups.reduce((sum, group) => sum + share(group) * group.pod[dimension], 0);
    const available = smallest * nodes.node[dimension];
    if (needed > available)
      return { dimension, needed, available, why: "the share that a zone must take is more than it holds" };
  }
  return undefined;
}
