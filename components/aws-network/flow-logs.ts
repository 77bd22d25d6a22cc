import { type Input } from "@pulumi/pulumi";
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup";
import { FlowLog } from "@pulumi/aws/ec2/flowLog";
import { Role } from "@pulumi/aws/iam/role";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy";
import { serviceTrust } from "../shared/iam";
import { type NetworkPart } from "./index";
import { flowLogGroup, flowLogPolicy } from "./specs";

/** A record of every accepted and refused connection of the VPC. */
export function createFlowLogs({ name, args, vpc, child, named }: NetworkPart, keyArn: Input<string>): void {
  const own = `${args.networkName}-flow-logs`;
  const group = new LogGroup(
    `${name}-flow-logs`,
    {
      name: flowLogGroup(args.networkName),
      retentionInDays: args.logRetentionDays,
      kmsKeyId: keyArn,
      tags: named(own),
    },
    child,
  );
  const role = new Role(
    `${name}-flow-logs`,
    {
      name: own,
      description: "Writes the flow logs of the VPC",
      // Only for flow logs of this account: any other could otherwise have AWS write into it.
      assumeRolePolicy: serviceTrust("vpc-flow-logs.amazonaws.com", {
        StringEquals: { "aws:SourceAccount": args.account },
        ArnLike: { "aws:SourceArn": `arn:aws:ec2:${args.region}:${args.account}:vpc-flow-log/*` },
      }),
      tags: named(own),
    },
    child,
  );
  const policy = new RolePolicy(
    `${name}-flow-logs`,
    { name: own, role: role.name, policy: flowLogPolicy(args) },
    child,
  );
  new FlowLog(
    `${name}-flow-logs`,
    {
      vpcId: vpc.id,
      trafficType: "ALL",
      logDestinationType: "cloud-watch-logs",
      logDestination: group.arn,
      iamRoleArn: role.arn,
      tags: named(own),
    },
    { ...child, dependsOn: [policy] },
  );
}
