/** Stands in a resource's inputs for a value that is not known: only an update knows it, or it is encrypted. */
export const unknownInput = "<unknown>";

/** A resource as the engine has it: what it is, and what it stands on. */
export interface RegisteredNode {
  /** What the engine calls it; or what a recording does, as long as edges say the same. */
  readonly urn: string;
  /** Pulumi type token, such as `kubernetes:apps/v1:Deployment`. */
  readonly type: string;
  readonly name: string;
  /** False of components, which are nothing outside the engine. */
  readonly custom: boolean;
  /** Plain data; unknown values are {@link unknownInput}. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly parent?: string | undefined;
  /** URN of the provider that serves it. */
  readonly provider?: string | undefined;
  /** What it was told to wait for, and what its inputs were read from. */
  readonly dependencies: readonly string[];
  /** By input, what that input was read from. */
  readonly propertyDependencies?: Readonly<Record<string, readonly string[]>> | undefined;
  /** A resource whose deletion takes this one with it. */
  readonly deletedWith?: string | undefined;
  readonly protect?: boolean | undefined;
  readonly retainOnDelete?: boolean | undefined;
  /** Place in the engine's own list, where the source has one: a state export is in topological order. */
  readonly position?: number | undefined;
}

/**
 * What stands on what, as the engine sees it when it creates and deletes (pulumi/pulumi,
 * pkg/resource/graph/dependency_graph.go, `DependenciesOf`): provider, parent, dependencies explicit and read from inputs,
 * `deletedWith`. A resource is made after all of them, and deleted before any of them.
 *
 * A dependency on a component holds for its children as well, but for those that stand behind the resource in the
 * engine's list. SDKs put the children of a component of the program in its place, so that only a provider's own component,
 * such as a chart, is ever named; its children are all there before anybody can name it.
 */
export class OrderGraph {
  private readonly byUrn: ReadonlyMap<string, RegisteredNode>;
  private readonly children = new Map<string, RegisteredNode[]>();
  private readonly ground = new Map<string, ReadonlySet<RegisteredNode>>();

  constructor(readonly nodes: readonly RegisteredNode[]) {
    this.byUrn = new Map(nodes.map((node) => [node.urn, node]));
    for (const node of nodes) {
      if (node.parent === undefined) continue;
      const siblings = this.children.get(node.parent);
      if (siblings) siblings.push(node);
      else this.children.set(node.parent, [node]);
    }
  }

  node(urn: string | undefined): RegisteredNode | undefined {
    return urn === undefined ? undefined : this.byUrn.get(urn);
  }

  childrenOf({ urn }: RegisteredNode): readonly RegisteredNode[] {
    return this.children.get(urn) ?? [];
  }

  /** What a resource stands on directly. */
  edges(node: RegisteredNode): RegisteredNode[] {
    const { parent, provider, deletedWith, dependencies, propertyDependencies = {} } = node;
    const named = new Set([
      ...[parent, provider, deletedWith].filter((urn) => urn !== undefined),
      ...dependencies,
      ...Object.values(propertyDependencies).flat(),
    ]);
    const found = [...named].flatMap((urn) => this.byUrn.get(urn) ?? []);
    const within = found
      .filter(({ urn, custom }) => !custom && urn !== parent)
      .flatMap((component) => this.descendants(component))
      .filter(({ position }) => position === undefined || node.position === undefined || position < node.position);
    return [...new Set([...found, ...within])].filter((other) => other !== node);
  }

  /** Everything that a resource stands on, directly or by way of others. */
  standsOn(node: RegisteredNode): ReadonlySet<RegisteredNode> {
    const known = this.ground.get(node.urn);
    if (known) return known;
    const reached = new Set<RegisteredNode>();
    const queue = this.edges(node);
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      if (reached.has(next)) continue;
      reached.add(next);
      queue.push(...this.edges(next));
    }
    this.ground.set(node.urn, reached);
    return reached;
  }

  /** Whether `node` is certainly deleted before `ground`, and made after it. */
  outlivedBy(node: RegisteredNode, ground: RegisteredNode): boolean {
    return this.standsOn(node).has(ground);
  }

  /** By URN the step in which a resource can be made at the earliest: 0, or one after the last that it stands on. */
  steps(): ReadonlyMap<string, number> {
    const steps = new Map<string, number>();
    const visit = (node: RegisteredNode, path: ReadonlySet<RegisteredNode>): number => {
      const known = steps.get(node.urn);
      if (known !== undefined) return known;
      // The engine's graphs have no circles; a broken file's may, and must not hang the reader.
      const below = this.edges(node).filter((other) => !path.has(other));
      const within = new Set([...path, node]);
      const step = Math.max(-1, ...below.map((other) => visit(other, within))) + 1;
      steps.set(node.urn, step);
      return step;
    };
    for (const node of this.nodes) visit(node, new Set());
    return steps;
  }

  private descendants(component: RegisteredNode): RegisteredNode[] {
    return this.childrenOf(component).flatMap((child) => [child, ...this.descendants(child)]);
  }
}

/** A graph and where it comes from, in words that end a sentence. */
export interface RegisteredGraph {
  readonly source: string;
  /** Name of the stack. */
  readonly stack: string;
  readonly nodes: readonly RegisteredNode[];
}

/** The stack that a URN names, `urn:pulumi:<stack>::…`; nothing of other texts. */
export function stackOfUrn(urn: string): string | undefined {
  return /^urn:pulumi:([^:]+)::/.exec(urn)?.[1];
}
