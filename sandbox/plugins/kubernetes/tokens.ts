/** Pulumi type tokens and Kubernetes kinds. */
import { builtInKind, isBuiltInGroup } from "./kinds";

export interface GroupVersionKind {
  /** "" for the core group. */
  group: string;
  version: string;
  kind: string;
}

/** `apps/v1`, or `v1` for the core group: what stands in an object's `apiVersion`. */
export const apiVersionOf = ({ group, version }: GroupVersionKind): string =>
  group === "" ? version : `${group}/${version}`;

/** Reads `apps/v1` or `v1`; undefined when it is neither. */
export function parseApiVersion(apiVersion: string): { group: string; version: string } | undefined {
  const parts = apiVersion.split("/");
  if (parts.length === 1 && parts[0] !== "") return { group: "", version: parts[0] ?? "" };
  if (parts.length === 2 && parts[0] !== "" && parts[1] !== "") {
    return { group: parts[0] === "core" ? "" : (parts[0] ?? ""), version: parts[1] ?? "" };
  }
  return undefined;
}

/** The type token inside a URN: `urn:pulumi:stack::project::parent$type::name`. */
export function typeOfUrn(urn: string): string {
  const qualified = urn.split("::")[2] ?? "";
  return qualified.slice(qualified.lastIndexOf("$") + 1);
}

/** The token under which the SDK registers an object of this kind. */
export const tokenOf = (gvk: GroupVersionKind): string =>
  `kubernetes:${gvk.group === "" ? "core" : gvk.group}/${gvk.version}:${gvk.kind}`;

/** Tokens of this package that are no Kubernetes objects, and what to use instead. */
const UNSUPPORTED: Record<string, string> = {
  "kubernetes:helm.sh/v3:Release": "use kubernetes.helm.v4.Chart, whose objects previews and policies can see",
  "kubernetes:helm.sh/v3:Chart": "use kubernetes.helm.v4.Chart",
  "kubernetes:kustomize/v2:Directory":
    "build the folder with kustomize and give the result to kubernetes.yaml.v2.ConfigGroup",
  "kubernetes:kustomize:Directory":
    "build the folder with kustomize and give the result to kubernetes.yaml.v2.ConfigGroup",
  "kubernetes:meta/v1:Status": "a Status is an answer of the API server, not an object that can be created",
};

export type TokenReading = { supported: true; gvk: GroupVersionKind } | { supported: false; why: string };

/** Reads a type token such as `kubernetes:apps/v1:Deployment`, or says by name why it is refused. */
export function readToken(token: string): TokenReading {
  const refuse = (why: string): TokenReading => ({
    supported: false,
    why: `The embedded Kubernetes provider does not support ${token}: ${why}.`,
  });
  const known = UNSUPPORTED[token];
  if (known !== undefined) return refuse(known);
  const [packageName, apiVersion, kind, ...rest] = token.split(":");
  if (
    packageName !== "kubernetes" ||
    apiVersion === undefined ||
    kind === undefined ||
    kind === "" ||
    rest.length > 0
  ) {
    return refuse("a type token reads kubernetes:<group>/<version>:<Kind>");
  }
  const parsed = parseApiVersion(apiVersion);
  if (parsed === undefined) return refuse(`"${apiVersion}" is no <group>/<version>`);
  const gvk = { ...parsed, kind };
  if (builtInKind(gvk.group, kind) !== undefined) return { supported: true, gvk };
  if (
    kind.endsWith("Patch") &&
    (builtInKind(gvk.group, kind.slice(0, -5)) !== undefined || kind === "CustomResourcePatch")
  ) {
    return refuse("manage the whole object instead of a patch of someone else's, or install the official plugin");
  }
  if (kind.endsWith("List") && (kind === "List" || builtInKind(gvk.group, kind.slice(0, -4)) !== undefined)) {
    return refuse("register the list's objects one by one; a list is not an object of the cluster");
  }
  if (isBuiltInGroup(gvk.group)) return refuse(`Kubernetes 1.36 has no kind ${kind} in ${apiVersionOf(gvk)}`);
  return { supported: true, gvk };
}

/** The id under which an object is recorded: `namespace/name`, or `name` outside namespaces. */
export const objectId = (namespace: string | undefined, name: string): string =>
  namespace === undefined || namespace === "" ? name : `${namespace}/${name}`;

/** Takes an id apart. A name never contains a slash (Kubernetes refuses it). */
export function parseId(id: string): { namespace: string | undefined; name: string } {
  const slash = id.indexOf("/");
  return slash < 0 ? { namespace: undefined, name: id } : { namespace: id.slice(0, slash), name: id.slice(slash + 1) };
}
