import { z } from "zod";
import { accessPolicies, eksVersions } from "../../model/aws";
import { accountId, awsTags, principalArn, regionName } from "../../model/aws/schemas";
import { parseBlock } from "../../model/subnets";

const cidr = z.string().refine((text) => parseBlock(text) !== undefined, "must be an IPv4 block such as 10.20.0.0/16");
const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,38}[a-z0-9]$/, "must be 2 to 40 lower-case letters, digits and dashes, a letter first");
/** What CloudWatch Logs accepts as retention (PutRetentionPolicy), from three months on. */
const retentions = [90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653] as const;

/** `altlas:cluster` of mode `eks`: all that is made on AWS beneath the platform. */
export const eksCluster = z.strictObject({
  mode: z.literal("eks"),
  name: name.describe("name of the EKS cluster; part of the names of what belongs to it"),
  account: accountId.describe("AWS account that everything is made in; no other one is touched"),
  region: regionName.describe("AWS region"),
  version: z.enum(eksVersions).describe("Kubernetes minor of the cluster, in quotes"),
  zones: z
    .array(z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, "must be an availability zone such as eu-central-1a"))
    .min(2, "has fewer than two zones; EKS wants subnets in two")
    .describe(
      "availability zones, each with a public and a private subnet; append only, their order gives the subnets",
    ),
  network: z
    .strictObject({
      cidr: cidr.describe("IPv4 block of the VPC, /16 to /19"),
      natGateways: z
        .enum(["perZone", "single"])
        .default("perZone")
        .describe("NAT gateways: one in each zone, or one for all"),
    })
    .describe("the VPC"),
  endpoint: z
    .strictObject({
      public: z.boolean().describe("whether the API server has an address on the Internet"),
      publicCidrs: z.array(cidr).default([]).describe("blocks that may reach that address"),
    })
    .describe("how the API server is reached, besides from the VPC"),
  access: z
    .record(
      z.string().regex(/^[a-z][a-z0-9-]*$/, "must be lower-case letters, digits and dashes, a letter first"),
      z.strictObject({
        principal: principalArn.describe("IAM role or user"),
        policy: z.enum(accessPolicies).describe("AWS' access policy for EKS"),
        namespaces: z.array(z.string().min(1)).min(1).optional().describe("namespaces that the policy holds in"),
      }),
    )
    .describe("who may do what in the cluster, by a name of your choice"),
  deletionProtection: z
    .boolean()
    .default(true)
    .describe("whether cluster, keys, buckets and file system refuse to be deleted"),
  logRetentionDays: z
    .literal(retentions)
    .default(365)
    .describe("days that control-plane and flow logs are kept, one that CloudWatch Logs accepts"),
  nodeImage: z.enum(["al2023", "bottlerocket"]).default("al2023").describe("operating system of the nodes"),
  tags: awsTags.describe("tags of every AWS resource beyond the program's own; cost-center is required"),
});

export type EksClusterSettings = z.infer<typeof eksCluster>;
