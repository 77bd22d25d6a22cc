import { type ComponentResourceOptions } from "@pulumi/pulumi";
import { type Network } from "../../components/aws-network";
import { EksCluster } from "../../components/eks-cluster";
import { type AwsEnvironment, resourceTags, serviceNetwork } from "../../model/aws";
import { type Keys } from "./keys";

export function createCluster(
  aws: AwsEnvironment,
  keys: Keys,
  network: Network,
  options: ComponentResourceOptions,
): EksCluster {
  const { cluster } = aws;
  return new EksCluster(
    "eks",
    {
      clusterName: cluster.name,
      region: cluster.region,
      account: cluster.account,
      version: cluster.version,
      vpcId: network.vpcId,
      vpcCidr: cluster.network.cidr,
      subnetIds: Object.values(network.privateSubnets),
      serviceCidr: serviceNetwork,
      endpoint: cluster.endpoint,
      access: cluster.access,
      secretsKeyArn: keys.secrets.arn,
      logKeyArn: keys.logs.arn,
      logRetentionDays: cluster.logRetentionDays,
      deletionProtection: cluster.deletionProtection,
      tags: resourceTags(aws, "2.1.2"),
    },
    options,
  );
}
