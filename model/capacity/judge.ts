import { groupThatMayWait, type Shortage, shortage } from "./bounds";
import { evenly, type Amount, type NodeSet, type PodGroup } from "./pods";
import { firstFitDecreasing } from "./witness";

/**
 * Whether pods fit on nodes. `fits`: the scheduler places every pod, in any order and after any history. `does not fit`:
 * no placement exists. `undecided`: some placement may exist, but an unlucky order can leave a pod waiting.
 */
export type Verdict =
  | { readonly verdict: "fits" }
  | { readonly verdict: "does not fit"; readonly shortage: Shortage }
  | { readonly verdict: "undecided"; readonly why: string; readonly group: string };

/** Judges one set of equal nodes and the pods that must go there. */
export function judge(nodes: NodeSet, groups: readonly PodGroup[]): Verdict {
  const waiting = groupThatMayWait(nodes, groups);
  if (!waiting) return { verdict: "fits" };
  const lacking = shortage(nodes, groups);
  if (lacking) return { verdict: "does not fit", shortage: lacking };
  const placed = firstFitDecreasing(nodes, groups);
  return {
    verdict: "undecided",
    group: waiting.name,
    why: placed
      ? `The largest first, all find a place; in another order a pod of ${waiting.name} can find every node taken.`
      : `No shortage proves that they cannot be placed, and the largest first does not place them either (${waiting.name}).`,
  };
}

/** More nodes than this are never tried: the autoscaler's own tests end at a thousand. */
const mostNodes = 1000;

/**
 * Fewest nodes of a kind on which the pods fit in any order, or at which the first placement is thinkable.
 * @returns `undefined` where no number does, because a single pod is larger than a node.
 */
export function fewestNodes(
  node: Amount,
  zones: number,
  groups: readonly PodGroup[],
  wanted: "fits" | "thinkable",
): number | undefined {
  const holds = (count: number) => {
    const { verdict } = judge({ node, zones: evenly(count, zones) }, groups);
    return wanted === "fits" ? verdict === "fits" : verdict !== "does not fit";
  };
  let upper = 1;
  while (!holds(upper)) {
    if (upper >= mostNodes) return undefined;
    upper = Math.min(mostNodes, upper * 2);
  }
  let lower = upper === 1 ? 0 : Math.floor(upper / 2);
  // More nodes never make it worse: both bounds only gain by them, up to the rounding over zones that the last steps mend.
  while (upper - lower > 1) {
    const middle = Math.floor((lower + upper) / 2);
    if (holds(middle)) upper = middle;
    else lower = middle;
  }
  return upper;
}
