import { deployerPolicy } from "../aws";
import { type OrderGraph, type RegisteredNode, unknownInput } from "./graph";
import { input, text } from "./read";

/** Type tokens of what the proof looks at on AWS. */
export const awsTypes = {
  cluster: "aws:eks/cluster:Cluster",
  addon: "aws:eks/addon:Addon",
  nodeGroup: "aws:eks/nodeGroup:NodeGroup",
  accessEntry: "aws:eks/accessEntry:AccessEntry",
  accessPolicy: "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
  podIdentity: "aws:eks/podIdentityAssociation:PodIdentityAssociation",
  role: "aws:iam/role:Role",
  rolePolicy: "aws:iam/rolePolicy:RolePolicy",
  rolePolicyAttachment: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  logGroup: "aws:cloudwatch/logGroup:LogGroup",
  vpc: "aws:ec2/vpc:Vpc",
} as const;

/** What makes a way out of a private subnet. */
export const waysOut: readonly string[] = [
  "aws:ec2/internetGateway:InternetGateway",
  "aws:ec2/natGateway:NatGateway",
  "aws:ec2/route:Route",
  "aws:ec2/routeTableAssociation:RouteTableAssociation",
  "aws:ec2/vpcEndpoint:VpcEndpoint",
];

export const kubernetesProvider = "pulumi:providers:kubernetes";

/** Which cluster a provider talks to: one of this stack's, another one, or nothing that can be told. */
export type ProvidersCluster = RegisteredNode | "elsewhere" | "unknown";

/** Which resources belong to which cluster. */
export class Clusters {
  private readonly all: readonly RegisteredNode[];

  constructor(private readonly graph: OrderGraph) {
    this.all = this.ofType(awsTypes.cluster);
  }

  ofType(type: string): RegisteredNode[] {
    return this.graph.nodes.filter((node) => node.type === type);
  }

  /**
   * The cluster that a Kubernetes provider talks to: the one that its settings were read from or name. A provider that waits
   * for a cluster without naming it is taken to be that one's.
   */
  ofProvider(provider: RegisteredNode): ProvidersCluster {
    if (this.all.length === 0) return "elsewhere";
    const named = this.all.filter((cluster) => names(provider, cluster));
    const reached = this.all.filter((cluster) => this.graph.outlivedBy(provider, cluster));
    const [only, ...more] = named.length > 0 ? named : reached;
    if (only) return more.length === 0 ? only : "unknown";
    return settings.some((key) => text(provider, key) === unknownInput) ? "unknown" : "elsewhere";
  }

  /** Resources of AWS of a type that say to which cluster they belong. */
  inCluster(cluster: RegisteredNode, type: string): RegisteredNode[] {
    const own = text(cluster, "name");
    return this.ofType(type).filter((node) => {
      const given = text(node, "clusterName");
      if (given !== undefined && given !== unknownInput && own !== undefined) return given === own;
      return this.graph.edges(node).includes(cluster);
    });
  }

  /** What lets the deployer in: associations of the policy that a deployer needs, with their entries. */
  deployerAccess(cluster: RegisteredNode): RegisteredNode[] {
    const policies = this.inCluster(cluster, awsTypes.accessPolicy).filter((node) =>
      (text(node, "policyArn") ?? "").endsWith(`/${deployerPolicy}`),
    );
    const principals = policies.map((node) => text(node, "principalArn"));
    const entries = this.inCluster(cluster, awsTypes.accessEntry).filter((node) =>
      principals.includes(text(node, "principalArn")),
    );
    return [...policies, ...entries];
  }

  /** Policies of the roles that a resource was given by one of its inputs, or by any of them. */
  rightsOf(node: RegisteredNode, property?: string): RegisteredNode[] {
    const given = property === undefined ? this.graph.edges(node) : this.readFrom(node, property);
    return given.filter(({ type }) => type === awsTypes.role).flatMap((role) => this.policiesOf(role));
  }

  private policiesOf(role: RegisteredNode): RegisteredNode[] {
    const name = text(role, "name");
    return [...this.ofType(awsTypes.rolePolicy), ...this.ofType(awsTypes.rolePolicyAttachment)].filter((policy) => {
      const given = text(policy, "role");
      return (
        this.readFrom(policy, "role").includes(role) ||
        (given !== undefined && given !== unknownInput && given === name)
      );
    });
  }

  private readFrom({ propertyDependencies = {} }: RegisteredNode, property: string): RegisteredNode[] {
    return (propertyDependencies[property] ?? []).flatMap((urn) => this.graph.node(urn) ?? []);
  }
}

const settings = ["kubeconfig", "context", "cluster", "clusterIdentifier"] as const;

/** Whether a provider's settings name a cluster, or were read from it. */
function names(provider: RegisteredNode, cluster: RegisteredNode): boolean {
  const own = text(cluster, "name");
  return settings.some((key) => {
    if ((provider.propertyDependencies?.[key] ?? []).includes(cluster.urn)) return true;
    const value = input(provider, key);
    const given = typeof value === "object" ? JSON.stringify(value) : value;
    return own !== undefined && own !== unknownInput && typeof given === "string" && mentions(given, own);
  });
}

/** A name in a kubeconfig or an ARN ends where a name cannot go on. */
function mentions(settingsText: string, name: string): boolean {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(?<![\\w-])${escaped}(?![\\w-])`).test(settingsText);
}
