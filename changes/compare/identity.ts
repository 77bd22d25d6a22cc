import { type PropertyObject } from "../../registrations/property-values";
import { type ResourceChange } from "./resources";

/** The parts of a registration that say what it is. */
export interface Described {
  readonly type: string;
  readonly name: string;
  readonly inputs: PropertyObject;
}

/** `Deployment altlas/api-gateway`: kind and the object's own name; of what is no Kubernetes object the engine's name. */
export function describeResource({ type, name, inputs }: Described): string {
  const kind = type.split(":").at(-1) ?? type;
  const metadata = inputs.metadata as PropertyObject | undefined;
  if (!type.startsWith("kubernetes:") || typeof metadata?.name !== "string") return `${kind} ${name}`;
  return `${kind} ${typeof metadata.namespace === "string" ? `${metadata.namespace}/` : ""}${metadata.name}`;
}

/** The resource of a change, by what it is now, or was. */
export function describeChange({ after, before, type, name }: ResourceChange): string {
  return describeResource(after ?? before ?? { type, name, inputs: {} });
}

/** Layers in the order in which they are made; what belongs to none is in the last. */
export const layers = [
  "cluster",
  "foundation",
  "scaling",
  "mesh",
  "data",
  "messaging",
  "observability",
  "network",
  "secrets",
  "services",
  "other",
] as const;
export type Layer = (typeof layers)[number];

/** Components are named `platform:<room>:<Component>`; rooms that are not called like their layer. */
const rooms: Readonly<Record<string, Layer>> = {
  aws: "cluster",
  workload: "services",
  foundation: "foundation",
  // Operators.
  system: "foundation",
};

/** Kinds that stand at the root of the stack. */
const roots: readonly (readonly [pattern: RegExp, layer: Layer])[] = [
  [/^(?:aws:|pulumi:providers:)/, "cluster"],
  [/^kubernetes:networking\.k8s\.io\//, "network"],
  [/^kubernetes:(?:scheduling|storage)\.k8s\.io\//, "foundation"],
  [/^kubernetes:(?:core\/v1:Namespace|apiextensions)/, "foundation"],
  [/^(?:random:|kubernetes:core\/v1:Secret)/, "secrets"],
  [/^kubernetes:/, "services"],
];

/** The layer that makes a resource, by its root: the types from the root down are in its key. */
export function layerOf(key: string): Layer {
  const root = key.slice(0, key.indexOf("::")).split("$")[0] ?? "";
  const room = /^platform:(\w+):/.exec(root)?.[1];
  if (room !== undefined) return rooms[room] ?? layers.find((layer) => layer === room) ?? "other";
  return roots.find(([pattern]) => pattern.test(root))?.[1] ?? "other";
}
