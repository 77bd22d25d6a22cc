import { objectLabels } from "../../shared/labels";
import { type ClusterAutoscalerArgs } from "../args";
import { lease, priorityConfigMap, statusConfigMap } from "../defaults";

const rbac = "rbac.authorization.k8s.io";
const read = ["get", "list", "watch"];

/** What the autoscaler may do in Kubernetes; what it may do in the cloud is its role's. */
export function accessObjects(args: ClusterAutoscalerArgs) {
  const name = args.serviceAccount;
  const labels = objectLabels(name, args);
  const subjects = [{ kind: "ServiceAccount", name, namespace: args.namespace }];
  return {
    clusterRole: { metadata: { name, labels }, rules: clusterRules },
    clusterRoleBinding: {
      metadata: { name, labels },
      roleRef: { apiGroup: rbac, kind: "ClusterRole", name },
      subjects,
    },
    role: { metadata: { name, namespace: args.namespace, labels }, rules: namespaceRules },
    roleBinding: {
      metadata: { name, namespace: args.namespace, labels },
      roleRef: { apiGroup: rbac, kind: "Role", name },
      subjects,
    },
  };
}

/** Over the whole cluster: it simulates the scheduler, so it reads what the scheduler reads, and it writes little. */
const clusterRules = [
  // Why a pod waits and what it did about it.
  { apiGroups: [""], resources: ["events"], verbs: ["create", "patch"] },
  // Taints on a node that is about to go.
  { apiGroups: [""], resources: ["nodes"], verbs: [...read, "update"] },
  { apiGroups: [""], resources: ["pods/eviction"], verbs: ["create"] },
  { apiGroups: [""], resources: ["pods/status"], verbs: ["update"] },
  {
    apiGroups: [""],
    resources: [
      "namespaces",
      "persistentvolumeclaims",
      "persistentvolumes",
      "pods",
      "podtemplates",
      "replicationcontrollers",
      "services",
    ],
    verbs: read,
  },
  { apiGroups: ["apps"], resources: ["daemonsets", "replicasets", "statefulsets"], verbs: read },
  { apiGroups: ["batch"], resources: ["cronjobs", "jobs"], verbs: read },
  { apiGroups: ["policy"], resources: ["poddisruptionbudgets"], verbs: read },
  {
    apiGroups: ["storage.k8s.io"],
    resources: ["csidrivers", "csinodes", "csistoragecapacities", "storageclasses", "volumeattachments"],
    verbs: read,
  },
  { apiGroups: ["resource.k8s.io"], resources: ["deviceclasses", "resourceclaims", "resourceslices"], verbs: read },
];

/** In its own namespace: the lease, the status and the priorities. A name cannot be part of the right to create. */
const namespaceRules = [
  { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["create"] },
  { apiGroups: ["coordination.k8s.io"], resources: ["leases"], resourceNames: [lease], verbs: ["get", "update"] },
  { apiGroups: [""], resources: ["configmaps"], verbs: ["create", "list", "watch"] },
  { apiGroups: [""], resources: ["configmaps"], resourceNames: [priorityConfigMap], verbs: ["get", "watch"] },
  {
    apiGroups: [""],
    resources: ["configmaps"],
    resourceNames: [statusConfigMap],
    verbs: ["delete", "get", "update", "watch"],
  },
];
