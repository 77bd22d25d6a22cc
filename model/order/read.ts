import { type RegisteredNode, unknownInput } from "./graph";

/**
 * A value of a resource's inputs; {@link unknownInput} when it or something above it is not known, `undefined` when it is
 * not there. Marks of secrets, as recordings have them, are passed through.
 */
export function input({ inputs }: Pick<RegisteredNode, "inputs">, ...path: readonly string[]): unknown {
  return within(inputs, path);
}

/** A text of a resource's inputs; see {@link input}. What is no text counts as absent. */
export function text(node: Pick<RegisteredNode, "inputs">, ...path: readonly string[]): string | undefined {
  const value = input(node, ...path);
  return typeof value === "string" ? value : undefined;
}

/** The texts of an object of texts, such as labels; unknown ones included. */
export function texts(
  node: Pick<RegisteredNode, "inputs">,
  ...path: readonly string[]
): Readonly<Record<string, string>> {
  const value = input(node, ...path);
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

/** The entries of a list; none when it is absent or unknown. */
export function list(
  node: Pick<RegisteredNode, "inputs">,
  ...path: readonly string[]
): { readonly inputs: Readonly<Record<string, unknown>> }[] {
  const value = input(node, ...path);
  if (!Array.isArray(value)) return [];
  return value.map((entry: unknown) => ({
    inputs: typeof entry === "object" && entry !== null ? (entry as Record<string, unknown>) : {},
  }));
}

function within(value: unknown, path: readonly string[]): unknown {
  const opened = open(value);
  const [key, ...rest] = path;
  if (key === undefined || opened === unknownInput) return opened ?? undefined;
  if (typeof opened !== "object" || opened === null || !Object.hasOwn(opened, key)) return undefined;
  return within((opened as Record<string, unknown>)[key], rest);
}

function open(value: unknown): unknown {
  return typeof value === "object" && value !== null && "$secret" in value ? open(value.$secret) : value;
}

/** Group and kind of a Kubernetes object. */
export interface ObjectKind {
  /** Empty for the core group. */
  readonly group: string;
  readonly kind: string;
}

/** What stands for many objects, or for a part of one, is no object. */
const noObject = /^kubernetes:(?:helm\.sh|kustomize|yaml)[/:]|Patch$|List$/;

/** Group and kind of the Kubernetes object that a resource is; nothing of any other resource. */
export function objectKind({ type, custom }: Pick<RegisteredNode, "type" | "custom">): ObjectKind | undefined {
  if (!custom || !type.startsWith("kubernetes:") || noObject.test(type)) return undefined;
  const [, version = "", kind = ""] = type.split(":");
  const [group = ""] = version.split("/");
  return { group: version.includes("/") && group !== "core" ? group : "", kind };
}

/** Whether a resource is an object of one of the kinds of Kubernetes' own groups. */
export function isKind(node: RegisteredNode, ...kinds: readonly string[]): boolean {
  const own = objectKind(node);
  return own !== undefined && kinds.includes(own.kind) && !isCustom(own);
}

/** Whether a kind is none of Kubernetes' own: those have a bare word for a group, or one that is approved for `k8s.io`. */
export function isCustom({ group }: ObjectKind): boolean {
  return group.includes(".") && (!group.endsWith(".k8s.io") || approvedCustomGroups.has(group));
}

/** Groups of Kubernetes' own projects whose kinds come with definitions. */
const approvedCustomGroups: ReadonlySet<string> = new Set([
  "snapshot.storage.k8s.io",
  "groupsnapshot.storage.k8s.io",
  "gateway.networking.k8s.io",
  "autoscaling.k8s.io",
  "policy.networking.k8s.io",
]);

/** How people call a resource: `Service altlas/api-gateway`, `Addon vpc-cni`. */
export function describeNode(node: RegisteredNode): string {
  const kind = node.type.startsWith("pulumi:providers:") ? "provider" : (node.type.split(":").at(-1) ?? node.type);
  const own = objectKind(node);
  const [namespace, name] = own ? [text(node, "metadata", "namespace"), text(node, "metadata", "name")] : [];
  const known = name !== undefined && name !== unknownInput ? name : node.name;
  return `${kind} ${namespace === undefined || namespace === unknownInput ? "" : `${namespace}/`}${known}`;
}

/** A name as AWS knows it; the engine's name where it makes one by itself. */
export function nameOf(node: RegisteredNode, ...path: readonly string[]): string {
  return text(node, ...(path.length === 0 ? ["name"] : path)) ?? text(node, "name") ?? node.name;
}
