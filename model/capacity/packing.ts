import { dimensions, type NodeSet, nodeCount, type PodGroup } from "./pods";

/** Choices after which the search gives up: some tenths of a second. */
const choicesAtMost = 300_000;

/** Pods of each group, in the order of the groups. */
type Counts = readonly number[];

interface Search {
  readonly groups: readonly PodGroup[];
  readonly capacity: NodeSet["node"];
  /** Pods that were left with so many nodes, and found to need more. */
  readonly hopeless: Set<string>;
  choices: number;
}

/** The search was broken off. */
class Exhausted extends Error {}

/**
 * Whether no placement exists, by looking at every way to fill the nodes one after the other. Zones are left out, and with
 * them nothing but conditions: what does not fit without them does not fit at all.
 *
 * Two arguments keep it small. All nodes are equal, so the first of the pods that are left, the largest there is, may be
 * taken to be on the next one. And a node need only be filled up: a pod from another node, put where there is still room,
 * makes nothing worse.
 *
 * @returns `undefined` when there are too many ways to look at.
 */
export function noPlacement(nodes: NodeSet, groups: readonly PodGroup[]): boolean | undefined {
  const { node } = nodes;
  const share = ({ pod }: PodGroup) => Math.max(...dimensions.map((one) => pod[one] / Math.max(1, node[one])));
  const sorted = groups.filter(({ count }) => count > 0).sort((a, b) => share(b) - share(a));
  const search: Search = { groups: sorted, capacity: node, hopeless: new Set(), choices: 0 };
  try {
    const counts = sorted.map(({ count }) => count);
    return !fits(search, counts, nodeCount(nodes));
  } catch (error) {
    if (error instanceof Exhausted) return undefined;
    throw error;
  }
}

/** Whether the pods that are left fit on so many empty nodes. */
function fits(search: Search, left: Counts, nodes: number): boolean {
  const first = left.findIndex((count) => count > 0);
  if (first < 0) return true;
  if (!enough(search, left, nodes)) return false;
  const key = `${nodes}:${left.join()}`;
  if (search.hopeless.has(key)) return false;
  for (const filling of fillings(search, left, first)) {
    const rest = left.map((count, index) => count - (filling[index] ?? 0));
    if (fits(search, rest, nodes - 1)) return true;
  }
  search.hopeless.add(key);
  return false;
}

/** Whether the nodes have as much as is left to place, and one for each pod that must be alone there. */
function enough({ groups, capacity }: Search, left: Counts, nodes: number): boolean {
  if (groups.some(({ alone }, index) => alone === "node" && (left[index] ?? 0) > nodes)) return false;
  return dimensions.every(
    (one) => groups.reduce((sum, { pod }, index) => sum + pod[one] * (left[index] ?? 0), 0) <= nodes * capacity[one],
  );
}

/** Every way to fill a node up with pods that are left, at least one of the first group among them; most pods first. */
function* fillings(search: Search, left: Counts, first: number): Generator<Counts> {
  const { groups, capacity } = search;
  const chosen = groups.map(() => 0);
  const room = { ...capacity };
  const mayHave = (index: number) =>
    groups[index]?.alone === "node" ? Math.min(1, left[index] ?? 0) : (left[index] ?? 0);
  const roomFor = ({ pod }: PodGroup) =>
    Math.min(...dimensions.map((one) => (pod[one] === 0 ? Infinity : Math.floor(room[one] / pod[one]))));
  const put = ({ pod }: PodGroup, count: number) => {
    for (const one of dimensions) room[one] -= pod[one] * count;
  };
  function* from(index: number): Generator<Counts> {
    const group = groups[index];
    if (!group) {
      const full = groups.every((one, other) => (chosen[other] ?? 0) >= mayHave(other) || roomFor(one) < 1);
      if (full) yield [...chosen];
      return;
    }
    const highest = Math.min(mayHave(index), roomFor(group));
    for (let count = highest; count >= (index === first ? 1 : 0); count -= 1) {
      search.choices += 1;
      if (search.choices > choicesAtMost) throw new Exhausted();
      chosen[index] = count;
      put(group, count);
      yield* from(index + 1);
      put(group, -count);
    }
    chosen[index] = 0;
  }
  yield* from(first);
}
