import { type ComponentResourceOptions } from "@pulumi/pulumi";
import { Network } from "../../components/aws-network";
import { type AwsEnvironment, resourceTags } from "../../model/aws";
import { planSubnets } from "../../model/subnets";
import { type Keys } from "./keys";

export function createNetwork(aws: AwsEnvironment, keys: Keys, options: ComponentResourceOptions): Network {
  const { name, account, region, zones, network, logRetentionDays } = aws.cluster;
  return new Network(
    "network",
    {
      networkName: name,
      account,
      region,
      cidr: network.cidr,
      subnets: planSubnets(network.cidr, zones),
      natGateways: network.natGateways,
      logKeyArn: keys.logs.arn,
      logRetentionDays,
      tags: resourceTags(aws, "2.1.2"),
    },
    options,
  );
}
