import {
  ComponentResource,
  type ComponentResourceOptions,
  type CustomResourceOptions,
  type Output,
  type Resource,
} from "@pulumi/pulumi";
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import { AccessEntry } from "@pulumi/aws/eks/accessEntry";
import { AccessPolicyAssociation } from "@pulumi/aws/eks/accessPolicyAssociation";
import { Addon } from "@pulumi/aws/eks/addon";
import { Cluster } from "@pulumi/aws/eks/cluster";
import { Role } from "@pulumi/aws/iam/role";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule";
import { serviceTrust } from "../shared/iam";
import { type AddonArgs, type EksClusterArgs } from "./args";
import { accessPolicyArn, controlPlaneLogGroup, controlPlaneLogs, managedPolicyArn } from "./specs";

export { type AddonArgs, type EksClusterArgs } from "./args";

/** An EKS control plane, closed and logged, and the principals that may use it; nodes and add-ons come after it. */
export class EksCluster extends ComponentResource {
  public readonly clusterName: string;
  public readonly cluster: Resource;
  public readonly endpoint: Output<string>;
  /** The cluster's certificate authority, PEM in base64. */
  public readonly certificateAuthority: Output<string>;
  /** The group that EKS gives to nodes and to its own interfaces. */
  public readonly securityGroupId: Output<string>;
  /** What must be there before the deployer may put anything into the cluster. */
  public readonly accessible: readonly Resource[];

  constructor(name: string, args: EksClusterArgs, options?: ComponentResourceOptions) {
    super("platform:aws:EksCluster", name, {}, options);
    const child = { parent: this };
    const tags = { ...args.tags };
    this.clusterName = args.clusterName;
    const logs = new LogGroup(
      `${name}-logs`,
      {
        name: controlPlaneLogGroup(args.clusterName),
        retentionInDays: args.logRetentionDays,
        kmsKeyId: args.logKeyArn,
        tags,
      },
      child,
    );
    const role = new Role(
      `${name}-role`,
      {
        name: `${args.clusterName}-cluster`,
        description: "The control plane of EKS",
        assumeRolePolicy: serviceTrust("eks.amazonaws.com", {
          StringEquals: { "aws:SourceAccount": args.account },
        }),
        tags,
      },
      child,
    );
    const rights = new RolePolicyAttachment(
      `${name}-role-cluster`,
      { role: role.name, policyArn: managedPolicyArn("AmazonEKSClusterPolicy") },
      child,
    );
    const { group, rule } = controlPlaneGroup(name, args, this);
    const cluster = new Cluster(
      `${name}-control-plane`,
      {
        name: args.clusterName,
        version: args.version,
        roleArn: role.arn,
        accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: false },
        vpcConfig: {
          subnetIds: [...args.subnetIds],
          securityGroupIds: [group.id],
          endpointPrivateAccess: true,
          endpointPublicAccess: args.endpoint.public,
          ...(args.endpoint.public ? { publicAccessCidrs: [...args.endpoint.publicCidrs] } : {}),
        },
        kubernetesNetworkConfig: { ipFamily: "ipv4", serviceIpv4Cidr: args.serviceCidr },
        encryptionConfig: { resources: ["secrets"], provider: { keyArn: args.secretsKeyArn } },
        enabledClusterLogTypes: [...controlPlaneLogs],
        // Standard support only: a minor that leaves it is upgraded by EKS; extended support has a price of its own.
        upgradePolicy: { supportType: "STANDARD" },
        deletionProtection: args.deletionProtection,
        zonalShiftConfig: { enabled: true },
        // Networking, proxy and DNS are managed add-ons, so that their settings and versions are the stack's.
        bootstrapSelfManagedAddons: false,
        tags,
      },
      { parent: this, protect: args.deletionProtection, dependsOn: [logs, rights, rule] },
    );
    this.cluster = cluster;
    this.endpoint = cluster.endpoint;
    this.certificateAuthority = cluster.certificateAuthority.data;
    this.securityGroupId = cluster.vpcConfig.clusterSecurityGroupId;
    this.accessible = createAccess(name, args, cluster, this);
    this.registerOutputs({ clusterName: this.clusterName, endpoint: this.endpoint });
  }
}

/** A group of the control plane's interfaces for whoever reaches the API server from the VPC without being a node. */
function controlPlaneGroup(name: string, args: EksClusterArgs, parent: EksCluster) {
  const tags = { ...args.tags, Name: `${args.clusterName}-api` };
  const group = new SecurityGroup(
    `${name}-api`,
    {
      vpcId: args.vpcId,
      name: `${args.clusterName}-api`,
      description: "Interfaces of the control plane in the VPC",
      tags,
    },
    { parent },
  );
  const rule = new SecurityGroupIngressRule(
    `${name}-api-https`,
    {
      securityGroupId: group.id,
      description: "Kubernetes API from the VPC",
      cidrIpv4: args.vpcCidr,
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      tags,
    },
    { parent },
  );
  return { group, rule };
}

function createAccess(name: string, args: EksClusterArgs, cluster: Cluster, parent: EksCluster): Resource[] {
  return Object.entries(args.access).map(([grantName, { principal, policy, namespaces }]) => {
    const entry = new AccessEntry(
      `${name}-access-${grantName}`,
      { clusterName: cluster.name, principalArn: principal, type: "STANDARD", tags: { ...args.tags } },
      { parent },
    );
    return new AccessPolicyAssociation(
      `${name}-access-${grantName}`,
      {
        clusterName: cluster.name,
        principalArn: principal,
        policyArn: accessPolicyArn(policy),
        accessScope: namespaces ? { type: "namespace", namespaces: [...namespaces] } : { type: "cluster" },
      },
      { parent, dependsOn: [entry] },
    );
  });
}

/** Installs a managed add-on; its version is the one that EKS gives a new cluster of that minor. */
export function installAddon(name: string, args: AddonArgs, options: CustomResourceOptions): Addon {
  return new Addon(
    name,
    {
      clusterName: args.clusterName,
      addonName: args.addonName,
      ...(args.configuration ? { configurationValues: JSON.stringify(args.configuration) } : {}),
      ...(args.identity
        ? {
            podIdentityAssociations: [{ serviceAccount: args.identity.serviceAccount, roleArn: args.identity.roleArn }],
          }
        : {}),
      resolveConflictsOnCreate: "OVERWRITE",
      // What operators changed in the cluster stays.
      resolveConflictsOnUpdate: "PRESERVE",
      tags: { ...args.tags },
    },
    { ...options, dependsOn: [...args.after] },
  );
}
