import {
  ComponentResource,
  type ComponentResourceOptions,
  type CustomResourceOptions,
  type Input,
  type Output,
  type Resource,
} from "@pulumi/pulumi";
import { DefaultSecurityGroup } from "@pulumi/aws/ec2/defaultSecurityGroup";
import { InternetGateway } from "@pulumi/aws/ec2/internetGateway";
import { Subnet } from "@pulumi/aws/ec2/subnet";
import { Vpc } from "@pulumi/aws/ec2/vpc";
import { createEndpoints } from "./endpoints";
import { createFlowLogs } from "./flow-logs";
import { createRoutes } from "./routes";
import { type NetworkArgs, subnetRoles } from "./specs";

export { type NetworkArgs } from "./specs";

/** What a part of the network is made with. */
export interface NetworkPart {
  readonly name: string;
  readonly args: NetworkArgs;
  readonly vpc: Vpc;
  readonly child: CustomResourceOptions;
  /** Tags with a name for the console. */
  readonly named: (name: string) => Record<string, string>;
}

/** A subnet and the zone that it is in. */
export interface ZoneSubnet {
  readonly zone: string;
  readonly subnet: Subnet;
}

/**
 * A VPC over several zones: public subnets for load balancers and NAT gateways, private ones for everything else,
 * endpoints of AWS' own interfaces, flow logs, and a default security group that lets nothing through.
 */
export class Network extends ComponentResource {
  public readonly vpcId: Output<string>;
  /** Ids of the private subnets by zone. */
  public readonly privateSubnets: Readonly<Record<string, Output<string>>>;
  /** What must be there before a machine in a private subnet reaches anything. */
  public readonly reachable: readonly Resource[];

  constructor(
    name: string,
    args: NetworkArgs & { readonly logKeyArn: Input<string> },
    options?: ComponentResourceOptions,
  ) {
    super("platform:aws:Network", name, {}, options);
    const child = { parent: this };
    const named = (own: string) => ({ ...args.tags, Name: own });
    const vpc = new Vpc(
      `${name}-vpc`,
      { cidrBlock: args.cidr, enableDnsHostnames: true, enableDnsSupport: true, tags: named(args.networkName) },
      child,
    );
    // Without rules: whatever forgets to name its group can neither be reached nor reach anything.
    new DefaultSecurityGroup(
      `${name}-default-group`,
      { vpcId: vpc.id, ingress: [], egress: [], tags: named(`${args.networkName}-default`) },
      child,
    );
    const part: NetworkPart = { name, args, vpc, child, named };
    const gateway = new InternetGateway(`${name}-internet`, { vpcId: vpc.id, tags: named(args.networkName) }, child);
    const subnets = (kind: "public" | "private"): ZoneSubnet[] =>
      args.subnets.map((planned) => ({
        zone: planned.zone,
        subnet: new Subnet(
          `${name}-${kind}-${planned.zone}`,
          {
            vpcId: vpc.id,
            cidrBlock: planned[kind],
            availabilityZone: planned.zone,
            mapPublicIpOnLaunch: false,
            tags: { ...named(`${args.networkName}-${kind}-${planned.zone}`), [subnetRoles[kind]]: "1" },
          },
          child,
        ),
      }));
    const [publicSubnets, privateSubnets] = [subnets("public"), subnets("private")];
    const routes = createRoutes(part, gateway, publicSubnets, privateSubnets);
    const endpoints = createEndpoints(part, privateSubnets, routes.privateTables);
    createFlowLogs(part, args.logKeyArn);
    this.vpcId = vpc.id;
    this.privateSubnets = Object.fromEntries(privateSubnets.map(({ zone, subnet }) => [zone, subnet.id]));
    this.reachable = [...routes.all, ...endpoints];
    this.registerOutputs({ vpcId: this.vpcId, privateSubnets: this.privateSubnets });
  }
}
