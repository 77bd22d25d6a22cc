import { type BootstrapOutputs, type EnvironmentOutputs } from "../model/bootstrap-outputs";
import { ownFolder, type BootstrapSettings } from "./settings";

type Place = Pick<BootstrapSettings, "account" | "name" | "region">;

/** Name of the bucket; the account makes it one of all accounts of AWS. */
export function stateBucket({ name, account }: Place): string {
  return `${name}-${account}`;
}

/** Name of the key by which an environment's secrets are encrypted within its state. */
export function secretsKey({ name }: Place, environment: string): string {
  return `${name}-${environment}`;
}

/**
 * Name of the role that deploys an environment. It does not begin with a cluster's name: what does is what the role may
 * change, and it must not change itself.
 */
export function deployerRole(environment: string): string {
  return `altlas-deployer-${environment}`;
}

/** ARN of that role; known before it exists. */
export function deployerArn({ account }: Place, environment: string): string {
  return `arn:aws:iam::${account}:role/${deployerRole(environment)}`;
}

function backend(place: Place, folder: string): string {
  return `s3://${stateBucket(place)}/${folder}?region=${place.region}`;
}

/** The outputs of the program. */
export function bootstrapOutputs(settings: BootstrapSettings): BootstrapOutputs {
  return {
    ownBackend: backend(settings, ownFolder),
    environments: Object.fromEntries(
      Object.keys(settings.environments).map((name): [string, EnvironmentOutputs] => [
        name,
        {
          backend: backend(settings, name),
          secretsProvider: `awskms://alias/${secretsKey(settings, name)}?region=${settings.region}`,
          deployer: deployerArn(settings, name),
        },
      ]),
    ),
  };
}
