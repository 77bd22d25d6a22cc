import { closest, distance } from "fastest-levenshtein";
import { apiGroup } from "../../graph/kinds";

/**
 * Kinds of Kubernetes' own API groups, those of older versions too. A kind that is missing here is told as unknown.
 *
 * Source: the groups and kinds of @pulumi/kubernetes, which is made from the API of every version; a test compares them.
 */
const kinds: Readonly<Record<string, string>> = {
  "":
    "Binding ConfigMap Endpoints Event LimitRange List Namespace Node PersistentVolume PersistentVolumeClaim Pod " +
    "PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount Status",
  "admissionregistration.k8s.io":
    "MutatingAdmissionPolicy MutatingAdmissionPolicyBinding MutatingWebhookConfiguration ValidatingAdmissionPolicy " +
    "ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration",
  "apiextensions.k8s.io": "CustomResourceDefinition",
  "apiregistration.k8s.io": "APIService",
  apps: "ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet",
  "auditregistration.k8s.io": "AuditSink",
  "authentication.k8s.io": "SelfSubjectReview TokenRequest TokenReview",
  "authorization.k8s.io": "LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview",
  autoscaling: "HorizontalPodAutoscaler Scale",
  batch: "CronJob Job",
  "certificates.k8s.io": "CertificateSigningRequest ClusterTrustBundle PodCertificateRequest",
  "coordination.k8s.io": "Lease LeaseCandidate",
  "discovery.k8s.io": "EndpointSlice",
  "events.k8s.io": "Event",
  extensions: "DaemonSet Deployment Ingress NetworkPolicy PodSecurityPolicy ReplicaSet",
  "flowcontrol.apiserver.k8s.io": "FlowSchema PriorityLevelConfiguration",
  "internal.apiserver.k8s.io": "StorageVersion",
  "lifecycle.k8s.io": "Eviction EvictionRequest",
  "networking.k8s.io": "ClusterCIDR IPAddress Ingress IngressClass NetworkPolicy ServiceCIDR",
  "node.k8s.io": "RuntimeClass",
  policy: "Eviction PodDisruptionBudget PodSecurityPolicy",
  "rbac.authorization.k8s.io": "ClusterRole ClusterRoleBinding Role RoleBinding",
  "resource.k8s.io":
    "DeviceClass DeviceTaintRule PodScheduling PodSchedulingContext ResourceClaim ResourceClaimParameters " +
    "ResourceClaimTemplate ResourceClass ResourceClassParameters ResourcePoolStatusRequest ResourceSlice",
  "scheduling.k8s.io": "CompositePodGroup PodGroup PriorityClass Workload",
  "settings.k8s.io": "PodPreset",
  "storage.k8s.io": "CSIDriver CSINode CSIStorageCapacity StorageClass VolumeAttachment VolumeAttributesClass",
  "storagemigration.k8s.io": "StorageVersionMigration",
};
const kindsOf: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(kinds).map(([group, names]) => [group, new Set(names.split(" "))]),
);
const allKinds = [...new Set([...kindsOf.values()].flatMap((names) => [...names]))];
/** Letters that may differ between a slip of the pen and what was meant. */
const slip = 2;

/** `known`: one of Kubernetes' own kinds. `custom`: of a group that somebody else defines. Else what is wrong with it. */
export type KindReview = "known" | "custom" | { readonly problem: string; readonly slip: boolean };

/** Groups of Kubernetes' own API with their kinds, for the test that compares them with their source. */
export const ownKinds: ReadonlyMap<string, ReadonlySet<string>> = kindsOf;

/** What an `apiVersion` and `kind` name. */
export function reviewKind(apiVersion: string, kind: string): KindReview {
  const group = apiGroup(apiVersion);
  const own = kindsOf.get(group);
  if (own?.has(kind)) return "known";
  if (!own && group.includes(".") && !group.endsWith(".k8s.io")) return "custom";
  if (!own) {
    const meant = [...kindsOf].filter(([, names]) => names.has(kind)).map(([name]) => name);
    // The gateway API and other projects of the community own groups that end in .k8s.io as well.
    if (group.includes(".") && meant.length === 0) return "custom";
    const instead = meant.length === 0 ? "" : `; a ${kind} is of ${meant.map((name) => name || "v1").join(" or ")}`;
    return { problem: `${apiVersion} is no API version of Kubernetes${instead}`, slip: true };
  }
  const [near] = [closest(kind, allKinds)];
  const close = distance(kind.toLowerCase(), near.toLowerCase()) <= slip;
  const meant = close ? `; did you mean ${near}${own.has(near) ? "" : ` of another API group`}?` : "";
  return { problem: `${apiVersion} has no kind ${kind}${meant}`, slip: close };
}
