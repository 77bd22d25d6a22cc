import { type Clusters, kubernetesProvider } from "./clusters";
import { type OrderGraph, type RegisteredNode, unknownInput } from "./graph";
import { isKind, objectKind, text, texts } from "./read";

/** A resource together with what only its place in the graph tells. */
export interface ClusterObject {
  readonly node: RegisteredNode;
  /** The API server that it is at: the cluster of this stack, else its provider. */
  readonly api: string;
}

const charts = /^kubernetes:helm\.sh\/v[34]:(?:Chart|Release)$/;
/** Components that a provider makes with all that is in them, and in an order of its own. */
const remoteComponents = /^kubernetes:(?:helm\.sh\/v[34]:Chart|yaml\/v2:Config(?:File|Group)|kustomize\/v2:Directory)$/;

/** Kubernetes objects and charts of a graph, by the API server that they are at. */
export class ClusterObjects {
  readonly all: readonly ClusterObject[];
  readonly charts: readonly ClusterObject[];

  constructor(
    private readonly graph: OrderGraph,
    readonly clusters: Clusters,
  ) {
    const located = graph.nodes
      .filter(({ type }) => type.startsWith("kubernetes:"))
      .map((node) => ({ node, api: this.apiOf(node) }));
    this.all = located.filter(({ node }) => objectKind(node) !== undefined);
    this.charts = located.filter(({ node }) => charts.test(node.type));
  }

  /** Providers of Kubernetes, those that no object has included. */
  providers(): RegisteredNode[] {
    return this.graph.nodes.filter(({ type }) => type === kubernetesProvider);
  }

  /** The cluster of this stack that an object is in, if it is in one. */
  clusterOf({ api }: ClusterObject): RegisteredNode | undefined {
    const node = this.graph.node(api);
    return node?.type === kubernetesProvider ? undefined : node;
  }

  /** Objects at the same API server, of kinds of Kubernetes' own groups. */
  beside({ api }: ClusterObject, ...kinds: readonly string[]): RegisteredNode[] {
    return this.all.filter((other) => other.api === api && isKind(other.node, ...kinds)).map(({ node }) => node);
  }

  /** The Service of that name, and the workloads whose pods it selects: who answers what is asked of it. */
  behind(object: ClusterObject, namespace: string, name: string): RegisteredNode[] {
    const services = this.beside(object, "Service").filter(
      (node) => text(node, "metadata", "namespace") === namespace && text(node, "metadata", "name") === name,
    );
    return services.flatMap((service) => {
      const selector = Object.entries(texts(service, "spec", "selector"));
      const workloads = this.beside(object, "Deployment", "StatefulSet", "DaemonSet").filter((node) => {
        const labels = texts(node, "spec", "template", "metadata", "labels");
        const selected = selector.length > 0 && selector.every(([key, value]) => labels[key] === value);
        return selected && text(node, "metadata", "namespace") === namespace;
      });
      return [service, ...workloads];
    });
  }

  /** Whether a provider makes both as parts of one component, and so sees to their order itself. */
  ofOneComponent(one: RegisteredNode, other: RegisteredNode): boolean {
    const own = this.remoteAncestor(one);
    return own !== undefined && own === this.remoteAncestor(other);
  }

  /** Custom resources below a component. */
  within(component: RegisteredNode): RegisteredNode[] {
    return this.graph
      .childrenOf(component)
      .flatMap((child) => [...(child.custom ? [child] : []), ...this.within(child)]);
  }

  standsOn(node: RegisteredNode, ground: RegisteredNode): boolean {
    return this.graph.outlivedBy(node, ground);
  }

  /** What lies in the same component of the program; nothing of what lies at the root. */
  siblings(node: RegisteredNode): RegisteredNode[] {
    const parent = this.graph.node(node.parent);
    if (!parent || parent.type === "pulumi:pulumi:Stack") return [];
    return this.graph.childrenOf(parent).filter((other) => other !== node);
  }

  private remoteAncestor(node: RegisteredNode): RegisteredNode | undefined {
    const parent = this.graph.node(node.parent);
    if (!parent) return undefined;
    return remoteComponents.test(parent.type) ? parent : this.remoteAncestor(parent);
  }

  private apiOf(node: RegisteredNode): string {
    const provider = this.graph.node(node.provider);
    if (!provider) return node.provider ?? "";
    const cluster = this.clusters.ofProvider(provider);
    return typeof cluster === "string" ? provider.urn : cluster.urn;
  }
}

/** Namespace and name of an object; unknown ones as {@link unknownInput}. */
export function placeOf(node: RegisteredNode): { readonly namespace?: string; readonly name: string } {
  const namespace = text(node, "metadata", "namespace");
  return { ...(namespace === undefined ? {} : { namespace }), name: text(node, "metadata", "name") ?? unknownInput };
}
