/**
 * Which fields of which kind cannot be changed in place. A row's `refused` paths are those the API server answers with
 * 422 when they change (the engine test sends each such change to a real server); `chosen` paths the server would
 * accept, but this provider replaces the object, with the reason beside it.
 *
 * Every kind has in common: metadata.name, metadata.namespace, its group and its kind. Another version of the same
 * group is an update, because the server stores one object for all versions.
 */
import { get, UNKNOWN, type Plain, type PlainObject, type PropertyPath } from "./wire/properties";

export interface ImmutableRow {
  group: string;
  kind: string;
  /** Dotted paths; `*` is any key or index. */
  refused?: string[];
  /** Fields below a refused path that may change all the same. */
  except?: string[];
  chosen?: string[];
  /** Why `chosen` fields replace, or when the row applies. */
  note?: string;
}

/** The volume sources of a PersistentVolume: together they are its immutable source. */
const VOLUME_SOURCES = (
  "awsElasticBlockStore azureDisk azureFile cephfs cinder csi fc flexVolume flocker gcePersistentDisk glusterfs hostPath " +
  "iscsi local nfs photonPersistentDisk portworxVolume quobyte rbd scaleIO storageos vsphereVolume"
).split(" ");

export const IMMUTABLE_FIELDS: readonly ImmutableRow[] = [
  { group: "apps", kind: "Deployment", refused: ["spec.selector"] },
  { group: "apps", kind: "DaemonSet", refused: ["spec.selector"] },
  { group: "apps", kind: "ReplicaSet", refused: ["spec.selector"] },
  {
    group: "apps",
    kind: "StatefulSet",
    refused: ["spec"],
    except: [
      "spec.replicas",
      "spec.ordinals",
      "spec.template",
      "spec.updateStrategy",
      "spec.revisionHistoryLimit",
      "spec.persistentVolumeClaimRetentionPolicy",
      "spec.minReadySeconds",
    ],
  },
  { group: "apps", kind: "ControllerRevision", refused: ["data"] },
  {
    group: "batch",
    kind: "Job",
    refused: [
      "spec.selector",
      "spec.template",
      "spec.completions",
      "spec.completionMode",
      "spec.podFailurePolicy",
      "spec.successPolicy",
      "spec.backoffLimitPerIndex",
      "spec.managedBy",
    ],
  },
  {
    group: "",
    kind: "Pod",
    refused: ["spec"],
    except: [
      "spec.containers.*.image",
      "spec.initContainers.*.image",
      "spec.activeDeadlineSeconds",
      "spec.tolerations",
      "spec.schedulingGates",
    ],
  },
  {
    group: "",
    kind: "Service",
    refused: ["spec.clusterIP", "spec.clusterIPs"],
    chosen: ["spec.type"],
    note: "type replaces only to or from ExternalName, where the cluster IP, and so every client's view, goes away or appears",
  },
  {
    group: "",
    kind: "PersistentVolumeClaim",
    refused: ["spec"],
    // A request may grow; a server refuses to shrink it, and refusing is better than losing the volume by a replacement.
    except: ["spec.resources", "spec.volumeAttributesClassName"],
  },
  {
    group: "",
    kind: "PersistentVolume",
    refused: [...VOLUME_SOURCES.map((source) => `spec.${source}`), "spec.volumeMode"],
  },
  { group: "", kind: "ResourceQuota", refused: ["spec.scopes"] },
  {
    group: "",
    kind: "Secret",
    refused: ["type"],
    chosen: ["data", "stringData"],
    note: "data replaces unless enableSecretMutable is set (as the official plugin), and always when the object is `immutable`",
  },
  {
    group: "",
    kind: "ConfigMap",
    chosen: ["data", "binaryData"],
    note: "data replaces unless enableConfigMapMutable is set (as the official plugin), and always when the object is `immutable`",
  },
  { group: "rbac.authorization.k8s.io", kind: "RoleBinding", refused: ["roleRef"] },
  { group: "rbac.authorization.k8s.io", kind: "ClusterRoleBinding", refused: ["roleRef"] },
  {
    group: "storage.k8s.io",
    kind: "StorageClass",
    refused: ["provisioner", "parameters", "reclaimPolicy", "volumeBindingMode"],
  },
  { group: "storage.k8s.io", kind: "VolumeAttributesClass", refused: ["driverName", "parameters"] },
  { group: "scheduling.k8s.io", kind: "PriorityClass", refused: ["value", "preemptionPolicy"] },
  { group: "networking.k8s.io", kind: "IngressClass", refused: ["spec.controller"] },
  { group: "node.k8s.io", kind: "RuntimeClass", refused: ["handler"] },
  { group: "discovery.k8s.io", kind: "EndpointSlice", refused: ["addressType"] },
  {
    group: "apiextensions.k8s.io",
    kind: "CustomResourceDefinition",
    refused: ["spec.scope"],
    chosen: ["spec.group", "spec.names.plural", "spec.names.kind"],
    note: "group and plural make up the object's name; the kind is what existing objects are stored as",
  },
];

