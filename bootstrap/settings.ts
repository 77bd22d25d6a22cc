import { z } from "zod";
import { accountId, awsTags, principalArn, regionName } from "../model/aws/schemas";
import { policyKeys } from "../model/policy-keys";
import { type SettingsOf } from "../model/read-settings";

/** Part of the names of buckets, keys and roles, which AWS bounds at 63 characters. */
const label = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,18}[a-z0-9]$/, "must be 2 to 20 lower-case letters, digits and dashes, a letter first");

const githubSubject = z
  .string()
  .regex(
    /^repo:[A-Za-z0-9_.-]+\/[A-Za-z0-9_.-]+:[^*?\s]+$/,
    "must be the whole subject of a workflow's token, such as repo:owner/name:environment:beta, without wildcards",
  )
  .refine(
    (subject) => !subject.endsWith(":pull_request"),
    "is every pull request of the repository, whose code nobody has reviewed yet; name an environment",
  );

const environment = z
  .strictObject({
    cluster: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,38}[a-z0-9]$/, "must be the name of an EKS cluster, altlas:cluster.name of the stack")
      .optional()
      .describe("EKS cluster that the deployer may make, and all that is named after it; absent: it only keeps state"),
    githubSubjects: z
      .array(githubSubject)
      .default([])
      .describe("subjects of the GitHub workflows that may take the deployer's role, each compared as a whole"),
    principals: z.array(principalArn).default([]).describe("IAM roles or users that may take the deployer's role"),
    managedPolicies: z
      .array(
        z.string().regex(/^arn:aws:iam::(aws|\d{12}):policy\/[\w+=,.@/-]+$/, "must be the ARN of a policy in AWS IAM"),
      )
      .default([])
      .describe("further policies of the deployer, for what only your account asks for"),
  })
  .refine(
    ({ githubSubjects, principals }) => githubSubjects.length + principals.length > 0,
    "names nobody in githubSubjects and nobody in principals, so nobody could deploy",
  );

/** Below this the first wrong update of a long weekend could no longer be taken back. */
const fewestDays = 30;

/** `altlas:` keys of this program; the namespace is that of the platform's stacks, whose rules judge it too. */
export const settingsShape = {
  environment: z.enum(["dev", "beta", "prod"]).describe("what the account is for; decides how strict policies are"),
  owner: label.describe("team that answers for the account"),
  account: accountId.describe("AWS account that everything is made in; no other one is touched"),
  region: regionName.describe("AWS region of the bucket and the keys"),
  name: label.default("altlas-state").describe("first part of the names of the bucket and the keys"),
  environments: z
    .record(label, environment)
    .refine((environments) => Object.keys(environments).length > 0, "is empty, so there is nobody to keep state for")
    .describe("environments whose stacks are kept here, each with a folder, a key and a deployer of its own"),
  githubProvider: z
    .enum(["make", "exists"])
    .default("make")
    .describe("whether the account's identity provider of GitHub is made here; an account has only one"),
  oldVersionDays: z
    .int()
    .min(fewestDays)
    .max(3650)
    .default(90)
    .describe("days that a state is kept after a newer one replaced it"),
  accessLogDays: z.int().min(fewestDays).max(3650).default(365).describe("days that the bucket's access log is kept"),
  deletionProtection: z.boolean().default(true).describe("whether bucket and keys refuse to be deleted"),
  tags: awsTags.describe("tags of every AWS resource beyond the program's own; cost-center is required"),
  ...policyKeys,
} as const;

/** The configuration of an account's bootstrap, checked. */
export type BootstrapSettings = SettingsOf<typeof settingsShape>;

/** Folder of the bucket that holds the state of this program itself. */
export const ownFolder = "bootstrap";
