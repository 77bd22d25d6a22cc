import { z } from "zod";
import { clusterTag } from "../aws";
import { type Problem } from "../problem";

/** Twelve digits; quoted in YAML, which would read a number and drop leading zeros. */
export const accountId = z.string().regex(/^\d{12}$/, "must be the account's twelve digits, in quotes");

/** `eu-central-1`. */
export const regionName = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "must be an AWS region such as eu-central-1");

/** Somebody whom IAM knows. A session's ARN ends with the session, and the account's root is everybody in it. */
export const principalArn = z
  .string()
  .regex(
    /^arn:aws:iam::\d{12}:(role|user)\/[A-Za-z0-9+=,.@_/-]+$/,
    "must be the ARN of an IAM role or user, such as arn:aws:iam::111122223333:role/platform; a session's ARN is none",
  );

/** What every service of AWS takes in a tag (botocore's model of IAM, which is the strictest); a comma is not among it. */
const tagText = z
  .string()
  .regex(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u, "may hold letters, digits, spaces and _ . : / = + - @ only")
  .min(1);

/** Tags of AWS resources beyond the program's own. */
export const awsTags = z.record(tagText.max(128), tagText.max(256));

/** Tags that the programs give themselves; a stack that set one would tell reports something else. */
const ownTags = ["project", "environment", "owner", "managed-by", "plan-ref", clusterTag];

/** What is wrong with tags; `setting` is where they stand. */
export function tagProblems(setting: string, tags: Readonly<Record<string, string>>): Problem[] {
  const own = Object.keys(tags).filter((key) => ownTags.includes(key));
  const problems = own.map((key): Problem => ({
    setting: `${setting}.${key}`,
    value: tags[key],
    why: "The program sets this tag itself.",
    remedy: "Remove it.",
  }));
  if (tags["cost-center"] === undefined) {
    problems.push({
      setting: `${setting}.cost-center`,
      value: undefined,
      why: "Without it no bill can be given to anybody.",
      remedy: `Set it with: pulumi config set --path '${setting}.cost-center' <value>`,
    });
  }
  return problems;
}
