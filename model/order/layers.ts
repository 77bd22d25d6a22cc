import { platformLabelKeys } from "../labels";
import { awsTypes, kubernetesProvider } from "./clusters";
import { type OrderGraph, type RegisteredNode, unknownInput } from "./graph";
import { objectKind, text } from "./read";

/** Add-ons that a node needs before it is ready, and so come before the nodes. */
const earlyAddons: readonly string[] = ["eks-pod-identity-agent", "kube-proxy", "vpc-cni"];

const ofTypes = (pattern: RegExp) => (node: RegisteredNode) => pattern.test(node.type);
const isEarly = (node: RegisteredNode) =>
  node.type === awsTypes.addon && earlyAddons.includes(text(node, "addonName") ?? "");

/** Layers of a stack beneath its cluster's objects, in the order in which they are made; the first that fits is a resource's. */
const groundLayers: readonly { readonly name: string; readonly holds: (node: RegisteredNode) => boolean }[] = [
  { name: "generated values", holds: ofTypes(/^random:/) },
  { name: "keys and identities", holds: ofTypes(/^(?:aws:(?:kms|iam)\/|pulumi:providers:aws$)/) },
  { name: "network and logs", holds: ofTypes(/^aws:(?:ec2\/(?!launchTemplate)|vpc\/|cloudwatch\/)/) },
  { name: "control plane and access", holds: ofTypes(/^aws:eks\/(?:cluster|access)/) },
  { name: "add-ons before nodes", holds: isEarly },
  { name: "nodes", holds: ofTypes(/^aws:(?:eks\/nodeGroup|autoscaling\/|ec2\/launchTemplate)/) },
  { name: "storage", holds: ofTypes(/^aws:(?:s3|efs|ecr)\//) },
  { name: "add-ons and roles of controllers", holds: ofTypes(/^aws:eks\//) },
  { name: "other resources", holds: ofTypes(/^(?!kubernetes:|pulumi:)/) },
  { name: "way into the cluster", holds: (node) => node.type === kubernetesProvider },
];

/** Resources of a stack that are made together. */
export interface Layer {
  readonly name: string;
  readonly nodes: readonly RegisteredNode[];
  /** Earliest and latest step of creation of its resources. */
  readonly first: number;
  readonly last: number;
}

/** The resources of a graph by layer: those beneath the cluster, then its objects by the tier that they are labelled with. */
export function layersOf(graph: OrderGraph): Layer[] {
  const steps = graph.steps();
  const groups = new Map<string, RegisteredNode[]>(groundLayers.map(({ name }) => [name, []]));
  for (const node of graph.nodes) {
    if (!isShown(node)) continue;
    const name = layerOf(node);
    groups.set(name, [...(groups.get(name) ?? []), node]);
  }
  const layers = [...groups].flatMap(([name, nodes]) => {
    if (nodes.length === 0) return [];
    const own = nodes.map(({ urn }) => steps.get(urn) ?? 0);
    return [{ name, nodes, first: Math.min(...own), last: Math.max(...own) }];
  });
  const ground = (name: string) => groundLayers.findIndex((layer) => layer.name === name);
  return layers.sort((a, b) => {
    const [one, other] = [ground(a.name), ground(b.name)];
    if (one >= 0 || other >= 0)
      return (one < 0 ? groundLayers.length : one) - (other < 0 ? groundLayers.length : other);
    return a.first - b.first || a.last - b.last || (a.name < b.name ? -1 : 1);
  });
}

/** Whether a resource exists outside the engine: components do not, but for those that a provider makes of a chart. */
export function isShown({ custom, type }: RegisteredNode): boolean {
  return custom || type.startsWith("kubernetes:");
}

/** Name of the layer that a resource is in. */
export function layerOf(node: RegisteredNode): string {
  if (node.type.startsWith("kubernetes:")) {
    const tier = text(node, "metadata", "labels", platformLabelKeys.tier);
    return tier === undefined || tier === unknownInput ? "objects in the cluster" : tier;
  }
  return groundLayers.find(({ holds }) => holds(node))?.name ?? "other resources";
}

/** Kinds of resources with their number, the most frequent first. */
export function countKinds(nodes: readonly RegisteredNode[]): { readonly kind: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const node of nodes) {
    const kind = kindOf(node);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts]
    .map(([kind, count]) => ({ kind, count }))
    .sort((a, b) => b.count - a.count || (a.kind < b.kind ? -1 : 1));
}

function kindOf(node: RegisteredNode): string {
  if (node.type.startsWith("pulumi:providers:")) return `${node.type.split(":").at(-1) ?? ""} provider`;
  return objectKind(node)?.kind ?? node.type.split(":").at(-1) ?? node.type;
}
