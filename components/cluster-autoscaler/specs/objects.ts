import { type Manifest } from "../../../model/manifest";
import { budgetSpec } from "../../shared/disruption";
import { apiServerEgress, dnsEgress, podIdentityEgress } from "../../shared/egress";
import { objectLabels, podLabels, selector } from "../../shared/labels";
import { type ClusterAutoscalerArgs } from "../args";
import { priorityConfigMap } from "../defaults";
import { accessObjects } from "./access";
import { deploymentSpec } from "./deployment";
import { priorityTable } from "./priorities";

/** The objects by their part. */
export function clusterAutoscalerObjects(args: ClusterAutoscalerArgs) {
  const name = args.serviceAccount;
  const metadata = { name, namespace: args.namespace, labels: objectLabels(name, args) };
  return {
    serviceAccount: { metadata, automountServiceAccountToken: false },
    ...accessObjects(args),
    priorities: {
      metadata: { ...metadata, name: priorityConfigMap },
      data: { priorities: priorityTable(args.scaledPools) },
    },
    networkPolicy: { metadata, spec: networkPolicySpec(args) },
    deployment: { metadata: { ...metadata, labels: podLabels(name, args) }, spec: deploymentSpec(args) },
    disruptionBudget: { metadata, spec: budgetSpec(name) },
  };
}

/** It is called by nobody but its probes, which no policy stops, and calls the API server, the cloud and its agent. */
function networkPolicySpec({ serviceAccount, networks }: ClusterAutoscalerArgs) {
  return {
    podSelector: { matchLabels: selector(serviceAccount) },
    policyTypes: ["Ingress", "Egress"],
    ingress: [],
    egress: [apiServerEgress(networks), podIdentityEgress(), dnsEgress()],
  };
}

/** The objects as manifests, in the order in which they are made. */
export function clusterAutoscalerManifests(args: ClusterAutoscalerArgs): Manifest[] {
  const objects = clusterAutoscalerObjects(args);
  const access = "rbac.authorization.k8s.io/v1";
  return [
    { apiVersion: "v1", kind: "ServiceAccount", ...objects.serviceAccount },
    { apiVersion: access, kind: "ClusterRole", ...objects.clusterRole },
    { apiVersion: access, kind: "ClusterRoleBinding", ...objects.clusterRoleBinding },
    { apiVersion: access, kind: "Role", ...objects.role },
    { apiVersion: access, kind: "RoleBinding", ...objects.roleBinding },
    { apiVersion: "v1", kind: "ConfigMap", ...objects.priorities },
    { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", ...objects.networkPolicy },
    { apiVersion: "apps/v1", kind: "Deployment", ...objects.deployment },
    { apiVersion: "policy/v1", kind: "PodDisruptionBudget", ...objects.disruptionBudget },
  ];
}
