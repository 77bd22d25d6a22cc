import {
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Output,
  type Resource,
} from "@pulumi/pulumi";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import { BackupPolicy } from "@pulumi/aws/efs/backupPolicy";
import { FileSystem } from "@pulumi/aws/efs/fileSystem";
import { FileSystemPolicy } from "@pulumi/aws/efs/fileSystemPolicy";
import { MountTarget } from "@pulumi/aws/efs/mountTarget";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule";
import { fileSystemPolicy, nfsPort } from "./specs";

/** A file system that pods of every zone write to. */
export interface SharedFileSystemArgs {
  readonly fileSystemName: string;
  readonly account: string;
  readonly keyArn: Input<string>;
  readonly vpcId: Input<string>;
  /** Subnets by zone; each zone reaches it in its own. */
  readonly subnets: Readonly<Record<string, Input<string>>>;
  /** Security group of the machines that mount it. */
  readonly clients: Input<string>;
  readonly protect: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

/** An encrypted EFS file system with a mount target in each zone, reached by TLS only and backed up daily. */
export class SharedFileSystem extends ComponentResource {
  public readonly fileSystemId: Output<string>;
  public readonly arn: Output<string>;
  /** What must be there before a pod can mount it. */
  public readonly mountable: readonly Resource[];

  constructor(name: string, args: SharedFileSystemArgs, options?: ComponentResourceOptions) {
    super("platform:aws:SharedFileSystem", name, {}, options);
    const child = { parent: this };
    const tags = { ...args.tags, Name: args.fileSystemName };
    const files = new FileSystem(
      `${name}-files`,
      {
        creationToken: args.fileSystemName,
        encrypted: true,
        kmsKeyId: args.keyArn,
        performanceMode: "generalPurpose",
        // Pays for what is read and written; bursting would tie speed to how much happens to be stored.
        throughputMode: "elastic",
        lifecyclePolicies: [{ transitionToIa: "AFTER_30_DAYS" }, { transitionToPrimaryStorageClass: "AFTER_1_ACCESS" }],
        tags,
      },
      { parent: this, protect: args.protect },
    );
    new FileSystemPolicy(
      `${name}-policy`,
      { fileSystemId: files.id, policy: files.arn.apply((arn) => fileSystemPolicy(args.account, arn)) },
      child,
    );
    new BackupPolicy(`${name}-backup`, { fileSystemId: files.id, backupPolicy: { status: "ENABLED" } }, child);
    const group = new SecurityGroup(
      `${name}-group`,
      {
        vpcId: args.vpcId,
        name: `${args.fileSystemName}-files`,
        description: "Mount targets of the shared file system",
        tags,
      },
      child,
    );
    const rule = new SecurityGroupIngressRule(
      `${name}-nfs`,
      {
        securityGroupId: group.id,
        description: "NFS from the nodes",
        referencedSecurityGroupId: args.clients,
        ipProtocol: "tcp",
        fromPort: nfsPort,
        toPort: nfsPort,
        tags,
      },
      child,
    );
    const targets = Object.entries(args.subnets).map(
      ([zone, subnetId]) =>
        new MountTarget(`${name}-${zone}`, { fileSystemId: files.id, subnetId, securityGroups: [group.id] }, child),
    );
    this.fileSystemId = files.id;
    this.arn = files.arn;
    this.mountable = [rule, ...targets];
    this.registerOutputs({ fileSystemId: this.fileSystemId });
  }
}
