import { type Statement } from "../../components/shared/iam";
import { clusterTag } from "../../model/aws";

/** Whose platform the rights are for. */
export interface PlatformPlace {
  /** Name of the EKS cluster, with which the names of everything else begin. */
  readonly cluster: string;
  readonly account: string;
  readonly region: string;
}

/** AWS' own policies that the roles of the platform are given; a deployer can attach no other. */
const attachable = [
  "AmazonEC2ContainerRegistryPullOnly",
  "AmazonEKSClusterPolicy",
  "AmazonEKSWorkerNodePolicy",
  "AmazonEKS_CNI_Policy",
  "service-role/AmazonEBSCSIDriverPolicy",
  "service-role/AmazonEFSCSIDriverPolicy",
].map((name) => `arn:aws:iam::aws:policy/${name}`);

/** Services that the platform's roles are passed to. */
const passedTo = ["ec2", "eks", "pods.eks", "vpc-flow-logs"].map((service) => `${service}.amazonaws.com`);

/** Services whose own roles AWS makes at their first use in an account. */
const linked = ["autoscaling", "eks", "eks-nodegroup", "elasticfilesystem"].map((name) => `${name}.amazonaws.com`);

/**
 * Rights to make, change and take down what `infra/aws` registers for one cluster, by parts that are policies of their own.
 *
 * What has a name must begin with the cluster's. What AWS numbers (networks, keys, file systems) must carry the tag
 * `cluster`, and nothing else can be given it afterwards but by the call that makes it. AWS binds two things to neither:
 * making them, which the region bounds, and closing a security group, which is how the default one loses its rules.
 */
export function platformRights(place: PlatformPlace): Readonly<Record<string, readonly Statement[]>> {
  return {
    identity: identity(place),
    network: network(place),
    cluster: cluster(place),
    storage: storage(place),
  };
}

type Condition = NonNullable<Statement["Condition"]>;

function allow(
  Sid: string,
  Action: readonly string[],
  Resource: string | readonly string[],
  Condition?: Condition,
): Statement {
  return { Sid, Effect: "Allow", Action, Resource, ...(Condition ? { Condition } : {}) };
}

/** What the platform has made, by the tag that it gives everything. */
function ours(cluster: string): Condition {
  return { StringEquals: { [`aws:ResourceTag/${clusterTag}`]: cluster } };
}

/** What is being made, with that tag. */
function made(cluster: string): Condition {
  return { StringEquals: { [`aws:RequestTag/${clusterTag}`]: cluster } };
}

/** Actions of one service. */
function of(service: string, ...actions: readonly string[]): string[] {
  return actions.map((action) => `${service}:${action}`);
}

/** To make and to delete each kind. */
function both(...kinds: readonly string[]): string[] {
  return kinds.flatMap((kind) => [`Create${kind}`, `Delete${kind}`]);
}

function identity({ cluster: name, account }: PlatformPlace): Statement[] {
  const roles = `arn:aws:iam::${account}:role/${name}-*`;
  return [
    allow(
      "Roles",
      of(
        "iam",
        ...both("Role"),
        ...["DeleteRolePolicy", "GetRole", "GetRolePolicy", "ListAttachedRolePolicies", "ListInstanceProfilesForRole"],
        ...["ListRolePolicies", "PutRolePolicy", "TagRole", "UntagRole", "UpdateAssumeRolePolicy", "UpdateRole"],
      ),
      roles,
    ),
    allow("AttachPolicies", of("iam", "AttachRolePolicy", "DetachRolePolicy"), roles, {
      ArnEquals: { "iam:PolicyARN": attachable },
    }),
    allow("PassRoles", ["iam:PassRole"], roles, { StringEquals: { "iam:PassedToService": passedTo } }),
    allow("LinkedRoles", ["iam:CreateServiceLinkedRole"], `arn:aws:iam::${account}:role/aws-service-role/*`, {
      StringEquals: { "iam:AWSServiceName": linked },
    }),
    // EKS looks whether its role is there before it makes nodes.
    allow("ReadLinkedRoles", ["iam:GetRole"], `arn:aws:iam::${account}:role/aws-service-role/*`),
  ];
}

