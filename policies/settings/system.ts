import { clusterAutoscalerIdentity, systemNamespace } from "../../model/system";

/**
 * What the cluster itself runs on: why its pods talk to the API server, and why their number is fixed. The metrics server
 * is what autoscalers read, so none of them could scale it; of the cluster autoscaler only one works at a time.
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
];
