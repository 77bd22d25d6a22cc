import { databaseObjects, databasePods, metricsPorts, postgresqlPort } from "../../model/database/names";
import { selectorLabels } from "../../model/labels";
import {
  cloudNativePgIdentity,
  clusterAutoscalerIdentity,
  loadBalancerControllerIdentity,
  systemNamespace,
} from "../../model/system";
import { namespaces } from "../../stacks/altlas/namespaces";

/**
 * What the cluster itself runs on: why its pods talk to the API server, and why their number is fixed. The metrics server
 * is what autoscalers read, so none of them could scale it; of the controllers only one pod works at a time.
 */
export const systemWorkloads: readonly { workload: string; asks: string; fixed: string }[] = [
  {
    workload: `Deployment/${systemNamespace}/metrics-server`,
    asks: "It lists nodes and pods, and asks who its callers are and what they may do.",
    fixed: "Autoscalers read it, so that it cannot be scaled by one; memory grows with the nodes instead.",
  },
  {
    workload: `Deployment/${clusterAutoscalerIdentity.namespace}/${clusterAutoscalerIdentity.serviceAccount}`,
    asks: "It watches what the scheduler watches, taints nodes and evicts pods from them.",
    fixed: "One pod works and the other waits for its lease; more would only wait.",
  },
  {
    workload: `Deployment/${loadBalancerControllerIdentity.namespace}/${loadBalancerControllerIdentity.serviceAccount}`,
    asks: "It watches Services and the pods behind them, and writes the address of each load balancer.",
    fixed: "One pod works and the other waits for its lease; both answer webhooks, which are few.",
  },
  {
    workload: `Deployment/${cloudNativePgIdentity.namespace}/${cloudNativePgIdentity.serviceAccount}`,
    asks: "It watches Clusters and Poolers, and makes their pods, Services and Secrets.",
    fixed: "One pod works and the other waits for its lease; both answer webhooks, which are few.",
  },
  {
    workload: `Deployment/${cloudNativePgIdentity.namespace}/plugin-barman-cloud`,
    asks: "It watches object stores, and gives the pods of Clusters rights on their Secrets.",
    fixed: "It works when a Cluster changes; its chart can only replace it in its place.",
  },
  ...["cert-manager", "cert-manager-webhook", "cert-manager-cainjector"].map((name) => ({
    workload: `Deployment/${systemNamespace}/${name}`,
    asks: "It watches certificates and whoever signs them, and writes Secrets and what webhooks trust.",
    fixed: "One pod works and the other waits for its lease; certificates are few.",
  })),
];

/** Ports that the manifests of charts leave out. */
export const chartProbePorts = [
  {
    container: loadBalancerControllerIdentity.serviceAccount,
    port: 61779,
    reason: "The chart aws-load-balancer-controller lists its webhooks and metrics only; the port is compiled in.",
  },
  {
    container: "barman-cloud",
    port: 8081,
    reason: "The chart plugin-barman-cloud lists only where the operator calls it; the port is compiled in.",
  },
];

/** Pods that a chart brings, which is one resource without objects where its source is not reached. */
export const chartPods = [
  {
    namespace: loadBalancerControllerIdentity.namespace,
    labels: {
      ...selectorLabels(loadBalancerControllerIdentity.serviceAccount),
      "app.kubernetes.io/instance": loadBalancerControllerIdentity.serviceAccount,
    },
    // Its webhooks, and its metrics.
    ports: [9443, 8080].map((number) => ({ number, protocol: "TCP" as const })),
  },
  chartPod(cloudNativePgIdentity.serviceAccount, cloudNativePgIdentity.serviceAccount, [9443, 8080]),
  chartPod("plugin-barman-cloud", "plugin-barman-cloud", [9090]),
  chartPod("cert-manager", "cert-manager", [9402]),
  chartPod("cert-manager", "webhook", [10250, 9402]),
  chartPod("cert-manager", "cainjector", [9402]),
];

/**
 * Pods that CloudNativePG makes of a Cluster and a Pooler, whose labels and ports stand in no manifest: the server's with
 * the instance manager's (its documentation, security.md, "Exposed Ports"), the pooler's with its metrics.
 */
export const operatedPods = [
  operatedPod({ ...databasePods.server, "cnpg.io/podRole": "instance" }, [postgresqlPort, 8000, metricsPorts.server]),
  operatedPod({ ...databasePods.pooler, "cnpg.io/podRole": "pooler", "cnpg.io/poolerName": databaseObjects.pooler }, [
    postgresqlPort,
    metricsPorts.pooler,
  ]),
];

function operatedPod(labels: Readonly<Record<string, string>>, ports: readonly number[]) {
  return {
    namespace: namespaces.data,
    labels: { ...labels, "cnpg.io/cluster": databaseObjects.server },
    ports: ports.map((number) => ({ number, protocol: "TCP" as const })),
  };
}

function chartPod(release: string, name: string, ports: readonly number[]) {
  return {
    namespace: systemNamespace,
    labels: {
      ...selectorLabels(name),
      "app.kubernetes.io/instance": release,
    },
    ports: ports.map((number) => ({ number, protocol: "TCP" as const })),
  };
}
