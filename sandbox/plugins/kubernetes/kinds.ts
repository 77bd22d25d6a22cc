/**
 * The built-in kinds of Kubernetes 1.36: the plural in the API's path, whether an object lives in a namespace, and the
 * rule for its name. The table lets a preview without a cluster fill in namespaces and check names; the engine test
 * compares every row with the discovery documents of a real API server.
 */

/** subdomain: RFC 1123 subdomain; label: RFC 1123 label; service: RFC 1035 label; segment: any path segment. */
export type NameRule = "subdomain" | "label" | "service" | "segment";

export interface BuiltInKind {
  group: string;
  kind: string;
  plural: string;
  namespaced: boolean;
  name: NameRule;
}

const NAMESPACED = true;
const CLUSTER = false;

const rows: [group: string, kind: string, plural: string, namespaced: boolean, name?: NameRule][] = [
  ["", "ConfigMap", "configmaps", NAMESPACED],
  ["", "Endpoints", "endpoints", NAMESPACED],
  ["", "Event", "events", NAMESPACED],
  ["", "LimitRange", "limitranges", NAMESPACED],
  ["", "Namespace", "namespaces", CLUSTER, "label"],
  ["", "Node", "nodes", CLUSTER],
  ["", "PersistentVolume", "persistentvolumes", CLUSTER],
  ["", "PersistentVolumeClaim", "persistentvolumeclaims", NAMESPACED],
  ["", "Pod", "pods", NAMESPACED],
  ["", "PodTemplate", "podtemplates", NAMESPACED],
  ["", "ReplicationController", "replicationcontrollers", NAMESPACED],
  ["", "ResourceQuota", "resourcequotas", NAMESPACED],
  ["", "Secret", "secrets", NAMESPACED],
  ["", "Service", "services", NAMESPACED, "service"],
  ["", "ServiceAccount", "serviceaccounts", NAMESPACED],
  ["admissionregistration.k8s.io", "MutatingAdmissionPolicy", "mutatingadmissionpolicies", CLUSTER],
  ["admissionregistration.k8s.io", "MutatingAdmissionPolicyBinding", "mutatingadmissionpolicybindings", CLUSTER],
  ["admissionregistration.k8s.io", "MutatingWebhookConfiguration", "mutatingwebhookconfigurations", CLUSTER],
  ["admissionregistration.k8s.io", "ValidatingAdmissionPolicy", "validatingadmissionpolicies", CLUSTER],
  ["admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding", "validatingadmissionpolicybindings", CLUSTER],
  ["admissionregistration.k8s.io", "ValidatingWebhookConfiguration", "validatingwebhookconfigurations", CLUSTER],
  ["apiextensions.k8s.io", "CustomResourceDefinition", "customresourcedefinitions", CLUSTER],
  ["apiregistration.k8s.io", "APIService", "apiservices", CLUSTER, "segment"],
  ["apps", "ControllerRevision", "controllerrevisions", NAMESPACED],
  ["apps", "DaemonSet", "daemonsets", NAMESPACED],
  ["apps", "Deployment", "deployments", NAMESPACED],
  ["apps", "ReplicaSet", "replicasets", NAMESPACED],
  ["apps", "StatefulSet", "statefulsets", NAMESPACED],
  ["autoscaling", "HorizontalPodAutoscaler", "horizontalpodautoscalers", NAMESPACED],
  ["batch", "CronJob", "cronjobs", NAMESPACED],
  ["batch", "Job", "jobs", NAMESPACED],
  ["certificates.k8s.io", "CertificateSigningRequest", "certificatesigningrequests", CLUSTER],
  ["coordination.k8s.io", "Lease", "leases", NAMESPACED],
  ["discovery.k8s.io", "EndpointSlice", "endpointslices", NAMESPACED],
  ["events.k8s.io", "Event", "events", NAMESPACED],
  ["flowcontrol.apiserver.k8s.io", "FlowSchema", "flowschemas", CLUSTER],
  ["flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration", "prioritylevelconfigurations", CLUSTER],
  ["networking.k8s.io", "IPAddress", "ipaddresses", CLUSTER, "segment"],
  ["networking.k8s.io", "Ingress", "ingresses", NAMESPACED],
  ["networking.k8s.io", "IngressClass", "ingressclasses", CLUSTER],
  ["networking.k8s.io", "NetworkPolicy", "networkpolicies", NAMESPACED],
  ["networking.k8s.io", "ServiceCIDR", "servicecidrs", CLUSTER],
  ["node.k8s.io", "RuntimeClass", "runtimeclasses", CLUSTER],
  ["policy", "PodDisruptionBudget", "poddisruptionbudgets", NAMESPACED],
  ["rbac.authorization.k8s.io", "ClusterRole", "clusterroles", CLUSTER, "segment"],
  ["rbac.authorization.k8s.io", "ClusterRoleBinding", "clusterrolebindings", CLUSTER, "segment"],
  ["rbac.authorization.k8s.io", "Role", "roles", NAMESPACED, "segment"],
  ["rbac.authorization.k8s.io", "RoleBinding", "rolebindings", NAMESPACED, "segment"],
  ["resource.k8s.io", "DeviceClass", "deviceclasses", CLUSTER],
  ["resource.k8s.io", "ResourceClaim", "resourceclaims", NAMESPACED],
  ["resource.k8s.io", "ResourceClaimTemplate", "resourceclaimtemplates", NAMESPACED],
  ["resource.k8s.io", "ResourceSlice", "resourceslices", CLUSTER],
  ["scheduling.k8s.io", "PriorityClass", "priorityclasses", CLUSTER],
  ["storage.k8s.io", "CSIDriver", "csidrivers", CLUSTER],
  ["storage.k8s.io", "CSINode", "csinodes", CLUSTER],
  ["storage.k8s.io", "CSIStorageCapacity", "csistoragecapacities", NAMESPACED],
  ["storage.k8s.io", "StorageClass", "storageclasses", CLUSTER],
  ["storage.k8s.io", "VolumeAttachment", "volumeattachments", CLUSTER],
  ["storage.k8s.io", "VolumeAttributesClass", "volumeattributesclasses", CLUSTER],
];

export const BUILT_IN_KINDS: readonly BuiltInKind[] = rows.map(([group, kind, plural, namespaced, name]) => ({
  group,
  kind,
  plural,
  namespaced,
  name: name ?? "subdomain",
}));

const byKey = new Map(BUILT_IN_KINDS.map((row) => [`${row.group}/${row.kind}`, row]));

/** The built-in kind, or undefined for a custom resource. */
export function builtInKind(group: string, kind: string): BuiltInKind | undefined {
  return byKey.get(`${group}/${kind}`);
}

/** True when the API group is served by Kubernetes itself, so that a kind missing above is a mistake in the program. */
export function isBuiltInGroup(group: string): boolean {
  return BUILT_IN_KINDS.some((row) => row.group === group);
}

/** The built-in kinds whose controllers make other objects in their name. */
const OWNERS = new Set([
  "Deployment",
  "ReplicaSet",
  "StatefulSet",
  "DaemonSet",
  "ReplicationController",
  "Job",
  "CronJob",
  "Service",
  "ResourceClaimTemplate",
]);

/** True when objects of the kind may own others; of a custom kind everything may be expected. */
export function ownsOthers({ group, kind }: { group: string; kind: string }): boolean {
  return builtInKind(group, kind) === undefined || OWNERS.has(kind);
}
