import { createHash } from "node:crypto";
import { dump } from "js-yaml";
import { type Manifest } from "../model/manifest";

/** A file of a rendered stack. */
export interface RenderedFile {
  /** Below the folder, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** Kinds without a namespace that come after everything else: they call servers that must run before. */
const lastKinds: ReadonlySet<string> = new Set([
  "APIService",
  "MutatingWebhookConfiguration",
  "ValidatingWebhookConfiguration",
]);

/**
 * Place of a kind among its neighbours. `kubectl apply -R` takes files in the order of their names: definitions and
 * namespaces before what lies in them, policies and accounts before the pods that they are for.
 */
const ranks: ReadonlyMap<string, number> = new Map(
  Object.entries({
    CustomResourceDefinition: 10,
    Namespace: 20,
    ResourceQuota: 10,
    LimitRange: 10,
    NetworkPolicy: 10,
    ServiceAccount: 20,
    Role: 20,
    RoleBinding: 20,
    ConfigMap: 20,
    PersistentVolumeClaim: 20,
    Service: 30,
    Deployment: 40,
    StatefulSet: 40,
    DaemonSet: 40,
    ReplicaSet: 40,
    Pod: 40,
    Job: 40,
    CronJob: 40,
  }),
);
/** All others: they refer to what is above, or are of a kind that a definition makes known. */
const otherRank = 50;

/** Names of files may have 255 bytes on every file system that matters; this leaves room for rank and extension. */
const longestName = 200;

/**
 * Kubernetes objects as YAML, one file each, in the order in which they are to be applied. Equal objects give equal bytes.
 *
 * @throws when two objects are one and the same, or one is a Secret: its values belong into no file.
 */
export function renderManifests(manifests: readonly Manifest[]): RenderedFile[] {
  const files = new Map<string, string>();
  for (const manifest of manifests) {
    const path = pathOf(manifest);
    if (manifest.kind === "Secret") throw new Error(`${path}: the values of a Secret belong into no file.`);
    if (files.has(path)) throw new Error(`${path}: two objects have the same kind, namespace and name.`);
    files.set(path, toYaml(manifest));
  }
  return [...files].map(([path, text]) => ({ path, text })).sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** One object as YAML, its identity first. */
export function toYaml({ apiVersion, kind, metadata, ...rest }: Manifest): string {
  // Quotes everything that YAML 1.1 or 1.2 would read as something else: kubectl reads the older one.
  return dump({ apiVersion, kind, metadata, ...rest }, { noRefs: true, lineWidth: -1, skipInvalid: true });
}

/** `10-altlas/40-deployment-api-gateway.yaml`. */
export function pathOf({ apiVersion, kind, metadata: { name, namespace } }: Manifest): string {
  const rank = ranks.get(kind) ?? otherRank;
  const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
  // A definition may use a kind's name again; Kubernetes' own groups are bare words or end in .k8s.io.
  const isOwn = !group.includes(".") || group.endsWith(".k8s.io");
  const label = fileName(`${kind.toLowerCase()}${isOwn ? "" : `.${group}`}-${name}`);
  const folder = namespace === undefined ? (lastKinds.has(kind) ? "90-cluster" : "00-cluster") : `10-${namespace}`;
  return `${folder}/${rank}-${label}.yaml`;
}

/** Names of roles may have colons and capitals, which some file systems cannot tell from others. */
function fileName(text: string): string {
  const safe = text.replace(/[^a-z0-9.-]/g, (character) => `_${character.codePointAt(0)?.toString(16) ?? ""}_`);
  if (safe.length <= longestName) return safe;
  return `${safe.slice(0, longestName)}_${createHash("sha256").update(safe).digest("hex").slice(0, 8)}`;
}
