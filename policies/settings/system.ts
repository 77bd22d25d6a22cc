import { selectorLabels } from "../../model/labels";
import { clusterAutoscalerIdentity, loadBalancerControllerIdentity, systemNamespace } from "../../model/system";

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
];

/** Ports that the manifests of charts leave out. */
export const chartProbePorts = [
  {
    container: loadBalancerControllerIdentity.serviceAccount,
    port: 61779,
    reason: "The chart aws-load-balancer-controller lists its webhooks and metrics only; the port is compiled in.",
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
];