const rowOf = new Map(IMMUTABLE_FIELDS.map((row) => [`${row.group}/${row.kind}`, row]));

export interface MutabilitySettings {
  configMapsMutable: boolean;
  secretsMutable: boolean;
}

/** Decides, for one object, whether a change at `path` needs another object. */
export function replacementRule(
  group: string,
  kind: string,
  olds: PlainObject,
  news: PlainObject,
  settings: MutabilitySettings,
): (path: PropertyPath) => boolean {
  const row = rowOf.get(`${group}/${kind}`);
  const patterns = [...COMMON, ...(row?.refused ?? []), ...chosenPaths(row, olds, news, settings)];
  const compiled = patterns.map((pattern) => pattern.split("."));
  const except = (row?.except ?? []).map((pattern) => pattern.split("."));
  const hasParts = (path: PropertyPath): boolean =>
    except.some((pattern) => pattern[0] === path[0]) ||
    compiled.every((pattern) => pattern[0] !== path[0] || pattern.length > 1);
  return (path) => {
    if (except.some((pattern) => matches(pattern, path))) return false;
    // An unknown `spec` as a whole comes from one reference deep inside it (the engine asks so when something the
    // object refers to is replaced); an unknown `metadata` comes from the namespace, which takes its contents along.
    if (path.length === 1 && path[0] !== "metadata" && get(news, path) === UNKNOWN && hasParts(path)) return false;
    return compiled.some((pattern) => {
      if (matches(pattern, path)) return true;
      // A change of the whole parent (`spec` added) concerns the field when the field itself differs.
      if (path.length >= pattern.length || !matches(pattern.slice(0, path.length), path)) return false;
      return !pattern.includes("*") && !same(get(olds, pattern), get(news, pattern));
    });
  };
}

const COMMON = ["metadata.name", "metadata.namespace", "kind"];

function chosenPaths(
  row: ImmutableRow | undefined,
  olds: PlainObject,
  news: PlainObject,
  settings: MutabilitySettings,
): string[] {
  if (row?.chosen === undefined) return [];
  const frozen = olds.immutable === true;
  switch (row.kind) {
    case "Secret":
      return frozen || !settings.secretsMutable ? [...row.chosen, ...(frozen ? ["immutable"] : [])] : [];
    case "ConfigMap":
      return frozen || !settings.configMapsMutable ? [...row.chosen, ...(frozen ? ["immutable"] : [])] : [];
    case "Service": {
      const types = [get(olds, ["spec", "type"]), get(news, ["spec", "type"])];
      return types.includes("ExternalName") && types[0] !== types[1] ? row.chosen : [];
    }
    default:
      return row.chosen;
  }
}

/** True when `path` is at or below `pattern`. */
function matches(pattern: readonly string[], path: PropertyPath): boolean {
  return path.length >= pattern.length && pattern.every((step, index) => step === "*" || step === String(path[index]));
}

const same = (left: Plain | undefined, right: Plain | undefined): boolean =>
  JSON.stringify(left ?? null) === JSON.stringify(right ?? null);
