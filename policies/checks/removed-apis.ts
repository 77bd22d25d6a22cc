/** A version of an API of Kubernetes itself that a release stops serving. */
export interface RemovedApi {
  readonly apiVersion: string;
  readonly kinds: readonly string[];
  /** First release that does not serve it. */
  readonly removedIn: string;
  /** `apiVersion` to use instead; absent where the kind itself is gone. */
  readonly replacement?: string;
}

const review = ["LocalSubjectAccessReview", "SelfSubjectAccessReview", "SelfSubjectRulesReview", "SubjectAccessReview"];
const flow = ["FlowSchema", "PriorityLevelConfiguration"];
const claims = ["DeviceClass", "ResourceClaim", "ResourceClaimTemplate", "ResourceSlice"];
const access = ["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"];
const webhooks = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];
const validatingPolicies = ["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"];
const mutatingPolicies = ["MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding"];

/**
 * What Kubernetes stopped serving, and what it will, as far as releases are decided.
 *
 * Sources: https://kubernetes.io/docs/reference/using-api/deprecation-guide/ and, for what it does not list, the lifecycle
 * that k8s.io/api v0.37 declares of each type (`APILifecycleRemoved` in zz_generated.prerelease-lifecycle.go).
 */
export const removedApis: readonly RemovedApi[] = [
  ...removed("1.16", "apps/v1", {
    "apps/v1beta1": ["ControllerRevision", "Deployment", "StatefulSet"],
    "apps/v1beta2": ["ControllerRevision", "DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"],
    "extensions/v1beta1": ["DaemonSet", "Deployment", "ReplicaSet"],
  }),
  ...removed("1.16", "networking.k8s.io/v1", { "extensions/v1beta1": ["NetworkPolicy"] }),
  // Its replacement of then, policy/v1beta1, is gone too.
  ...removed("1.16", undefined, { "extensions/v1beta1": ["PodSecurityPolicy"] }),
  // Both went as alphas with their features: k8s.io/api v0.19.0 and v0.20.0 are the first without them.
  ...removed("1.19", undefined, { "auditregistration.k8s.io/v1alpha1": ["AuditSink"] }),
  ...removed("1.20", undefined, { "settings.k8s.io/v1alpha1": ["PodPreset"] }),
  ...removed("1.22", "admissionregistration.k8s.io/v1", { "admissionregistration.k8s.io/v1beta1": webhooks }),
  ...removed("1.22", "apiextensions.k8s.io/v1", { "apiextensions.k8s.io/v1beta1": ["CustomResourceDefinition"] }),
  ...removed("1.22", "apiregistration.k8s.io/v1", { "apiregistration.k8s.io/v1beta1": ["APIService"] }),
  ...removed("1.22", "authentication.k8s.io/v1", { "authentication.k8s.io/v1beta1": ["TokenReview"] }),
  ...removed("1.22", "authorization.k8s.io/v1", { "authorization.k8s.io/v1beta1": review }),
  ...removed("1.22", "certificates.k8s.io/v1", { "certificates.k8s.io/v1beta1": ["CertificateSigningRequest"] }),
  ...removed("1.22", "coordination.k8s.io/v1", { "coordination.k8s.io/v1beta1": ["Lease"] }),
  ...removed("1.22", "networking.k8s.io/v1", {
    "extensions/v1beta1": ["Ingress"],
    "networking.k8s.io/v1beta1": ["Ingress", "IngressClass"],
  }),
  ...removed("1.22", "rbac.authorization.k8s.io/v1", { "rbac.authorization.k8s.io/v1beta1": access }),
  ...removed("1.22", "scheduling.k8s.io/v1", { "scheduling.k8s.io/v1beta1": ["PriorityClass"] }),
  ...removed("1.22", "storage.k8s.io/v1", {
    "storage.k8s.io/v1beta1": ["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"],
  }),
  ...removed("1.24", "storage.k8s.io/v1", { "storage.k8s.io/v1alpha1": ["CSIStorageCapacity", "VolumeAttachment"] }),
  ...removed("1.25", "autoscaling/v2", { "autoscaling/v2beta1": ["HorizontalPodAutoscaler"] }),
  ...removed("1.25", "batch/v1", { "batch/v1beta1": ["CronJob"] }),
  ...removed("1.25", "discovery.k8s.io/v1", { "discovery.k8s.io/v1beta1": ["EndpointSlice"] }),
  ...removed("1.25", "events.k8s.io/v1", { "events.k8s.io/v1beta1": ["Event"] }),
  ...removed("1.25", "node.k8s.io/v1", { "node.k8s.io/v1beta1": ["RuntimeClass"] }),
  ...removed("1.25", "policy/v1", { "policy/v1beta1": ["PodDisruptionBudget"] }),
  // Pod Security admission took its place, which reads labels of the namespace.
  ...removed("1.25", undefined, { "policy/v1beta1": ["PodSecurityPolicy"] }),
  ...removed("1.26", "autoscaling/v2", { "autoscaling/v2beta2": ["HorizontalPodAutoscaler"] }),
  ...removed("1.26", "flowcontrol.apiserver.k8s.io/v1", { "flowcontrol.apiserver.k8s.io/v1beta1": flow }),
  ...removed("1.27", "storage.k8s.io/v1", { "storage.k8s.io/v1beta1": ["CSIStorageCapacity"] }),
  ...removed("1.29", "flowcontrol.apiserver.k8s.io/v1", { "flowcontrol.apiserver.k8s.io/v1beta2": flow }),
  ...removed("1.32", "flowcontrol.apiserver.k8s.io/v1", { "flowcontrol.apiserver.k8s.io/v1beta3": flow }),
  ...removed("1.32", "admissionregistration.k8s.io/v1", {
    "admissionregistration.k8s.io/v1alpha1": validatingPolicies,
  }),
  ...removed("1.34", "admissionregistration.k8s.io/v1", { "admissionregistration.k8s.io/v1beta1": validatingPolicies }),
  ...removed("1.35", "storage.k8s.io/v1", { "storage.k8s.io/v1alpha1": ["VolumeAttributesClass"] }),
  ...removed("1.37", "certificates.k8s.io/v1", { "certificates.k8s.io/v1alpha1": ["ClusterTrustBundle"] }),
  ...removed("1.37", "networking.k8s.io/v1", { "networking.k8s.io/v1beta1": ["IPAddress", "ServiceCIDR"] }),
  ...removed("1.37", "storage.k8s.io/v1", { "storage.k8s.io/v1beta1": ["VolumeAttributesClass"] }),
  ...removed("1.38", "admissionregistration.k8s.io/v1", { "admissionregistration.k8s.io/v1alpha1": mutatingPolicies }),
  ...removed("1.38", "resource.k8s.io/v1", { "resource.k8s.io/v1beta1": claims }),
  ...removed("1.39", "resource.k8s.io/v1", { "resource.k8s.io/v1beta2": claims }),
];

