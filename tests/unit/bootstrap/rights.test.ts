import { beforeAll, describe, expect, it, test } from "vitest";
import { platformRights } from "../../../bootstrap/rights/platform";
import { stateRights } from "../../../bootstrap/rights/state";
import { policyDocument } from "../../../components/shared/iam";
import { recordBootstrap } from "../../support/bootstrap";
import { recordStack } from "../../support/program";
import { type Registration } from "../../../registrations/record";
import { allows, type Call } from "./iam";

const place = { cluster: "altlas-beta", account: "111122223333", region: "eu-central-1" };
const rights = Object.values(platformRights(place)).flat();
const arn = (service: string, rest: string, region = place.region) =>
  `arn:aws:${service}:${region}:${place.account}:${rest}`;

type Inputs = Readonly<Record<string, unknown>>;
/** Calls by which the provider makes, changes and deletes a resource: actions and what they are on. */
type Calls = (inputs: Inputs) => readonly CallsOn[];
interface CallsOn {
  readonly make?: readonly string[];
  readonly change?: readonly string[];
  readonly on: string;
  readonly context?: Readonly<Record<string, string>>;
}

const text = (value: unknown) => String(value);
/** What EC2 numbers; its tags are those of the registration. */
const numbered =
  (kind: string, make: readonly string[], change: readonly string[] = []): Calls =>
  () => [
    { make: make.map((action) => `ec2:${action}`), on: arn("ec2", `${kind}/x-1`) },
    { make: ["ec2:CreateTags"], on: arn("ec2", `${kind}/x-1`), context: { "ec2:CreateAction": make[0]! } },
    {
      change: ["ec2:CreateTags", "ec2:DeleteTags", ...change.map((action) => `ec2:${action}`)],
      on: arn("ec2", `${kind}/x-1`),
    },
  ];
/** A part of something that EC2 numbers, which has no tags of its own. */
const within =
  (kind: string, ...actions: readonly string[]): Calls =>
  () => [
    {
      make: actions.map((action) => `ec2:${action}`),
      on: arn("ec2", `${kind}/x-1`),
      context: { "aws:ResourceTag/cluster": place.cluster },
    },
  ];
const role = (name: unknown) => arn("iam", `role/${text(name)}`, "");
const eks = (rest: string) => arn("eks", rest);
const bucket = (inputs: Inputs) => `arn:aws:s3:::${text(inputs.bucket)}`;
const part =
  (...actions: readonly string[]): Calls =>
  (inputs) => [{ make: actions.map((action) => `s3:${action}`), on: bucket(inputs) }];
const files = arn("elasticfilesystem", "file-system/fs-1");
const ofFiles =
  (...actions: readonly string[]): Calls =>
  () => [
    {
      make: actions.map((action) => `elasticfilesystem:${action}`),
      on: files,
      context: { "aws:ResourceTag/cluster": place.cluster },
    },
  ];
const ofCluster =
  (kind: string, ...actions: readonly string[]): Calls =>
  () => [{ make: actions.map((action) => `eks:${action}`), on: eks(`${kind}/altlas-beta/x`) }];

