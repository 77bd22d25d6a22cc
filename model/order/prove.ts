import { type Claim, claimsOf } from "./claims";
import { kubernetesProvider } from "./clusters";
import { OrderGraph, type RegisteredNode } from "./graph";
import { describeNode } from "./read";
import { type Requirement } from "./requirements";

/** An order that nothing enforces: `kept` may be deleted after `keeper`, and made before it. */
export interface MissingEdge {
  readonly keeper: RegisteredNode;
  /** What should wait for the keeper; the kept resource, or the provider of all objects of its cluster. */
  readonly waits: RegisteredNode;
  /** Whether the keeper stands on what should wait for it, so that the order is certainly the wrong one. */
  readonly reversed: boolean;
}

/** What became of a claim. */
export interface Verdict {
  readonly requirement: Requirement;
  readonly kept: RegisteredNode;
  readonly keepers: readonly RegisteredNode[];
  /** `elsewhere`: nobody in this stack is concerned, so taking it down changes nothing. */
  readonly outcome: "proven" | "violated" | "undecided" | "elsewhere";
  /** Of a violated claim, at least one. */
  readonly missing: readonly MissingEdge[];
  /** Of an undecided one: the property of `kept` that is not known. */
  readonly unknown?: string;
  /** Of one that is elsewhere: why. */
  readonly reason?: string;
}

/** Proves of each claim that the engine keeps its order, or says which edge is missing. Pure; the order of nodes is all one. */
export function proveOrder(graph: OrderGraph): Verdict[] {
  return claimsOf(graph).map((claim) => decide(claim, graph));
}

function decide({ requirement, kept, keepers, doubt, elsewhere }: Claim, graph: OrderGraph): Verdict {
  const base = { requirement, kept, keepers };
  const missing = keepers
    .filter((keeper) => !graph.outlivedBy(kept, keeper))
    .map((keeper) => missingEdge(kept, keeper, graph));
  // What is certainly wrong stays wrong whatever else is not known.
  if (missing.length > 0) return { ...base, outcome: "violated", missing };
  if (doubt !== undefined) return { ...base, outcome: "undecided", missing, unknown: doubt };
  if (elsewhere !== undefined) return { ...base, outcome: "elsewhere", missing, reason: elsewhere };
  return { ...base, outcome: "proven", missing };
}

function missingEdge(kept: RegisteredNode, keeper: RegisteredNode, graph: OrderGraph): MissingEdge {
  const provider = graph.node(kept.provider);
  // A wait of the provider holds for every object at once.
  const byProvider = provider?.type === kubernetesProvider && keeper.type.startsWith("aws:");
  const waits = byProvider ? provider : kept;
  const reversed = graph.outlivedBy(keeper, kept) || graph.outlivedBy(keeper, waits);
  return { keeper, waits, reversed };
}

/** Names of a list that a reader still takes in. */
const longestList = 4;

/** `Addon vpc-cni, Role nodes and 3 more`. */
export function describeNodes(nodes: readonly RegisteredNode[]): string {
  const names = nodes.slice(0, longestList).map(describeNode);
  const more = nodes.length - names.length;
  return `${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** What to change so that the missing edges are there, one imperative for each resource that should wait. */
export function remedies(missing: readonly MissingEdge[]): string[] {
  const groups = new Map<string, MissingEdge[]>();
  for (const edge of missing) {
    const key = `${edge.waits.urn} ${edge.reversed}`;
    groups.set(key, [...(groups.get(key) ?? []), edge]);
  }
  return [...groups.values()].flatMap((edges) => {
    const [first] = edges;
    if (!first) return [];
    const [keepers, waits] = [describeNodes(edges.map(({ keeper }) => keeper)), describeNode(first.waits)];
    const edge = `set dependsOn: [${keepers}] on ${waits}`;
    return first.reversed ? `let ${keepers} no longer depend on ${waits}, and ${edge}` : edge;
  });
}

/** Builds the graph of some nodes and proves its order. */
export function proveNodes(nodes: readonly RegisteredNode[]): Verdict[] {
  return proveOrder(new OrderGraph(nodes));
}
