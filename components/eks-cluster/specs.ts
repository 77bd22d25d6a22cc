/** Everything that EKS' control plane can write. */
export const controlPlaneLogs = ["api", "audit", "authenticator", "controllerManager", "scheduler"] as const;

/** The log group that EKS writes to; made first, because EKS would make it without key and end. */
export function controlPlaneLogGroup(clusterName: string): string {
  return `/aws/eks/${clusterName}/cluster`;
}

/** ARN of one of AWS' own access policies for EKS. */
export function accessPolicyArn(policy: string): string {
  return `arn:aws:eks::aws:cluster-access-policy/${policy}`;
}

/** ARN of one of AWS' own policies for IAM roles. */
export function managedPolicyArn(policy: string): string {
  return `arn:aws:iam::aws:policy/${policy}`;
}
