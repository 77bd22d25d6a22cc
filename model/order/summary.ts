import { countKinds, isShown, layerOf, layersOf } from "./layers";
import { type OrderGraph, type RegisteredNode } from "./graph";
import { proveOrder, remedies, type Verdict } from "./prove";
import { describeNode } from "./read";

/** What is known of one requirement in one stack. */
export interface RequirementSummary {
  readonly title: string;
  readonly why: string;
  readonly sources: readonly string[];
  /** Pairs of a kept resource and a keeper, by what was decided. */
  readonly pairs: { readonly proven: number; readonly violated: number };
  /** Kept resources of which it cannot be decided, or that concern nobody in this stack. */
  readonly undecided: number;
  readonly elsewhere: number;
  /** Kinds of what must outlive, and of what must go first. */
  readonly keepers: readonly string[];
  readonly kept: readonly string[];
  /** Layers that both are in. */
  readonly keeperLayers: readonly string[];
  readonly keptLayers: readonly string[];
}

/** One claim that is not proven. */
export interface OpenClaim {
  readonly requirement: string;
  readonly kept: string;
  readonly urn: string;
}

/** The whole proof as plain data. */
export interface OrderSummary {
  /** Resources that exist outside the engine. */
  readonly resources: number;
  /** Steps that creation takes at least; destruction takes as many. */
  readonly steps: number;
  readonly layers: readonly {
    readonly name: string;
    readonly resources: number;
    readonly first: number;
    readonly last: number;
    readonly kinds: readonly { readonly kind: string; readonly count: number }[];
  }[];
  readonly requirements: readonly RequirementSummary[];
  readonly violated: readonly (OpenClaim & {
    readonly keepers: readonly string[];
    readonly remedies: readonly string[];
  })[];
  readonly undecided: readonly (OpenClaim & { readonly property: string })[];
  readonly elsewhere: readonly (OpenClaim & { readonly reason: string })[];
}

/** Proves the order of a graph and sums it up. */
export function summarizeOrder(graph: OrderGraph): OrderSummary {
  const verdicts = proveOrder(graph);
  const steps = [...graph.steps().values()];
  const open = ({ requirement, kept }: Verdict): OpenClaim => ({
    requirement: requirement.title,
    kept: describeNode(kept),
    urn: kept.urn,
  });
  return {
    resources: graph.nodes.filter(isShown).length,
    steps: Math.max(-1, ...steps) + 1,
    layers: layersOf(graph).map(({ name, nodes, first, last }) => ({
      name,
      resources: nodes.length,
      first: first + 1,
      last: last + 1,
      kinds: countKinds(nodes),
    })),
    requirements: byRequirement(verdicts),
    violated: verdicts
      .filter(({ outcome }) => outcome === "violated")
      .map((verdict) => ({
        ...open(verdict),
        keepers: verdict.missing.map(({ keeper }) => describeNode(keeper)),
        remedies: remedies(verdict.missing),
      })),
    undecided: verdicts.flatMap((verdict) =>
      verdict.unknown === undefined ? [] : [{ ...open(verdict), property: verdict.unknown }],
    ),
    elsewhere: verdicts.flatMap((verdict) =>
      verdict.reason === undefined ? [] : [{ ...open(verdict), reason: verdict.reason }],
    ),
  };
}

function byRequirement(verdicts: readonly Verdict[]): RequirementSummary[] {
  const groups = new Map<string, Verdict[]>();
  for (const verdict of verdicts) {
    const { title } = verdict.requirement;
    groups.set(title, [...(groups.get(title) ?? []), verdict]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { title, why, sources } = first.requirement;
    const decided = group.filter(({ keepers }) => keepers.length > 0);
    const [keepers, kept] = [decided.flatMap((verdict) => verdict.keepers), group.map((verdict) => verdict.kept)];
    const violated = group.reduce((sum, { missing }) => sum + missing.length, 0);
    const layers = (nodes: readonly RegisteredNode[]) => [...new Set(nodes.map(layerOf))];
    return [
      {
        title,
        why,
        sources,
        pairs: { proven: keepers.length - violated, violated },
        undecided: group.filter(({ outcome }) => outcome === "undecided").length,
        elsewhere: group.filter(({ outcome }) => outcome === "elsewhere").length,
        keepers: kinds(keepers),
        kept: kinds(kept),
        keeperLayers: layers(keepers),
        keptLayers: layers(kept),
      },
    ];
  });
}

/** Kinds by frequency of the resources, each resource once. */
function kinds(nodes: readonly RegisteredNode[]): string[] {
  return countKinds([...new Set(nodes)]).map(({ kind }) => kind);
}
