import { type Amount } from "./pods";

/** Highest score of a plugin. */
const most = 100;

/** What pods on a node ask for together. */
export type Used = Pick<Amount, "cpuMillicores" | "memoryMebibytes">;

/** Siblings of a pod where it could go. */
export interface Siblings {
  readonly zone: number;
  readonly inZone: number;
  readonly onNode: number;
}

/** What the scheduler reckons for a pod that asks for no CPU or no memory, in this score only: 100m and 200 MiB. */
const assumed: Used = { cpuMillicores: 100, memoryMebibytes: 200 };

/** NodeResourcesFit's score, LeastAllocated: the larger the part of the node that stays free, the higher. */
export function leastAllocated(size: Used, used: Used, pod: Used): number {
  const free = (one: keyof Used) => {
    const asked = used[one] + (pod[one] || assumed[one]);
    return size[one] === 0 || asked > size[one] ? 0 : Math.floor(((size[one] - asked) * most) / size[one]);
  };
  return Math.floor((free("cpuMillicores") + free("memoryMebibytes")) / 2);
}

/** NodeResourcesBalancedAllocation's score: the more the pod evens out how full CPU and memory are, the higher. */
export function balancedAllocation(size: Used, used: Used, pod: Used): number {
  const balance = (cpu: number, memory: number) => {
    const share = (asked: number, capacity: number) => Math.min(1, capacity === 0 ? 0 : asked / capacity);
    const deviation = Math.abs((share(cpu, size.cpuMillicores) - share(memory, size.memoryMebibytes)) / 2);
    return Math.floor((1 - deviation) * most);
  };
  const before = balance(used.cpuMillicores, used.memoryMebibytes);
  const after = balance(used.cpuMillicores + pod.cpuMillicores, used.memoryMebibytes + pod.memoryMebibytes);
  return most / 2 + Math.trunc((most / 2 + after - before) / 2);
}

/**
 * PodTopologySpread's scores of the nodes that a pod could go to: the fewer siblings on the node, and in its zone, the
 * higher. Wishes of a skew of one, as every component here has them.
 *
 * @param overZones whether the zone is wished too; not where it is a condition already.
 */
export function topologySpread(nodes: readonly Siblings[], overZones: boolean): number[] {
  // So that zones, which are few, are not drowned by nodes, which are many.
  const weight = (places: number) => Math.log(places + 2);
  const zoneWeight = overZones ? weight(new Set(nodes.map(({ zone }) => zone)).size) : 0;
  const nodeWeight = weight(nodes.length);
  const counts = nodes.map(({ inZone, onNode }) => Math.round(inZone * zoneWeight + onNode * nodeWeight));
  const [lowest, highest] = [Math.min(...counts), Math.max(...counts)];
  if (highest === 0) return counts.map(() => most);
  return counts.map((count) => Math.floor((most * (highest + lowest - count)) / highest));
}