/** API groups of Kubernetes itself, by the same source; other groups ending in `.k8s.io` are custom resources. */
const ownGroups: ReadonlySet<string> = new Set([
  ...["", "apps", "autoscaling", "batch", "extensions", "policy"],
  ...[
    ...["admissionregistration", "apiextensions", "apiregistration", "authentication", "authorization", "certificates"],
    ...[
      "coordination",
      "discovery",
      "events",
      "flowcontrol.apiserver",
      "internal.apiserver",
      "lifecycle",
      "networking",
    ],
    ...["node", "rbac.authorization", "resource", "scheduling", "storage", "storagemigration"],
    ...["auditregistration", "settings"],
  ].map((name) => `${name}.k8s.io`),
]);

/** Every object of a stack is looked up. */
const byVersionAndKind = new Map(
  removedApis.flatMap((api) => api.kinds.map((kind) => [`${api.apiVersion} ${kind}`, api] as const)),
);

/** Whether Kubernetes itself serves an API group. */
export function isOwnGroup(group: string): boolean {
  return ownGroups.has(group);
}

/** What is known of the removal of a version of a kind. */
export function removalOf(apiVersion: string, kind: string): RemovedApi | undefined {
  return byVersionAndKind.get(`${apiVersion} ${kind}`);
}

function removed(
  removedIn: string,
  replacement: string | undefined,
  apis: Readonly<Record<string, readonly string[]>>,
): RemovedApi[] {
  return Object.entries(apis).map(([apiVersion, kinds]) => ({
    apiVersion,
    kinds,
    removedIn,
    ...(replacement !== undefined && { replacement }),
  }));
}
