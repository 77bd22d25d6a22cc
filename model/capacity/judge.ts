import { groupThatMayWait, type Shortage, shortage } from "./bounds";
import { type OrderTally, tryOrders } from "./orders";
import { noPlacement } from "./packing";
import { evenly, type Amount, nodeCount, type NodeSet, type PodGroup } from "./pods";
import { firstFitDecreasing } from "./witness";

/**
 * What a verdict stands on. `proof`: an argument that holds for every order and history of events. `orders`: many orders
 * of the pods from empty nodes, in a simulation of the scheduler that the real one was held against (docs/evidence.md).
 */
export type Evidence = "proof" | "orders";

/**
 * Whether pods fit on nodes. `fits`: the scheduler places every pod. `does not fit`: it leaves some waiting; by proof
 * because no placement exists. `undecided`: neither is known, or it depends on the order.
 */
export type Verdict =
  | { readonly verdict: "fits"; readonly evidence: "proof" }
  | { readonly verdict: "fits"; readonly evidence: "orders"; readonly tally: OrderTally }
  | { readonly verdict: "does not fit"; readonly evidence: "proof"; readonly shortage: Shortage }
  | { readonly verdict: "does not fit"; readonly evidence: "orders"; readonly tally: OrderTally; readonly why: string }
  | { readonly verdict: "undecided"; readonly why: string; readonly group: string; readonly tally?: OrderTally };

/** Judges one set of equal nodes and the pods that must go there, by proof or else by trying orders. */
export function judge(nodes: NodeSet, groups: readonly PodGroup[]): Verdict {
  const proven = prove(nodes, groups) ?? proveByPacking(nodes, groups);
  if (proven) return proven;
  const tally = tryOrders(nodes, groups);
  const { orders, complete, fewestWaiting, group = "" } = tally;
  if (complete === orders) return { verdict: "fits", evidence: "orders", tally };
  if (complete === 0) {
    const placed = firstFitDecreasing(nodes, groups) ? ", although a placement exists" : "";
    const why = `in each of ${orders} orders ${fewestWaiting} or more pods stay without a node${placed}`;
    return { verdict: "does not fit", evidence: "orders", tally, why };
  }
  const why = `In ${complete} of ${orders} orders all pods find a node; in the others ${fewestWaiting} or more do not, most often of ${group}.`;
  return { verdict: "undecided", group, tally, why };
}

/** The verdict where it can be proven, quickly; `undefined` where more would have to be looked at. */
export function prove(nodes: NodeSet, groups: readonly PodGroup[]): Verdict | undefined {
  if (!groupThatMayWait(nodes, groups)) return { verdict: "fits", evidence: "proof" };
  const lacking = shortage(nodes, groups);
  return lacking ? { verdict: "does not fit", evidence: "proof", shortage: lacking } : undefined;
}

function proveByPacking(nodes: NodeSet, groups: readonly PodGroup[]): Verdict | undefined {
  if (noPlacement(nodes, groups) !== true) return undefined;
  const available = nodeCount(nodes);
  const why = "however the nodes are filled, some pods are left over";
  const lacking: Shortage = { dimension: "nodes", needed: available + 1, available, why };
  return { verdict: "does not fit", evidence: "proof", shortage: lacking };
}

/** More nodes than this are never tried: the autoscaler's own tests end at a thousand. */
const mostNodes = 1000;

/**
 * Fewest nodes of a kind on which the pods fit by proof, or at which the first placement is thinkable.
 * @returns `undefined` where no number does, because a single pod is larger than a node.
 */
export function fewestNodes(
  node: Amount,
  zones: number,
  groups: readonly PodGroup[],
  wanted: "fits" | "thinkable",
): number | undefined {
  const holds = (count: number) => {
    const verdict = prove({ node, zones: evenly(count, zones) }, groups)?.verdict;
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
