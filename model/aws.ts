import { type NodePool } from "./node-pool";

/** AWS' access policies for EKS that an access entry may be given, by the name a stack uses. */
export const accessPolicies = [
  "AmazonEKSClusterAdminPolicy",
  "AmazonEKSAdminPolicy",
  "AmazonEKSAdminViewPolicy",
  "AmazonEKSEditPolicy",
  "AmazonEKSViewPolicy",
] as const;

export type AccessPolicy = (typeof accessPolicies)[number];

/** The policy that whoever deploys the platform needs: namespaces and classes are in no namespace. */
export const deployerPolicy: AccessPolicy = "AmazonEKSClusterAdminPolicy";

/** Kubernetes minors that the program makes clusters of; EKS offers them with standard support on 2026-11-24. */
export const eksVersions = ["1.34", "1.35", "1.36", "1.37"] as const;

/** Who may do what in the cluster. */
export interface AccessGrant {
  /** ARN of the IAM role or user. */
  readonly principal: string;
  readonly policy: AccessPolicy;
  /** Namespaces that it holds in; absent: the whole cluster. */
  readonly namespaces?: readonly string[] | undefined;
}

/** What is made on AWS for one environment, as its stack says. */
export interface AwsCluster {
  readonly name: string;
  /** Twelve digits. A given account makes ARNs known before anything exists, and no other account is ever touched. */
  readonly account: string;
  readonly region: string;
  /** Kubernetes minor such as `1.36`. */
  readonly version: string;
  readonly zones: readonly string[];
  readonly network: {
    /** IPv4 block of the VPC. */
    readonly cidr: string;
    /** One NAT gateway in each zone, or one for all: cheaper, and outbound traffic is lost with its zone. */
    readonly natGateways: "perZone" | "single";
  };
  readonly endpoint: {
    /** Whether the API server has an address on the Internet. */
    readonly public: boolean;
    /** Blocks that may reach it there. */
    readonly publicCidrs: readonly string[];
  };
  readonly access: Readonly<Record<string, AccessGrant>>;
  /** Refuses the deletion of cluster, keys, buckets and file system until it is switched off. */
  readonly deletionProtection: boolean;
  /** Days that control-plane and flow logs are kept. */
  readonly logRetentionDays: number;
  readonly nodeImage: "al2023" | "bottlerocket";
  /** Tags of every resource beyond the program's own. */
  readonly tags: Readonly<Record<string, string>>;
}

/** What the AWS layer is made from. */
export interface AwsEnvironment {
  readonly project: string;
  readonly environment: string;
  /** Team that answers for it. */
  readonly owner: string;
  readonly cluster: AwsCluster;
  readonly pools: readonly NodePool[];
  /** Names of the services whose images have a repository. */
  readonly services: readonly string[];
  /** Namespaces that agents of the platform run in, by what they do. */
  readonly namespaces: { readonly data: string; readonly observability: string };
}

/** Tag with the name of the cluster that a resource belongs to. */
export const clusterTag = "cluster";

/** Addresses of Kubernetes services: EKS' second default, outside the block that most VPCs take. */
export const serviceNetwork = "172.20.0.0/16";

/**
 * The API server's address in that block, always its first. EKS' network plugin looks at a pod's traffic before it is sent
 * on to an end behind a Service, so a policy that names addresses has to name this one too.
 */
export const kubernetesServiceBlock = "172.20.0.1/32";

/** ARN of a cluster; known before it exists. */
export function clusterArn({ name, account, region }: Pick<AwsCluster, "name" | "account" | "region">): string {
  return `arn:aws:eks:${region}:${account}:cluster/${name}`;
}

/** Whose an AWS resource is. */
export interface Ownership extends Pick<AwsEnvironment, "project" | "environment" | "owner"> {
  /** What keeps it as it is, and so decides what a role that deploys may change. */
  readonly managedBy: string;
}

/** Tags that tell whose a resource is; `planStep` is the step of the ALT_LAS plan that asks for it, such as `2.2.4`. */
export function ownershipTags(
  { project, environment, owner, managedBy }: Ownership,
  planStep: string,
): Readonly<Record<string, string>> {
  return { project, environment, owner, "managed-by": managedBy, "plan-ref": planStep };
}

/**
 * Tags of every AWS resource of a platform. That of the cluster lets a role change what belongs to one of several
 * platforms in an account, where AWS gives numbers for names.
 */
export function resourceTags(
  aws: Pick<AwsEnvironment, "project" | "environment" | "owner"> & {
    readonly cluster: Pick<AwsCluster, "name" | "tags">;
  },
  planStep: string,
): Readonly<Record<string, string>> {
  return {
    ...ownershipTags({ ...aws, managedBy: "pulumi" }, planStep),
    [clusterTag]: aws.cluster.name,
    ...aws.cluster.tags,
  };
}

/**
 * Disk of a node. The plan's largest pods ask for less than 10 GiB of it each; images of the five services, the page
 * cache and logs take the rest. 100 GiB of gp3 brings its whole base throughput of 125 MiB/s at any size.
 */
export const nodeDiskGibibytes = 100;

/** Name of one of a cluster's buckets: names are shared by all accounts of the world, so the account's number is in it. */
export function bucketName(
  { name, account }: { readonly name: string; readonly account: string },
  purpose: string,
): string {
  return `${name}-${account}-${purpose}`;
}
