import { type Manifest } from "../../../model/manifest";
import { budgetSpec } from "../../shared/disruption";
import { blocks, dnsEgress, tcp } from "../../shared/egress";
import { objectLabels, podLabels, selector } from "../../shared/labels";
import { type MetricsServerArgs } from "../args";
import { name, securePort } from "../defaults";
import { accessObjects } from "./access";
import { deploymentSpec } from "./deployment";

/** The objects by their part. */
export function metricsServerObjects(args: MetricsServerArgs) {
  const metadata = { name, namespace: args.namespace, labels: objectLabels(name, args) };
  return {
    serviceAccount: { metadata, automountServiceAccountToken: false },
    ...accessObjects(args),
    networkPolicy: { metadata, spec: networkPolicySpec(args) },
    deployment: { metadata: { ...metadata, labels: podLabels(name, args) }, spec: deploymentSpec(args) },
    disruptionBudget: { metadata, spec: budgetSpec(name) },
    service: {
      metadata,
      spec: {
        type: "ClusterIP",
        selector: selector(name),
        ports: [{ name: "https", port: 443, targetPort: "https", protocol: "TCP", appProtocol: "https" }],
      },
    },
    apiService: args.aggregated ? apiService(args) : undefined,
  };
}

/** The registration of the metrics API with the API server. */
export function apiService(args: MetricsServerArgs) {
  return {
    metadata: { name: "v1beta1.metrics.k8s.io", labels: objectLabels(name, args) },
    spec: {
      group: "metrics.k8s.io",
      version: "v1beta1",
      service: { name, namespace: args.namespace, port: 443 },
      groupPriorityMinimum: 100,
      versionPriority: 100,
      // It makes its own certificate at each start, which no bundle written here could hold; upstream's default.
      insecureSkipTLSVerify: true,
    },
  };
}

/**
 * Who may call it and whom it calls. The API server and the kubelets are no pods, so a policy knows them by address
 * only; the port of a kubelet is what its node says, and 10250 wherever somebody has not changed it.
 */
function networkPolicySpec({ networks, apiServerNetworks }: MetricsServerArgs) {
  return {
    podSelector: { matchLabels: selector(name) },
    policyTypes: ["Ingress", "Egress"],
    ingress: [{ from: blocks(networks), ports: tcp(securePort) }],
    egress: [
      // Kubelets, and the API server by its port behind the Service and on its own.
      { to: blocks(apiServerNetworks), ports: tcp(10250, 443, 6443) },
      dnsEgress(),
    ],
  };
}

/** The objects as manifests, in the order in which they are made. */
export function metricsServerManifests(args: MetricsServerArgs): Manifest[] {
  const objects = metricsServerObjects(args);
  const access = "rbac.authorization.k8s.io/v1";
  return [
    { apiVersion: "v1", kind: "ServiceAccount", ...objects.serviceAccount },
    { apiVersion: access, kind: "ClusterRole", ...objects.reader },
    { apiVersion: access, kind: "ClusterRole", ...objects.viewers },
    { apiVersion: access, kind: "ClusterRoleBinding", ...objects.readerBinding },
    { apiVersion: access, kind: "ClusterRoleBinding", ...objects.delegatorBinding },
    { apiVersion: access, kind: "RoleBinding", ...objects.authenticationBinding },
    { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", ...objects.networkPolicy },
    { apiVersion: "apps/v1", kind: "Deployment", ...objects.deployment },
    { apiVersion: "policy/v1", kind: "PodDisruptionBudget", ...objects.disruptionBudget },
    { apiVersion: "v1", kind: "Service", ...objects.service },
    ...(objects.apiService
      ? [{ apiVersion: "apiregistration.k8s.io/v1", kind: "APIService", ...objects.apiService }]
      : []),
  ];
}
