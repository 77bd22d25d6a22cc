import { type Random } from "../random";
import { type Amount, dimensions, nodeCount, type NodeSet, type PodGroup } from "./pods";
import { balancedAllocation, leastAllocated, topologySpread } from "./scores";

/** Weights of the scoring plugins in the default profile that differ between equal nodes of one pool. */
const weights = { spread: 2, leastAllocated: 1, balanced: 1 } as const;

interface Node {
  readonly zone: number;
  readonly used: { -readonly [Key in keyof Amount]: Amount[Key] };
  /** Pods of each group. */
  readonly groups: number[];
}

interface Cluster {
  readonly size: Amount;
  readonly nodes: readonly Node[];
  /** Zones with a node: only they count for the least of a spread. */
  readonly zones: readonly number[];
  /** Pods of each group in each zone. */
  readonly inZones: readonly number[][];
}

/** A pod that waits for its turn: its group, and the only zone that it may go to, where its volume is. */
export interface QueuedPod {
  readonly group: number;
  readonly zone?: number;
}

/**
 * What kube-scheduler does with pods that come in this order to empty nodes of one pool: the filters and the scores of its
 * default profile, in its own integer arithmetic, a tie broken by chance. A pod that finds no node is tried again after
 * the others, because a spread may allow it then. Each workload wishes to be even over zones (where it does not have to)
 * and over nodes, as every component here does.
 *
 * Left out is what is the same on all nodes of a pool (taints, node affinity, images) or leaves these pods alone
 * (preemption: none outranks another here).
 *
 * Source: pkg/scheduler of kubernetes/kubernetes v1.36.2, schedule_one.go and framework/plugins.
 *
 * @returns the groups of the pods that stay without a node.
 */
export function schedule(
  nodes: NodeSet,
  groups: readonly PodGroup[],
  order: readonly QueuedPod[],
  random: Random,
): readonly number[] {
  const cluster: Cluster = {
    size: nodes.node,
    nodes: nodes.zones.flatMap((count, zone) =>
      Array.from({ length: count }, () => ({
        zone,
        used: { cpuMillicores: 0, memoryMebibytes: 0, pods: 0 },
        groups: groups.map(() => 0),
      })),
    ),
    zones: nodes.zones.flatMap((count, zone) => (count > 0 ? [zone] : [])),
    inZones: groups.map(() => nodes.zones.map(() => 0)),
  };
  if (nodeCount(nodes) === 0) return order.map(({ group }) => group);
  let queue = order;
  for (;;) {
    const waiting = queue.filter((pod) => !place(cluster, groups, pod, random));
    if (waiting.length === 0 || waiting.length === queue.length) return waiting.map(({ group }) => group);
    queue = waiting;
  }
}

function place(cluster: Cluster, groups: readonly PodGroup[], pod: QueuedPod, random: Random): boolean {
  const group = groups[pod.group];
  if (!group) return false;
  const node = choose(cluster, group, pod.group, feasible(cluster, group, pod), random);
  if (!node) return false;
  for (const one of dimensions) node.used[one] += group.pod[one];
  node.groups[pod.group] = podsOn(node, pod.group) + 1;
  const zones = cluster.inZones[pod.group];
  if (zones) zones[node.zone] = (zones[node.zone] ?? 0) + 1;
  return true;
}

/** The nodes that pass NodeResourcesFit, PodTopologySpread, InterPodAffinity and VolumeBinding. */
function feasible(
  { size, nodes, zones, inZones }: Cluster,
  group: PodGroup,
  { group: index, zone }: QueuedPod,
): Node[] {
  const counts = inZones[index] ?? [];
  const least = zones.reduce((min, one) => Math.min(min, counts[one] ?? 0), Infinity);
  return nodes.filter((node) => {
    if (!dimensions.every((one) => node.used[one] + group.pod[one] <= size[one])) return false;
    if (zone !== undefined && node.zone !== zone) return false;
    const here = counts[node.zone] ?? 0;
    if (group.zoneSkew !== undefined && here + 1 - least > group.zoneSkew) return false;
    if (group.alone === "zone" && here > 0) return false;
    return group.alone !== "node" || podsOn(node, index) === 0;
  });
}

/** The node with the highest score, of several with the same one any. */
function choose(cluster: Cluster, group: PodGroup, index: number, nodes: readonly Node[], random: Random) {
  const [first] = nodes;
  // The scheduler asks no score of the only node there is.
  if (nodes.length <= 1 || !first) return first;
  const counts = cluster.inZones[index] ?? [];
  const spread = topologySpread(
    nodes.map((node) => ({ zone: node.zone, inZone: counts[node.zone] ?? 0, onNode: podsOn(node, index) })),
    group.zoneSkew === undefined,
  );
  let [chosen, highest, ties] = [first, -1, 0];
  for (const [position, node] of nodes.entries()) {
    const score =
      weights.spread * (spread[position] ?? 0) +
      weights.leastAllocated * leastAllocated(cluster.size, node.used, group.pod) +
      weights.balanced * balancedAllocation(cluster.size, node.used, group.pod);
    if (score > highest) [chosen, highest, ties] = [node, score, 1];
    else if (score === highest) {
      ties += 1;
      if (random.whole(1, ties) === 1) chosen = node;
    }
  }
  return chosen;
}

function podsOn(node: Node, group: number): number {
  return node.groups[group] ?? 0;
}
