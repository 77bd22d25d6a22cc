import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import { LifecyclePolicy } from "@pulumi/aws/ecr/lifecyclePolicy";
import { Repository } from "@pulumi/aws/ecr/repository";
import { lifecyclePolicy } from "./specs";

/** Repositories for images of the same kind. */
export interface RepositoriesArgs {
  /** First part of each repository's name. */
  readonly prefix: string;
  /** Names of the images. */
  readonly images: readonly string[];
  readonly keyArn: Input<string>;
  readonly protect: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

/** One ECR repository for each image: tags that never move, scanned when pushed, encrypted, cleaned of what has no tag. */
export class Repositories extends ComponentResource {
  /** Addresses to push to and pull from, by image. */
  public readonly urls: Readonly<Record<string, Output<string>>>;

  constructor(name: string, args: RepositoriesArgs, options?: ComponentResourceOptions) {
    super("platform:aws:Repositories", name, {}, options);
    this.urls = Object.fromEntries(
      args.images.map((image): [string, Output<string>] => {
        const repository = new Repository(
          `${name}-${image}`,
          {
            name: `${args.prefix}/${image}`,
            imageTagMutability: "IMMUTABLE",
            imageScanningConfiguration: { scanOnPush: true },
            encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: args.keyArn }],
            forceDelete: false,
            tags: { ...args.tags },
          },
          { parent: this, protect: args.protect },
        );
        new LifecyclePolicy(
          `${name}-${image}-lifecycle`,
          { repository: repository.name, policy: lifecyclePolicy() },
          { parent: this },
        );
        return [image, repository.repositoryUrl];
      }),
    );
    this.registerOutputs({ urls: this.urls });
  }
}
