import { type ComponentResourceOptions } from "@pulumi/pulumi";
import { GuardedBucket } from "../../components/aws-bucket";
import { SharedFileSystem } from "../../components/aws-file-system";
import { type Network } from "../../components/aws-network";
import { Repositories } from "../../components/aws-repositories";
import { type EksCluster } from "../../components/eks-cluster";
import { bucketName, type AwsEnvironment, resourceTags } from "../../model/aws";
import { type Keys } from "./keys";

/** Where data is kept beyond the cluster. */
export interface Storage {
  readonly files: SharedFileSystem;
  readonly backups: GuardedBucket;
  readonly logs: GuardedBucket;
  readonly repositories: Repositories;
}

/** Days that a version is kept after it was replaced or deleted: time to notice. */
const oldVersionDays = 30;

export function createStorage(
  aws: AwsEnvironment,
  keys: Keys,
  network: Network,
  cluster: EksCluster,
  options: ComponentResourceOptions,
): Storage {
  const { name, account, deletionProtection: protect, logRetentionDays } = aws.cluster;
  const named = (purpose: string) => bucketName(aws.cluster, purpose);
  const [backups, logs] = [named("backups"), named("logs")];
  const accessLogs = new GuardedBucket(
    "access-logs",
    {
      bucketName: named("access-logs"),
      account,
      logsOf: [backups, logs],
      expireDays: logRetentionDays,
      oldVersionDays,
      protect,
      tags: resourceTags(aws, "3.4.5"),
    },
    options,
  );
  const bucket = (purpose: "backups" | "logs", expireDays?: number) =>
    new GuardedBucket(
      purpose,
      {
        bucketName: named(purpose),
        account,
        keyArn: keys.storage.arn,
        accessLogs: accessLogs.bucketName,
        ...(expireDays === undefined ? {} : { expireDays }),
        oldVersionDays,
        protect,
        tags: resourceTags(aws, "3.4.5"),
      },
      { ...options, dependsOn: [accessLogs] },
    );
  return {
    files: new SharedFileSystem(
      "files",
      {
        fileSystemName: name,
        account,
        keyArn: keys.storage.arn,
        vpcId: network.vpcId,
        subnets: network.privateSubnets,
        clients: cluster.securityGroupId,
        protect,
        tags: resourceTags(aws, "2.2.5"),
      },
      options,
    ),
    // Backups end when the program that makes them says so, which knows which of them others build on.
    backups: bucket("backups"),
    logs: bucket("logs", logRetentionDays),
    repositories: new Repositories(
      "images",
      {
        prefix: name,
        images: aws.services,
        keyArn: keys.storage.arn,
        protect,
        tags: resourceTags(aws, "2.2.1"),
      },
      options,
    ),
  };
}