/** Source: the permissions of each type's handlers in AWS CloudFormation's registry, and the actions of each service. */
const calls: Readonly<Record<string, Calls>> = {
  "autoscaling/tag:Tag": () => [
    {
      make: ["autoscaling:CreateOrUpdateTags", "autoscaling:DeleteTags"],
      on: arn("autoscaling", "autoScalingGroup:0a:autoScalingGroupName/eks-altlas-beta-general-0a"),
      context: { "aws:ResourceTag/eks:cluster-name": place.cluster },
    },
  ],
  "cloudwatch/logGroup:LogGroup": ({ name }) => [
    {
      make: ["CreateLogGroup", "AssociateKmsKey", "PutRetentionPolicy", "TagResource", "DeleteLogGroup"].map(
        (action) => `logs:${action}`,
      ),
      on: arn("logs", `log-group:${text(name)}`),
    },
  ],
  "ec2/defaultSecurityGroup:DefaultSecurityGroup": () => [
    {
      make: ["ec2:RevokeSecurityGroupIngress", "ec2:RevokeSecurityGroupEgress", "ec2:CreateTags"],
      on: arn("ec2", "security-group/sg-1"),
    },
  ],
  "ec2/eip:Eip": numbered("elastic-ip", ["AllocateAddress"], ["ReleaseAddress", "DisassociateAddress"]),
  "ec2/flowLog:FlowLog": numbered("vpc-flow-log", ["CreateFlowLogs"], ["DeleteFlowLogs"]),
  "ec2/internetGateway:InternetGateway": numbered(
    "internet-gateway",
    ["CreateInternetGateway"],
    ["AttachInternetGateway", "DetachInternetGateway", "DeleteInternetGateway"],
  ),
  "ec2/launchTemplate:LaunchTemplate": numbered(
    "launch-template",
    ["CreateLaunchTemplate"],
    ["CreateLaunchTemplateVersion", "ModifyLaunchTemplate", "DeleteLaunchTemplate"],
  ),
  "ec2/natGateway:NatGateway": numbered("natgateway", ["CreateNatGateway"], ["DeleteNatGateway"]),
  "ec2/route:Route": within("route-table", "CreateRoute", "ReplaceRoute", "DeleteRoute"),
  "ec2/routeTable:RouteTable": numbered("route-table", ["CreateRouteTable"], ["DeleteRouteTable"]),
  "ec2/routeTableAssociation:RouteTableAssociation": within(
    "route-table",
    "AssociateRouteTable",
    "DisassociateRouteTable",
    "ReplaceRouteTableAssociation",
  ),
  "ec2/securityGroup:SecurityGroup": numbered(
    "security-group",
    ["CreateSecurityGroup"],
    ["AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress", "DeleteSecurityGroup"],
  ),
  "ec2/subnet:Subnet": numbered("subnet", ["CreateSubnet"], ["ModifySubnetAttribute", "DeleteSubnet"]),
  "ec2/vpc:Vpc": numbered("vpc", ["CreateVpc"], ["ModifyVpcAttribute", "DeleteVpc"]),
  "ec2/vpcEndpoint:VpcEndpoint": numbered(
    "vpc-endpoint",
    ["CreateVpcEndpoint"],
    ["ModifyVpcEndpoint", "DeleteVpcEndpoints"],
  ),
  "ecr/lifecyclePolicy:LifecyclePolicy": ({ repository }) => [
    {
      make: ["ecr:PutLifecyclePolicy", "ecr:GetLifecyclePolicy", "ecr:DeleteLifecyclePolicy"],
      on: arn("ecr", `repository/${text(repository)}`),
    },
  ],
  "ecr/repository:Repository": ({ name }) => [
    {
      make: [
        "CreateRepository",
        "TagResource",
        "PutImageTagMutability",
        "DescribeRepositories",
        "DeleteRepository",
      ].map((action) => `ecr:${action}`),
      on: arn("ecr", `repository/${text(name)}`),
    },
  ],
  "efs/backupPolicy:BackupPolicy": ofFiles("PutBackupPolicy", "DescribeBackupPolicy"),
  "efs/fileSystem:FileSystem": () => [
    { make: ["elasticfilesystem:CreateFileSystem"], on: "*" },
    { make: ["elasticfilesystem:TagResource"], on: files },
    { change: ["elasticfilesystem:UpdateFileSystem", "elasticfilesystem:DeleteFileSystem"], on: files },
  ],
  "efs/fileSystemPolicy:FileSystemPolicy": ofFiles("PutFileSystemPolicy", "DeleteFileSystemPolicy"),
  "efs/mountTarget:MountTarget": ofFiles("CreateMountTarget", "DescribeMountTargets", "DeleteMountTarget"),
  "eks/accessEntry:AccessEntry": ofCluster(
    "access-entry",
    "CreateAccessEntry",
    "UpdateAccessEntry",
    "DeleteAccessEntry",
  ),
  "eks/accessPolicyAssociation:AccessPolicyAssociation": ofCluster(
    "access-entry",
    "AssociateAccessPolicy",
    "ListAssociatedAccessPolicies",
    "DisassociateAccessPolicy",
  ),
  "eks/addon:Addon": ofCluster("addon", "CreateAddon", "DescribeAddon", "UpdateAddon", "DeleteAddon"),
  "eks/cluster:Cluster": ({ name }): CallsOn[] => [
    { make: ["eks:CreateCluster"], on: "*" },
    {
      make: ["TagResource", "DescribeCluster", "UpdateClusterConfig", "UpdateClusterVersion", "DeleteCluster"].map(
        (action) => `eks:${action}`,
      ),
      on: eks(`cluster/${text(name)}`),
    },
    {
      make: ["iam:PassRole"],
      on: role(`${text(name)}-cluster`),
      context: { "iam:PassedToService": "eks.amazonaws.com" },
    },
    {
      change: ["kms:CreateGrant", "kms:DescribeKey"],
      on: arn("kms", "key/1"),
      context: { "kms:GrantIsForAWSResource": "true" },
    },
  ],
  "eks/nodeGroup:NodeGroup": (): CallsOn[] => [
    {
      make: ["eks:CreateNodegroup", "eks:UpdateNodegroupConfig", "eks:UpdateNodegroupVersion", "eks:DeleteNodegroup"],
      on: eks("nodegroup/altlas-beta/x/1"),
    },
    {
      make: ["ec2:RunInstances"],
      on: arn("ec2", "instance/*"),
      context: { "ec2:LaunchTemplate": arn("ec2", "launch-template/lt-1") },
    },
  ],
  "eks/podIdentityAssociation:PodIdentityAssociation": ofCluster(
    "podidentityassociation",
    "UpdatePodIdentityAssociation",
    "DeletePodIdentityAssociation",
  ),
  "iam/role:Role": ({ name }) => [
    {
      make: ["CreateRole", "GetRole", "TagRole", "UpdateAssumeRolePolicy", "DeleteRole"].map(
        (action) => `iam:${action}`,
      ),
      on: role(name),
    },
  ],
  "iam/rolePolicy:RolePolicy": ({ name }) => [
    // A policy in a role has the role's name in this program.
    { make: ["iam:PutRolePolicy", "iam:GetRolePolicy", "iam:DeleteRolePolicy"], on: role(name) },
  ],
  "iam/rolePolicyAttachment:RolePolicyAttachment": ({ policyArn }) => [
    {
      make: ["iam:AttachRolePolicy", "iam:DetachRolePolicy"],
      on: role("altlas-beta-x"),
      context: { "iam:PolicyARN": text(policyArn) },
    },
  ],
  "kms/alias:Alias": ({ name }) => [
    { make: ["kms:CreateAlias", "kms:DeleteAlias"], on: arn("kms", text(name)) },
    {
      make: ["kms:CreateAlias", "kms:DeleteAlias"],
      on: arn("kms", "key/1"),
      context: { "aws:ResourceTag/cluster": place.cluster },
    },
  ],
  "kms/key:Key": () => [
    { make: ["kms:CreateKey"], on: "*" },
    {
      change: ["kms:DescribeKey", "kms:EnableKeyRotation", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"],
      on: arn("kms", "key/1"),
    },
  ],
  "s3/bucket:Bucket": part("CreateBucket", "DeleteBucket", "PutBucketTagging", "GetBucketTagging"),
  "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": part("PutLifecycleConfiguration"),
  "s3/bucketLogging:BucketLogging": part("PutBucketLogging", "GetBucketLogging"),
  "s3/bucketOwnershipControls:BucketOwnershipControls": part("PutBucketOwnershipControls"),
  "s3/bucketPolicy:BucketPolicy": part("PutBucketPolicy", "GetBucketPolicy", "DeleteBucketPolicy"),
  "s3/bucketPublicAccessBlock:BucketPublicAccessBlock": part("PutBucketPublicAccessBlock"),
  "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration":
    part("PutEncryptionConfiguration"),
  "s3/bucketVersioning:BucketVersioning": part("PutBucketVersioning", "GetBucketVersioning"),
  "vpc/securityGroupIngressRule:SecurityGroupIngressRule": within(
    "security-group",
    "AuthorizeSecurityGroupIngress",
    "RevokeSecurityGroupIngress",
    "ModifySecurityGroupRules",
  ),
};

/** Condition keys that the tags of a registration become. */
const tagged = (key: string, { tags = {} }: Inputs) =>
  Object.fromEntries(Object.entries(tags as object).map(([name, value]) => [`aws:${key}/${name}`, text(value)]));

function callsOf({ type, inputs }: Registration): Call[] {
  const found = calls[type.slice("aws:".length)]!(inputs);
  return found.flatMap(({ make = [], change = [], on, context = {} }) => [
    ...make.map((action) => ({ action, resource: on, context: { ...tagged("RequestTag", inputs), ...context } })),
    ...change.map((action) => ({ action, resource: on, context: { ...tagged("ResourceTag", inputs), ...context } })),
  ]);
}

describe("the deployer of beta", () => {
  let registered: readonly Registration[];
  let own: readonly Registration[];
  const ofAws = (all: readonly Registration[]) => all.filter(({ type }) => type.startsWith("aws:"));
  beforeAll(async () => {
    registered = ofAws((await recordStack("beta")).registrations);
    own = ofAws((await recordBootstrap()).registrations);
  });

  it("may make, change and delete each AWS resource that stack beta registers", () => {
    expect(
      registered.filter(({ type }) => calls[type.slice("aws:".length)] === undefined).map(({ type }) => type),
    ).toEqual([]);
    const refused = registered.flatMap((registration) =>
      callsOf(registration)
        .filter((call) => !allows(rights, call))
        .map(({ action, resource }) => `${registration.name}: ${action} on ${resource}`),
    );
    expect(refused).toEqual([]);
  });

  it("may do none of it to what another cluster has", () => {
    const other = Object.values(platformRights({ ...place, cluster: "altlas-prod" })).flat();
    // What closes a group, reads, or is bound to the region alone is the same for all.
    const common = /^ec2:(?:Allocate|Create|RevokeSecurityGroup|ModifySecurityGroupRules|RunInstances)/;
    const passed = registered.flatMap((registration) =>
      callsOf(registration)
        .filter(({ action }) => !common.test(action))
        .filter((call) => allows(other, call))
        .map(({ action, resource }) => `${registration.name}: ${action} on ${resource}`),
    );
    expect(passed).toEqual([]);
  });

  it("may change nothing that the bootstrap made: not itself, not the keys, not the bucket", () => {
    const made = own.filter(({ type }) => calls[type.slice("aws:".length)] !== undefined);
    expect(made.map(({ type }) => type)).toEqual(
      expect.arrayContaining(["aws:iam/role:Role", "aws:kms/key:Key", "aws:kms/alias:Alias", "aws:s3/bucket:Bucket"]),
    );
    const passed = made.flatMap((registration) =>
      callsOf(registration)
        // An alias needs a right on its own name and on its key; the name refuses here.
        .filter(({ action, resource }) => !(action.endsWith("Alias") && resource.includes(":key/")))
        .filter((call) => allows(rights, { ...call, context: { ...call.context, "iam:PolicyARN": "arn:own" } }))
        .map(({ action, resource }) => `${registration.name}: ${action} on ${resource}`),
    );
    expect(passed).toEqual([]);
  });

  it("may attach no policy but those of AWS that the platform's roles have", () => {
    const attach = (policy: string) =>
      allows(rights, {
        action: "iam:AttachRolePolicy",
        resource: role("altlas-beta-x"),
        context: { "iam:PolicyARN": policy },
      });
    expect(attach("arn:aws:iam::aws:policy/AdministratorAccess")).toBe(false);
    const attached = registered.filter(({ type }) => type.endsWith(":RolePolicyAttachment"));
    expect(new Set(attached.map(({ inputs }) => inputs.policyArn)).size).toBe(
      rights.find(({ Sid }) => Sid === "AttachPolicies")!.Condition!.ArnEquals!["iam:PolicyARN"]!.length,
    );
  });

  it("keeps each policy within AWS' 6,144 characters, and their number within ten, for the longest names too", () => {
    const longest = { cluster: "c".repeat(40), account: place.account, region: "ap-southeast-1" };
    const documents = Object.values(platformRights(longest)).map(policyDocument);
    expect(documents.map(({ length }) => length).filter((length) => length > 6144)).toEqual([]);
    expect(documents.length + 1).toBeLessThanOrEqual(10);
  });
});

test("the rights on state end at the folder, the key and S3, and at what is current", () => {
  const key = arn("kms", "key/1");
  const statements = stateRights({ bucketName: "states", folder: "beta", region: place.region, keyArn: key });
  const may = (action: string, resource: string, context = {}) => allows(statements, { action, resource, context });
  for (const action of ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]) {
    expect(may(action, "arn:aws:s3:::states/beta/.pulumi/stacks/altlas/beta.json"), action).toBe(true);
    expect(may(action, "arn:aws:s3:::states/beta-2/.pulumi/meta.yaml"), action).toBe(false);
    expect(may(action, "arn:aws:s3:::states/bootstrap/.pulumi/meta.yaml"), action).toBe(false);
  }
  expect(may("s3:ListBucket", "arn:aws:s3:::states", { "s3:prefix": "beta/.pulumi/" })).toBe(true);
  for (const prefix of ["", "bootstrap/", "beta-2/"]) {
    expect(may("s3:ListBucket", "arn:aws:s3:::states", { "s3:prefix": prefix }), prefix).toBe(false);
  }
  expect(may("s3:DeleteObjectVersion", "arn:aws:s3:::states/beta/a")).toBe(false);
  expect(may("kms:Decrypt", key, { "kms:ViaService": "s3.eu-central-1.amazonaws.com" })).toBe(true);
  expect(may("kms:Decrypt", key)).toBe(false);
});
