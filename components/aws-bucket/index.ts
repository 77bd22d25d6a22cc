import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import { Bucket } from "@pulumi/aws/s3/bucket";
import { BucketLifecycleConfiguration } from "@pulumi/aws/s3/bucketLifecycleConfiguration";
import { BucketLogging } from "@pulumi/aws/s3/bucketLogging";
import { BucketOwnershipControls } from "@pulumi/aws/s3/bucketOwnershipControls";
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy";
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock";
import { BucketServerSideEncryptionConfiguration } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration";
import { BucketVersioning } from "@pulumi/aws/s3/bucketVersioning";
import { type BucketArgs, bucketPolicy, lifecycleRules } from "./specs";

export { type BucketArgs } from "./specs";

/** A bucket and everything that guards it; its name is known before it exists. */
export class GuardedBucket extends ComponentResource {
  public readonly bucketName: string;
  public readonly arn: Output<string>;

  /**
   * @param args `keyArn`: the key that objects are encrypted with; absent: S3's own (AES-256), the only one that the
   *   service which delivers access logs can write with.
   */
  constructor(
    name: string,
    args: BucketArgs & { readonly keyArn?: Input<string> },
    options?: ComponentResourceOptions,
  ) {
    super("platform:aws:GuardedBucket", name, {}, options);
    this.bucketName = args.bucketName;
    const own = `${name}-bucket`;
    const bucket = new Bucket(
      own,
      { bucket: args.bucketName, forceDestroy: false, tags: { ...args.tags } },
      { parent: this, protect: args.protect },
    );
    const part = { parent: this, dependsOn: [bucket] };
    const named = { bucket: args.bucketName };
    const closed = new BucketPublicAccessBlock(
      `${own}-public-access`,
      { ...named, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
      part,
    );
    new BucketOwnershipControls(
      `${own}-ownership`,
      { ...named, rule: { objectOwnership: "BucketOwnerEnforced" } },
      part,
    );
    new BucketServerSideEncryptionConfiguration(
      `${own}-encryption`,
      {
        ...named,
        rules: [
          args.keyArn === undefined
            ? { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }
            : {
                applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: args.keyArn },
                // One data key for many objects in place of one call to KMS for each.
                bucketKeyEnabled: true,
              },
        ],
      },
      part,
    );
    const versioning = new BucketVersioning(
      `${own}-versioning`,
      { ...named, versioningConfiguration: { status: "Enabled" } },
      part,
    );
    // S3 refuses two changes of a bucket's access at the same time.
    const policy = new BucketPolicy(
      `${own}-policy`,
      { ...named, policy: bucketPolicy(args) },
      { parent: this, dependsOn: [bucket, closed] },
    );
    new BucketLifecycleConfiguration(
      `${own}-lifecycle`,
      { ...named, rules: lifecycleRules(args) },
      { parent: this, dependsOn: [versioning] },
    );
    if (args.accessLogs !== undefined) {
      new BucketLogging(
        `${own}-logging`,
        { ...named, targetBucket: args.accessLogs, targetPrefix: `access/${args.bucketName}/` },
        { parent: this, dependsOn: [bucket, policy] },
      );
    }
    this.arn = bucket.arn;
    this.registerOutputs({ bucketName: this.bucketName, arn: this.arn });
  }
}