function network({ cluster: name, account, region }: PlatformPlace): Statement[] {
  const every = `arn:aws:ec2:${region}:${account}:*`;
  const groups = `arn:aws:ec2:${region}:${account}:security-group/*`;
  return [
    allow("ReadNetworks", of("ec2", "Describe*"), "*"),
    allow(
      "MakeNetworks",
      of(
        "ec2",
        ...["AllocateAddress", "CreateFlowLogs", "CreateInternetGateway", "CreateLaunchTemplate", "CreateNatGateway"],
        ...["CreateNetworkInterface", "CreateRouteTable", "CreateSecurityGroup", "CreateSubnet", "CreateVpc"],
        "CreateVpcEndpoint",
      ),
      every,
    ),
    allow("TagWhatIsMade", of("ec2", "CreateTags"), every, {
      ...made(name),
      Null: { "ec2:CreateAction": "false" },
    }),
    allow(
      "ChangeNetworks",
      of(
        "ec2",
        ...["AssociateRouteTable", "AttachInternetGateway", "AuthorizeSecurityGroupEgress"],
        ...["AuthorizeSecurityGroupIngress", "CreateLaunchTemplateVersion", "CreateRoute", "CreateTags"],
        ...["DeleteFlowLogs", "DeleteInternetGateway", "DeleteLaunchTemplate", "DeleteLaunchTemplateVersions"],
        ...["DeleteNatGateway", "DeleteRoute", "DeleteRouteTable", "DeleteSecurityGroup", "DeleteSubnet", "DeleteTags"],
        ...["DeleteVpc", "DeleteVpcEndpoints", "DetachInternetGateway", "DisassociateAddress"],
        ...["DisassociateRouteTable", "ModifyLaunchTemplate", "ModifySecurityGroupRules", "ModifySubnetAttribute"],
        ...["ModifyVpcAttribute", "ModifyVpcEndpoint", "ReleaseAddress", "ReplaceRoute"],
        "ReplaceRouteTableAssociation",
      ),
      every,
      ours(name),
    ),
    // A rule has no tags; its group, which AWS asks for too, has.
    allow(
      "ChangeRules",
      of("ec2", "ModifySecurityGroupRules"),
      `arn:aws:ec2:${region}:${account}:security-group-rule/*`,
    ),
    allow("CloseDefaultGroup", of("ec2", "RevokeSecurityGroupEgress", "RevokeSecurityGroupIngress"), groups),
    allow("TagDefaultGroup", of("ec2", "CreateTags"), groups, made(name)),
    // EKS tries a launch template with the rights of whoever names it.
    allow(
      "TryLaunchTemplates",
      of("ec2", "RunInstances"),
      [every, `arn:aws:ec2:${region}::image/*`, `arn:aws:ec2:${region}::snapshot/*`],
      { ArnLike: { "ec2:LaunchTemplate": `arn:aws:ec2:${region}:${account}:launch-template/*` } },
    ),
    allow(
      "Logs",
      of(
        "logs",
        ...both("LogGroup"),
        ...["AssociateKmsKey", "DeleteRetentionPolicy", "DisassociateKmsKey", "ListTagsForResource"],
        ...["PutRetentionPolicy", "TagResource", "UntagResource"],
      ),
      ["eks", "vpc"].map((part) => `arn:aws:logs:${region}:${account}:log-group:/aws/${part}/${name}/*`),
    ),
    allow("ReadLogs", of("logs", "DescribeLogGroups"), "*"),
  ];
}

function cluster({ cluster: name, account, region }: PlatformPlace): Statement[] {
  const kinds = ["access-entry", "addon", "nodegroup", "podidentityassociation"];
  return [
    allow(
      "Cluster",
      of(
        "eks",
        "DeleteCluster",
        ...both("AccessEntry", "Addon", "Nodegroup", "PodIdentityAssociation"),
        ...["AssociateAccessPolicy", "DisassociateAccessPolicy", "TagResource", "UntagResource"],
        ...["UpdateAccessEntry", "UpdateAddon", "UpdateClusterConfig", "UpdateClusterVersion"],
        ...["UpdateNodegroupConfig", "UpdateNodegroupVersion", "UpdatePodIdentityAssociation"],
        ...["DescribeAccessEntry", "DescribeAddon", "DescribeCluster", "DescribeNodegroup"],
        ...["DescribePodIdentityAssociation", "DescribeUpdate", "ListAssociatedAccessPolicies", "ListTagsForResource"],
      ),
      [
        `arn:aws:eks:${region}:${account}:cluster/${name}`,
        ...kinds.map((kind) => `arn:aws:eks:${region}:${account}:${kind}/${name}/*`),
      ],
    ),
    allow("MakeCluster", of("eks", "CreateCluster"), "*", made(name)),
    allow("ReadVersions", of("eks", "DescribeAddonVersions"), "*"),
    allow(
      "TagNodeGroups",
      of("autoscaling", "CreateOrUpdateTags", "DeleteTags"),
      `arn:aws:autoscaling:${region}:${account}:autoScalingGroup:*:autoScalingGroupName/eks-*`,
      { StringEquals: { "aws:ResourceTag/eks:cluster-name": name } },
    ),
    allow("ReadNodeGroups", of("autoscaling", "DescribeAutoScalingGroups", "DescribeTags"), "*"),
  ];
}

