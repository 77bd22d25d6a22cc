import { type Resource } from "@pulumi/pulumi";
import { type RouteTable } from "@pulumi/aws/ec2/routeTable";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import { VpcEndpoint } from "@pulumi/aws/ec2/vpcEndpoint";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule";
import { type NetworkPart, type ZoneSubnet } from "./index";
import { endpointPolicy, interfaceEndpoints } from "./specs";

/** Endpoints of AWS' own interfaces inside the VPC: calls to them neither leave it nor pay for a NAT gateway. */
export function createEndpoints(
  { name, args, vpc, child, named }: NetworkPart,
  privateSubnets: readonly ZoneSubnet[],
  privateTables: readonly RouteTable[],
): Resource[] {
  const service = (own: string) => `com.amazonaws.${args.region}.${own}`;
  const group = new SecurityGroup(
    `${name}-endpoints`,
    {
      vpcId: vpc.id,
      name: `${args.networkName}-endpoints`,
      description: "Endpoints of AWS interfaces inside the VPC",
      tags: named(`${args.networkName}-endpoints`),
    },
    child,
  );
  const rule = new SecurityGroupIngressRule(
    `${name}-endpoints-https`,
    {
      securityGroupId: group.id,
      description: "HTTPS from the VPC",
      cidrIpv4: args.cidr,
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      tags: named(`${args.networkName}-endpoints-https`),
    },
    child,
  );
  const storage = new VpcEndpoint(
    `${name}-endpoint-s3`,
    {
      vpcId: vpc.id,
      serviceName: service("s3"),
      vpcEndpointType: "Gateway",
      // No policy of our own: images of public registries and of ECR lie in buckets of other accounts.
      routeTableIds: privateTables.map(({ id }) => id),
      tags: named(`${args.networkName}-s3`),
    },
    child,
  );
  const interfaces = interfaceEndpoints.map(
    (own) =>
      new VpcEndpoint(
        `${name}-endpoint-${own.replace(".", "-")}`,
        {
          vpcId: vpc.id,
          serviceName: service(own),
          vpcEndpointType: "Interface",
          privateDnsEnabled: true,
          subnetIds: privateSubnets.map(({ subnet }) => subnet.id),
          securityGroupIds: [group.id],
          // A pod of EKS Pod Identity has no principal yet when it asks for one.
          ...(own === "eks-auth" ? {} : { policy: endpointPolicy(args.account) }),
          tags: named(`${args.networkName}-${own}`),
        },
        child,
      ),
  );
  return [rule, storage, ...interfaces];
}
