import { type ComponentResourceOptions } from "@pulumi/pulumi";
import { EncryptionKey, type KeyArgs } from "../../components/aws-key";
import { type AwsEnvironment, resourceTags } from "../../model/aws";

/** Keys by what they encrypt: who may read one kind of data may not thereby read another. */
export interface Keys {
  /** Secrets of Kubernetes. */
  readonly secrets: EncryptionKey;
  /** Logs of control plane and network. */
  readonly logs: EncryptionKey;
  /** Disks of nodes and volumes of pods. */
  readonly volumes: EncryptionKey;
  /** Shared files, backups and images. */
  readonly storage: EncryptionKey;
}

/** The role by which EC2 Auto Scaling starts machines; AWS makes it in every account. */
const autoScalingRole = "aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling";

export function createKeys(aws: AwsEnvironment, options: ComponentResourceOptions): Keys {
  const { name, account, region, deletionProtection } = aws.cluster;
  const make = (use: keyof Keys, purpose: string, users: Pick<KeyArgs, "through" | "logGroups" | "roles">) =>
    new EncryptionKey(
      `key-${use}`,
      {
        keyName: `${name}-${use}`,
        purpose,
        account,
        region,
        ...users,
        protect: deletionProtection,
        tags: resourceTags(aws, "2.1.2"),
      },
      options,
    );
  const groups = (prefix: string) => `arn:aws:logs:${region}:${account}:log-group:${prefix}/${name}/*`;
  return {
    secrets: make("secrets", `Secrets of cluster ${name}`, { through: ["eks"] }),
    logs: make("logs", `Logs of cluster ${name} and its network`, {
      logGroups: [groups("/aws/eks"), groups("/aws/vpc")],
    }),
    volumes: make("volumes", `Disks of the nodes and volumes of cluster ${name}`, {
      through: ["ec2"],
      roles: [`arn:aws:iam::${account}:role/${autoScalingRole}`],
    }),
    storage: make("storage", `Shared files, backups and images of cluster ${name}`, {
      through: ["ecr", "elasticfilesystem", "s3"],
    }),
  };
}
