/**
 * Namespace of what the cluster itself runs on. Kubernetes makes it, so this program puts things into it and never
 * registers the namespace.
 */
export const systemNamespace = "kube-system";

/** Kubernetes' own priority of what a cluster cannot work without; it is in every cluster. */
export const systemPriorityClass = "system-cluster-critical";

/** A service account as IAM and Kubernetes both name it; whoever binds a role and whoever runs under it ask here. */
export interface WorkloadIdentity {
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** Who the cluster autoscaler is: its role in the cloud is bound to exactly this service account. */
export const clusterAutoscalerIdentity: WorkloadIdentity = {
  namespace: systemNamespace,
  serviceAccount: "cluster-autoscaler",
};

/** Who the load-balancer controller is. */
export const loadBalancerControllerIdentity: WorkloadIdentity = {
  namespace: systemNamespace,
  serviceAccount: "aws-load-balancer-controller",
};

/** Who the operator of PostgreSQL is; the chart's release has the account's name. */
export const cloudNativePgIdentity: WorkloadIdentity = {
  namespace: systemNamespace,
  serviceAccount: "cloudnative-pg",
};
