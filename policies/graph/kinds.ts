/**
 * Kinds of Kubernetes' own API groups that have no namespace (kubectl api-resources --namespaced=false, 1.36), and those of
 * the snapshot controller, whose group is below the same domain.
 */
const clusterScoped: ReadonlySet<string> = new Set([
  "APIService",
  "CertificateSigningRequest",
  "ClusterRole",
  "ClusterRoleBinding",
  "ClusterTrustBundle",
  "ComponentStatus",
  "CSIDriver",
  "CSINode",
  "CustomResourceDefinition",
  "DeviceClass",
  "FlowSchema",
  "IngressClass",
  "IPAddress",
  "MutatingAdmissionPolicy",
  "MutatingAdmissionPolicyBinding",
  "MutatingWebhookConfiguration",
  "Namespace",
  "Node",
  "PersistentVolume",
  "PriorityClass",
  "PriorityLevelConfiguration",
  "ResourceSlice",
  "RuntimeClass",
  "SelfSubjectAccessReview",
  "SelfSubjectReview",
  "SelfSubjectRulesReview",
  "ServiceCIDR",
  "StorageClass",
  "StorageVersion",
  "StorageVersionMigration",
  "SubjectAccessReview",
  "TokenReview",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "ValidatingWebhookConfiguration",
  "VolumeAttachment",
  "VolumeAttributesClass",
  "VolumeSnapshotClass",
  "VolumeSnapshotContent",
]);

/** API group of an `apiVersion`: empty for the core group. */
export function apiGroup(apiVersion: string): string {
  const slash = apiVersion.indexOf("/");
  return slash < 0 ? "" : apiVersion.slice(0, slash);
}

/**
 * Whether objects of a kind live in a namespace. Of kinds outside Kubernetes' own groups only their definition knows.
 *
 * @param definitions Scope by `group/Kind` of the custom resource definitions that are at hand.
 * @returns `undefined` when it cannot be said.
 */
export function isNamespaced(
  apiVersion: string,
  kind: string,
  definitions: ReadonlyMap<string, boolean>,
): boolean | undefined {
  const group = apiGroup(apiVersion);
  // Kubernetes' own groups are bare words, or end in .k8s.io, which needs an approval to use elsewhere.
  const custom = group.includes(".") && !group.endsWith(".k8s.io");
  return custom ? definitions.get(`${group}/${kind}`) : !clusterScoped.has(kind);
}

/** Where the pod template stands, of each kind that makes pods. */
export const podTemplatePaths: Readonly<Record<string, readonly string[]>> = {
  Pod: [],
  Deployment: ["spec", "template"],
  ReplicaSet: ["spec", "template"],
  StatefulSet: ["spec", "template"],
  DaemonSet: ["spec", "template"],
  ReplicationController: ["spec", "template"],
  Job: ["spec", "template"],
  CronJob: ["spec", "jobTemplate", "spec", "template"],
};
const workloadGroups: ReadonlySet<string> = new Set(["", "apps", "batch"]);

/** Whether objects of a kind make pods. */
export function isWorkloadKind(apiVersion: string, kind: string): boolean {
  return workloadGroups.has(apiGroup(apiVersion)) && kind in podTemplatePaths;
}
