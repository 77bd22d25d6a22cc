import { z } from "zod";

const service = z.strictObject({
  url: z.string().describe("address inside the cluster"),
  image: z.string().describe("image reference that runs, with digest where the stack gives one"),
  contract: z.string().describe("contract that the platform takes the service to keep: current or target"),
  secretNames: z.array(z.string()).describe("Secret objects that its pods read"),
});

/**
 * What a stack tells the outside, the one place where it is documented: names and addresses only, because the values of
 * secrets never leave a stack. The type of the outputs, and what ALT-OPS-006 holds them against, are made of it.
 */
export const stackOutputsSchema = z.strictObject({
  schemaVersion: z
    .int()
    .describe("raised when a key changes its meaning or goes away; programs that read the outputs check it"),
  environment: z.string().describe("what the stack is for: dev, beta or prod"),
  kubernetesVersion: z.string().describe("Kubernetes minor that the manifests are written for"),
  namespaces: z.record(z.string(), z.string()).describe("namespace of each concern"),
  services: z.record(z.string(), service).describe("the services by name"),
});

export type StackOutputs = z.infer<typeof stackOutputsSchema>;
export type ServiceOutput = z.infer<typeof service>;
