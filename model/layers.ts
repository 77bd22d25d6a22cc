/** The layers that one environment may be split into, from the ground up; each stands on the one before it. */
export const layers = ["cluster", "platform", "services"] as const;

/**
 * - `cluster`: all that is made on AWS. There is none where the cluster exists already.
 * - `platform`: what is in the cluster and serves every service: namespaces, classes, scaling, the services' secrets.
 * - `services`: the services, their claims and the policies of their edges.
 */
export type Layer = (typeof layers)[number];

/** What one stack registers of its environment. */
export interface StackLayers {
  /** From the ground up, each standing on the one before it. */
  readonly registers: readonly Layer[];
  /** The stack that registers the layer beneath the lowest of these; absent where nothing lies beneath. */
  readonly beneath?: string;
}

/** Layers of an environment, by whether its cluster is made or exists. */
export function layersOf(makesCluster: boolean): readonly Layer[] {
  return makesCluster ? layers : layers.slice(1);
}

/** Whether a stack registers all that its environment has. */
export function isWhole({ registers, beneath }: StackLayers): boolean {
  return beneath === undefined && registers.includes("services");
}

/** From the ground up, each once. */
export function inOrder(some: readonly Layer[]): Layer[] {
  return layers.filter((layer) => some.includes(layer));
}

/** Whether none is missing between the lowest and the highest of some layers. */
export function areAdjacent(some: readonly Layer[]): boolean {
  const places = some.map((layer) => layers.indexOf(layer));
  return Math.max(...places) - Math.min(...places) === new Set(some).size - 1;
}

/** What a stack that has a layer as its lowest stands on; nothing where that is the ground. */
export function layerBeneath(layer: Layer, makesCluster: boolean): Layer | undefined {
  const all = layersOf(makesCluster);
  return all[all.indexOf(layer) - 1];
}
