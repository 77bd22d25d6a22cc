import { type ComponentResourceOptions, type Resource } from "@pulumi/pulumi";
import { Role } from "@pulumi/aws/iam/role";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment";
import { type Network } from "../../components/aws-network";
import { type EksCluster } from "../../components/eks-cluster";
import { managedPolicyArn } from "../../components/eks-cluster/specs";
import { EksNodePool } from "../../components/eks-node-pool";
import { serviceTrust } from "../../components/shared/iam";
import { type AwsEnvironment, nodeDiskGibibytes, resourceTags } from "../../model/aws";
import { instanceTypes } from "../../model/aws/instance-types";
import { poolLabel } from "../../model/node-pool";
import { type Keys } from "./keys";

/** What kubelets need: to join, and to pull images. What the network plugin needs is its own role's. */
const nodePolicies = ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"];

export function createNodes(
  aws: AwsEnvironment,
  keys: Keys,
  network: Network,
  cluster: EksCluster,
  addons: readonly Resource[],
  options: ComponentResourceOptions,
): EksNodePool[] {
  const { name, version, nodeImage } = aws.cluster;
  const tags = resourceTags(aws, "2.1.4");
  const role = new Role(
    "nodes",
    {
      name: `${name}-nodes`,
      description: "Kubelets of the nodes",
      assumeRolePolicy: serviceTrust("ec2.amazonaws.com"),
      tags: { ...tags },
    },
    options,
  );
  const rights = nodePolicies.map(
    (policy) =>
      new RolePolicyAttachment(`nodes-${policy}`, { role: role.name, policyArn: managedPolicyArn(policy) }, options),
  );
  return aws.pools.map((pool) => {
    if (pool.instanceType === undefined) throw new Error(`pool ${pool.name} has no machine type`);
    return new EksNodePool(
      `nodes-${pool.name}`,
      {
        clusterName: name,
        poolName: pool.name,
        version,
        instanceType: pool.instanceType,
        architecture: instanceTypes.get(pool.instanceType)?.architecture ?? "amd64",
        image: nodeImage,
        diskGibibytes: nodeDiskGibibytes,
        minimum: pool.minimum,
        maximum: pool.maximum,
        labels: { [poolLabel]: pool.name },
        taints: pool.taints,
        zonal: pool.zonal ?? false,
        zones: aws.cluster.zones,
        nodeRoleArn: role.arn,
        subnets: network.privateSubnets,
        diskKeyArn: keys.volumes.arn,
        after: [...network.reachable, ...addons, ...rights, cluster.cluster],
        tags,
      },
      options,
    );
  });
}
