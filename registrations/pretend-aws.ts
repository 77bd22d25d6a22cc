import { unknown } from "@pulumi/pulumi";

/** What AWS makes of a resource beyond its inputs, by type; only what the program reads. */
const computed: Readonly<
  Record<string, (name: string, inputs: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>>
> = {
  "aws:kms/key:Key": (name) => ({ keyId: `${name}-id` }),
  "aws:ecr/repository:Repository": (_, { name }) => ({
    repositoryUrl: `111122223333.dkr.ecr.eu-central-1.amazonaws.com/${String(name)}`,
  }),
  "aws:ec2/launchTemplate:LaunchTemplate": () => ({ latestVersion: 1 }),
  "aws:eks/cluster:Cluster": (name, { vpcConfig }) => ({
    endpoint: `https://${name}.gr7.eu-central-1.eks.amazonaws.com`,
    certificateAuthority: { data: "Y2VydGlmaWNhdGU=" },
    vpcConfig: { ...(vpcConfig as object), clusterSecurityGroupId: `${name}-group` },
  }),
  "aws:eks/nodeGroup:NodeGroup": (_, { nodeGroupName }) => ({
    resources: [{ autoscalingGroups: [{ name: `eks-${String(nodeGroupName)}-0a1b2c3d` }] }],
  }),
};

/** Properties of an AWS resource as they are known after an update; in a preview, what AWS makes is unknown. */
export function pretendAws(
  { type, name, inputs }: { readonly type: string; readonly name: string; readonly inputs: Record<string, unknown> },
  preview: boolean,
): Readonly<Record<string, unknown>> {
  const made: Record<string, unknown> = { arn: `arn:of:${name}`, ...computed[type]?.(name, inputs) };
  return preview ? Object.fromEntries(Object.keys(made).map((key) => [key, unknown])) : made;
}
