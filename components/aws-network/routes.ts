import { type Resource } from "@pulumi/pulumi";
import { Eip } from "@pulumi/aws/ec2/eip";
import { type InternetGateway } from "@pulumi/aws/ec2/internetGateway";
import { NatGateway } from "@pulumi/aws/ec2/natGateway";
import { Route } from "@pulumi/aws/ec2/route";
import { RouteTable } from "@pulumi/aws/ec2/routeTable";
import { RouteTableAssociation } from "@pulumi/aws/ec2/routeTableAssociation";
import { type NetworkPart, type ZoneSubnet } from "./index";

const everywhere = "0.0.0.0/0";

/** Ways out: public subnets by the Internet gateway, each private one by the NAT gateway of its zone, or the only one. */
export function createRoutes(
  { name, args, vpc, child, named }: NetworkPart,
  gateway: InternetGateway,
  publicSubnets: readonly ZoneSubnet[],
  privateSubnets: readonly ZoneSubnet[],
): { readonly privateTables: readonly RouteTable[]; readonly all: readonly Resource[] } {
  const all: Resource[] = [];
  const table = (suffix: string) =>
    new RouteTable(`${name}-${suffix}`, { vpcId: vpc.id, tags: named(`${args.networkName}-${suffix}`) }, child);
  const associate = (suffix: string, { subnet }: ZoneSubnet, routeTable: RouteTable) =>
    all.push(
      new RouteTableAssociation(`${name}-${suffix}`, { subnetId: subnet.id, routeTableId: routeTable.id }, child),
    );

  const publicTable = table("public");
  const wayOut = new Route(
    `${name}-public-internet`,
    { routeTableId: publicTable.id, destinationCidrBlock: everywhere, gatewayId: gateway.id },
    child,
  );
  all.push(wayOut);
  for (const zoned of publicSubnets) associate(`public-${zoned.zone}`, zoned, publicTable);

  const gateways = (args.natGateways === "perZone" ? publicSubnets : publicSubnets.slice(0, 1)).map(
    ({ zone, subnet }) => {
      const address = new Eip(
        `${name}-nat-${zone}`,
        { domain: "vpc", tags: named(`${args.networkName}-nat-${zone}`) },
        { ...child, dependsOn: [gateway] },
      );
      const nat = new NatGateway(
        `${name}-nat-${zone}`,
        { subnetId: subnet.id, allocationId: address.id, tags: named(`${args.networkName}-${zone}`) },
        { ...child, dependsOn: [wayOut] },
      );
      return { zone, nat };
    },
  );
  const privateTables = privateSubnets.map((zoned) => {
    const own = table(`private-${zoned.zone}`);
    const via = gateways.find(({ zone }) => zone === zoned.zone) ?? gateways[0];
    if (via) {
      all.push(
        new Route(
          `${name}-private-${zoned.zone}-internet`,
          { routeTableId: own.id, destinationCidrBlock: everywhere, natGatewayId: via.nat.id },
          child,
        ),
      );
    }
    associate(`private-${zoned.zone}`, zoned, own);
    return own;
  });
  return { privateTables, all };
}
