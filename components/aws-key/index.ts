import { ComponentResource, type ComponentResourceOptions, type Output } from "@pulumi/pulumi";
import { Alias } from "@pulumi/aws/kms/alias";
import { Key } from "@pulumi/aws/kms/key";
import { deletionWindowDays, type KeyArgs, keyPolicy } from "./specs";

export { type KeyArgs } from "./specs";

/** A symmetric KMS key that rotates each year, with a policy that names who uses it, and its alias. */
export class EncryptionKey extends ComponentResource {
  public readonly arn: Output<string>;

  constructor(name: string, args: KeyArgs, options?: ComponentResourceOptions) {
    super("platform:aws:EncryptionKey", name, {}, options);
    const key = new Key(
      `${name}-key`,
      {
        description: args.purpose,
        enableKeyRotation: true,
        deletionWindowInDays: deletionWindowDays,
        policy: keyPolicy(args),
        tags: { ...args.tags },
      },
      { parent: this, protect: args.protect },
    );
    new Alias(`${name}-alias`, { name: `alias/${args.keyName}`, targetKeyId: key.keyId }, { parent: this });
    this.arn = key.arn;
    this.registerOutputs({ arn: this.arn });
  }
}
