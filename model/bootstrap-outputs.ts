import { z } from "zod";

const environment = z.strictObject({
  backend: z.string().describe("argument of pulumi login"),
  secretsProvider: z.string().describe("argument of pulumi stack init --secrets-provider"),
  deployer: z.string().describe("ARN of the role that deploys"),
});

/**
 * What an account's bootstrap tells those who deploy, the one place where it is documented. All of it follows from the
 * settings, so a preview shows it too.
 */
export const bootstrapOutputsSchema = z.strictObject({
  ownBackend: z.string().describe("argument of pulumi login for the bootstrap itself, once its bucket is there"),
  environments: z.record(z.string(), environment).describe("the environments by name"),
});

export type BootstrapOutputs = z.infer<typeof bootstrapOutputsSchema>;
export type EnvironmentOutputs = z.infer<typeof environment>;
