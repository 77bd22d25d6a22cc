import { type Amount, dimensions, type NodeSet, type PodGroup } from "./pods";

/** Where first-fit-decreasing puts pods: for each node its zone and the names of its pods; `undefined` where it fails. */
export interface PlacedNode {
  readonly zone: number;
  readonly pods: readonly string[];
}

interface Bin {
  readonly zone: number;
  free: Amount;
  readonly pods: string[];
}

/** Share of a node that a pod takes, in the amount of which it takes most. */
function share(pod: Amount, node: Amount): number {
  return Math.max(...dimensions.map((dimension) => pod[dimension] / node[dimension]));
}

/**
 * Tries to place every pod, the most constrained and largest first, each on the first node that may have it. A result is
 * a witness that a placement exists; none proves nothing.
 */
export function firstFitDecreasing(nodes: NodeSet, groups: readonly PodGroup[]): PlacedNode[] | undefined {
  const bins: Bin[] = nodes.zones.flatMap((count, zone) =>
    Array.from({ length: count }, () => ({ zone, free: nodes.node, pods: [] })),
  );
  const constrained = ({ alone, zoneSkew }: PodGroup) => (alone ? 2 : 0) + (zoneSkew === undefined ? 0 : 1);
  const order = [...groups].sort(
    (a, b) => constrained(b) - constrained(a) || share(b.pod, nodes.node) - share(a.pod, nodes.node),
  );
  for (const group of order) {
    for (let index = 0; index < group.count; index += 1) {
      const bin = bins.find((candidate) => accepts(candidate, group, bins));
      if (!bin) return undefined;
      bin.free = minus(bin.free, group.pod);
      bin.pods.push(group.name);
    }
  }
  return bins.map(({ zone, pods }) => ({ zone, pods }));
}

function accepts(bin: Bin, group: PodGroup, bins: readonly Bin[]): boolean {
  if (!dimensions.every((dimension) => bin.free[dimension] >= group.pod[dimension])) return false;
  if (group.alone === "node" && bin.pods.includes(group.name)) return false;
  if (group.alone !== "zone" && group.zoneSkew === undefined) return true;
  const inZone = new Map<number, number>();
  for (const { zone, pods } of bins) {
    inZone.set(zone, (inZone.get(zone) ?? 0) + pods.filter((name) => name === group.name).length);
  }
  const here = inZone.get(bin.zone) ?? 0;
  if (group.alone === "zone" && here > 0) return false;
  return group.zoneSkew === undefined || here + 1 - Math.min(...inZone.values()) <= group.zoneSkew;
}

function minus(a: Amount, b: Amount): Amount {
  return {
    cpuMillicores: a.cpuMillicores - b.cpuMillicores,
    memoryMebibytes: a.memoryMebibytes - b.memoryMebibytes,
    pods: a.pods - b.pods,
  };
}
