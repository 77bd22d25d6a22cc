import { type Values } from "./values";

/**
 * Names of regions as AWS documents them, at 2026-11-24.
 *
 * Source: https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
 */
const regions: Readonly<Record<string, string>> = {
  "eu-central-1": "Europe (Frankfurt)",
  "eu-north-1": "Europe (Stockholm)",
  "eu-west-1": "Europe (Ireland)",
  "us-east-1": "US East (N. Virginia)",
  "us-west-2": "US West (Oregon)",
};

/** What a look-up may know: its arguments, and the region of the provider. */
interface Question {
  readonly args: Values;
  readonly region: string | undefined;
}

/** An answer, or why there is none. */
type Answer = { readonly result: Values } | { readonly refusal: string };

/** Look-ups whose answer is the same for every account. */
const recorded: Readonly<Record<string, (question: Question) => Answer>> = {
  "aws:index/getRegion:getRegion": ({ args, region }) => {
    const name = typeof args.region === "string" ? args.region : region;
    const description = name === undefined ? undefined : regions[name];
    if (name === undefined || description === undefined) {
      return { refusal: `knows only the regions ${Object.keys(regions).join(", ")}; give the region as an input` };
    }
    return { result: { id: name, name, region: name, description, endpoint: `ec2.${name}.amazonaws.com` } };
  },
  // All regions above belong to the commercial partition.
  "aws:index/getPartition:getPartition": ({ region }) =>
    region !== undefined && regions[region] === undefined
      ? { refusal: `knows only the regions ${Object.keys(regions).join(", ")}; give the partition as an input` }
      : { result: { id: "aws", partition: "aws", dnsSuffix: "amazonaws.com", reverseDnsPrefix: "com.amazonaws" } },
};

/** Look-ups that people reach for first, and what they depend on. */
const dependsOn: Readonly<Record<string, string>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": "the credentials; write the account's id into the stack's settings",
  "aws:index/getAvailabilityZones:getAvailabilityZones": "the account; write the zones into the stack's settings",
  "aws:ec2/getAmi:getAmi": "the day; write the image's id, or let EKS choose by amiType",
  "aws:ssm/getParameter:getParameter": "the account; write the value into the stack's settings",
};

/** Answers a look-up from recorded facts, or says why it cannot be answered here. */
export function lookUp(token: string, question: Question): Answer {
  const answer = recorded[token]?.(question);
  if (answer && "result" in answer) return answer;
  const why =
    answer?.refusal ?? `its answer depends on ${dependsOn[token] ?? "an account; give the value as an input"}`;
  return { refusal: `The look-up ${token} is not answered in the sandbox, which has no AWS account: ${why}.` };
}
