import { proveNodes, type Verdict } from "../../model/order/prove";
import { orderNodes } from "../sources/nodes";
import { type Graph } from "./graph";

const proofs = new WeakMap<Graph, readonly Verdict[]>();

/** What must outlive what in a graph, and whether it does; proven once. */
export function orderProof(graph: Graph): readonly Verdict[] {
  const known = proofs.get(graph);
  if (known) return known;
  const proof = proveNodes(orderNodes(graph.resources));
  proofs.set(graph, proof);
  return proof;
}