function storage({ cluster: name, account, region }: PlatformPlace): Statement[] {
  const key = `arn:aws:kms:${region}:${account}:key/*`;
  const files = `arn:aws:elasticfilesystem:${region}:${account}:file-system/*`;
  // The provider reads each of them of a bucket, whether the program sets it or not.
  const bucketParts = [
    ...["Acl", "CORS", "Location", "Logging", "ObjectLockConfiguration", "OwnershipControls", "Policy"],
    ...["RequestPayment", "Tagging", "Versioning", "Website"],
  ];
  return [
    allow("MakeKeys", of("kms", "CreateKey"), "*", made(name)),
    allow(
      "ChangeKeys",
      of(
        "kms",
        ...["CancelKeyDeletion", "CreateAlias", "DeleteAlias", "DescribeKey", "DisableKey", "EnableKey"],
        ...["EnableKeyRotation", "GetKeyPolicy", "GetKeyRotationStatus", "ListResourceTags", "PutKeyPolicy"],
        ...["ScheduleKeyDeletion", "TagResource", "UntagResource", "UpdateAlias", "UpdateKeyDescription"],
      ),
      key,
      ours(name),
    ),
    allow("NameKeys", of("kms", ...both("Alias"), "UpdateAlias"), `arn:aws:kms:${region}:${account}:alias/${name}-*`),
    allow("ReadKeys", of("kms", "ListAliases"), "*"),
    // Disks, files and images are encrypted by services that pass the deployer's right on to themselves.
    allow("LendKeys", of("kms", "CreateGrant"), key, { ...ours(name), Bool: { "kms:GrantIsForAWSResource": "true" } }),
    allow(
      "Buckets",
      of(
        "s3",
        ...["CreateBucket", "DeleteBucket", "DeleteBucketPolicy", "GetAccelerateConfiguration"],
        ...["GetBucketPublicAccessBlock", "GetEncryptionConfiguration", "GetLifecycleConfiguration"],
        ...["GetReplicationConfiguration", "ListBucket", "ListTagsForResource", "PutBucketLogging"],
        ...["PutBucketOwnershipControls", "PutBucketPolicy", "PutBucketPublicAccessBlock", "PutBucketTagging"],
        ...["PutBucketVersioning", "PutEncryptionConfiguration", "PutLifecycleConfiguration", "TagResource"],
        "UntagResource",
        ...bucketParts.map((part) => `GetBucket${part}`),
      ),
      `arn:aws:s3:::${name}-${account}-*`,
    ),
    allow(
      "Images",
      of(
        "ecr",
        ...both("Repository"),
        ...["DeleteLifecyclePolicy", "DescribeRepositories", "GetLifecyclePolicy", "ListTagsForResource"],
        ...["PutImageScanningConfiguration", "PutImageTagMutability", "PutLifecyclePolicy", "TagResource"],
        "UntagResource",
      ),
      `arn:aws:ecr:${region}:${account}:repository/${name}/*`,
    ),
    allow("MakeFiles", of("elasticfilesystem", "CreateFileSystem"), "*", made(name)),
    allow("TagFiles", of("elasticfilesystem", "TagResource"), files, made(name)),
    allow(
      "ChangeFiles",
      of(
        "elasticfilesystem",
        ...["CreateMountTarget", "DeleteFileSystem", "DeleteFileSystemPolicy", "DeleteMountTarget"],
        ...["DescribeBackupPolicy", "DescribeFileSystemPolicy", "DescribeLifecycleConfiguration"],
        ...["DescribeMountTargetSecurityGroups", "DescribeMountTargets", "ListTagsForResource"],
        ...["ModifyMountTargetSecurityGroups", "PutBackupPolicy", "PutFileSystemPolicy", "PutLifecycleConfiguration"],
        ...["UntagResource", "UpdateFileSystem", "UpdateFileSystemProtection"],
      ),
      files,
      ours(name),
    ),
    allow("ReadFiles", of("elasticfilesystem", "DescribeFileSystems"), "*"),
  ];
}
