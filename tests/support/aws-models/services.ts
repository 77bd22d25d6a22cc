import { camel, camelTagList, list, pairs, pascal, rename, type Row, tagList, tagMap } from "./rules";

const eks = (operation: string) => camel("eks", operation);
const iam = (operation: string) => pascal("iam", operation);
const kms = (operation: string) => pascal("kms", operation);
const efs = (operation: string) => pascal("efs", operation);
const s3 = (operation: string) => pascal("s3", operation);

/** Everything that is not EC2's. */
export const serviceRows: Readonly<Record<string, Row>> = {
  "aws:cloudwatch/logGroup:LogGroup": {
    call: camel("logs", "CreateLogGroup"),
    rules: {
      name: { as: "logGroupName" },
      retentionInDays: {
        call: camel("logs", "PutRetentionPolicy"),
        params: (days, { name }) => ({ logGroupName: name!, retentionInDays: days }),
      },
      tags: tagMap,
    },
  },
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": {
    call: camel("ecr", "PutLifecyclePolicy"),
    rules: { policy: { as: "lifecyclePolicyText" }, repository: { as: "repositoryName" } },
  },
  "aws:ecr/repository:Repository": {
    call: camel("ecr", "CreateRepository"),
    rules: {
      name: { as: "repositoryName" },
      encryptionConfigurations: { params: (given) => ({ encryptionConfiguration: list(given)[0]! }) },
      forceDelete: { provider: "asked of the provider when it deletes", values: [false] },
      tags: camelTagList,
    },
  },
  "aws:efs/backupPolicy:BackupPolicy": { call: efs("PutBackupPolicy") },
  "aws:efs/fileSystem:FileSystem": {
    call: efs("CreateFileSystem"),
    rules: {
      lifecyclePolicies: {
        call: efs("PutLifecycleConfiguration"),
        params: (given, _, { own }) => ({ FileSystemId: own, LifecyclePolicies: rename(given, "pascal") }),
      },
      tags: tagList,
    },
  },
  "aws:efs/fileSystemPolicy:FileSystemPolicy": { call: efs("PutFileSystemPolicy") },
  "aws:efs/mountTarget:MountTarget": { call: efs("CreateMountTarget") },
  "aws:eks/accessEntry:AccessEntry": { call: eks("CreateAccessEntry"), rules: { tags: tagMap } },
  "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": { call: eks("AssociateAccessPolicy") },
  "aws:eks/addon:Addon": {
    call: eks("CreateAddon"),
    rules: {
      resolveConflictsOnCreate: { as: "resolveConflicts" },
      resolveConflictsOnUpdate: {
        call: eks("UpdateAddon"),
        params: (given, { clusterName, addonName }) => ({
          clusterName: clusterName!,
          addonName: addonName!,
          resolveConflicts: given,
        }),
      },
      tags: tagMap,
    },
  },
  "aws:eks/cluster:Cluster": {
    call: eks("CreateCluster"),
    rules: {
      vpcConfig: { as: "resourcesVpcConfig" },
      encryptionConfig: { params: (given) => ({ encryptionConfig: [given] }) },
      enabledClusterLogTypes: {
        params: (types) => ({ logging: { clusterLogging: [{ types, enabled: true }] } }),
      },
      tags: tagMap,
    },
  },
  "aws:eks/nodeGroup:NodeGroup": {
    call: eks("CreateNodegroup"),
    rules: {
      nodeGroupName: { as: "nodegroupName" },
      nodeRoleArn: { as: "nodeRole" },
      subnetIds: { as: "subnets" },
      labels: { raw: "labels" },
      tags: tagMap,
    },
  },
  "aws:eks/podIdentityAssociation:PodIdentityAssociation": {
    call: eks("CreatePodIdentityAssociation"),
    rules: { tags: tagMap },
  },
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": {
    call: iam("CreateOpenIDConnectProvider"),
    rules: { clientIdLists: { as: "ClientIDList" }, tags: tagList },
  },
  "aws:iam/policy:Policy": {
    call: iam("CreatePolicy"),
    rules: { name: { as: "PolicyName" }, policy: { as: "PolicyDocument" }, tags: tagList },
  },
  "aws:iam/role:Role": {
    call: iam("CreateRole"),
    rules: {
      name: { as: "RoleName" },
      assumeRolePolicy: { as: "AssumeRolePolicyDocument" },
      tags: tagList,
    },
  },
  "aws:iam/rolePolicy:RolePolicy": {
    call: iam("PutRolePolicy"),
    rules: { name: { as: "PolicyName" }, role: { as: "RoleName" }, policy: { as: "PolicyDocument" } },
  },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
    call: iam("AttachRolePolicy"),
    rules: { role: { as: "RoleName" } },
  },
  "aws:kms/alias:Alias": { call: kms("CreateAlias"), rules: { name: { as: "AliasName" } } },
  "aws:kms/key:Key": {
    call: kms("CreateKey"),
    rules: {
      enableKeyRotation: {
        call: kms("EnableKeyRotation"),
        params: (_given, _inputs, { own }) => ({ KeyId: own }),
      },
      deletionWindowInDays: {
        call: kms("ScheduleKeyDeletion"),
        params: (days, _, { own }) => ({ KeyId: own, PendingWindowInDays: days }),
      },
      tags: { params: (tags) => ({ Tags: pairs(tags, "TagKey", "TagValue") }) },
    },
  },
  "aws:s3/bucket:Bucket": {
    call: s3("CreateBucket"),
    rules: {
      forceDestroy: { provider: "asked of the provider when it deletes", values: [false] },
      tags: {
        call: s3("PutBucketTagging"),
        params: (tags, { bucket }) => ({ Bucket: bucket!, Tagging: { TagSet: pairs(tags) } }),
      },
    },
  },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
    call: s3("PutBucketLifecycleConfiguration"),
    rules: { rules: { params: (rules) => ({ LifecycleConfiguration: { Rules: rename(rules, "pascal") } }) } },
  },
  "aws:s3/bucketLogging:BucketLogging": {
    call: s3("PutBucketLogging"),
    rules: {
      targetPrefix: { with: "targetBucket" },
      targetBucket: {
        params: (bucket, { targetPrefix }) => ({
          BucketLoggingStatus: { LoggingEnabled: { TargetBucket: bucket, TargetPrefix: targetPrefix! } },
        }),
      },
    },
  },
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": {
    call: s3("PutBucketOwnershipControls"),
    rules: { rule: { params: (rule) => ({ OwnershipControls: { Rules: [rename(rule, "pascal")] } }) } },
  },
  "aws:s3/bucketPolicy:BucketPolicy": { call: s3("PutBucketPolicy") },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {
    call: s3("PutPublicAccessBlock"),
    rules: {
      blockPublicAcls: { with: "restrictPublicBuckets" },
      blockPublicPolicy: { with: "restrictPublicBuckets" },
      ignorePublicAcls: { with: "restrictPublicBuckets" },
      restrictPublicBuckets: {
        params: (restrict, { blockPublicAcls, blockPublicPolicy, ignorePublicAcls }) => ({
          PublicAccessBlockConfiguration: {
            BlockPublicAcls: blockPublicAcls!,
            BlockPublicPolicy: blockPublicPolicy!,
            IgnorePublicAcls: ignorePublicAcls!,
            RestrictPublicBuckets: restrict,
          },
        }),
      },
    },
  },
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
    call: s3("PutBucketEncryption"),
    rules: {
      rules: { params: (rules) => ({ ServerSideEncryptionConfiguration: { Rules: rename(rules, "pascal") } }) },
    },
  },
  "aws:s3/bucketVersioning:BucketVersioning": { call: s3("PutBucketVersioning") },
};
