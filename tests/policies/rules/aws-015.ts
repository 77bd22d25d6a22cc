import { UNKNOWN } from "../../../policies/field";
import { type Mutant, type RuleCases } from "../case";

import { altered, aws, elsewhere, join, one } from "../aws";

const keys = ["project", "environment", "owner", "cost-center", "plan-ref", "managed-by"];
const tags = Object.fromEntries(keys.map((key) => [key, "x"]));
const untagged = aws("ec2/vpc:Vpc", {});
const provider = (defaultTags: unknown) => ({ type: "pulumi:providers:aws", name: "aws", inputs: { defaultTags } });

export const cases: RuleCases = {
  pass: [
    { title: "all of them", resources: one("ec2/vpc:Vpc", { tags }) },
    { title: "a value from an output", resources: one("ec2/vpc:Vpc", { tags: { ...tags, owner: UNKNOWN } }) },
    { title: "the provider's", resources: [untagged, provider({ tags })] },
    { title: "the provider's, as the engine has them", resources: [untagged, provider(JSON.stringify({ tags }))] },
  ],
  fail: [
    {
      title: "two are missing",
      resources: one("ec2/vpc:Vpc", { tags: { ...tags, owner: undefined, "plan-ref": undefined } }),
      says: /Vpc beta lacks the tags owner, plan-ref/,
      at: "tags",
    },
    {
      title: "a second provider without defaults",
      resources: [aws("ec2/vpc:Vpc", { tags: { ...tags, owner: undefined } }), provider({ tags }), provider(undefined)],
      says: /lacks the tag owner/,
      at: "tags",
    },
  ],
  notApplicable: elsewhere,
  unknown: [{ title: "tags from an output", resources: one("ec2/vpc:Vpc", { tags: UNKNOWN }), because: "tags" }],
  configured: [
    {
      title: "fewer tags",
      resources: one("ec2/vpc:Vpc", { tags: { owner: "platform" } }),
      options: { settings: { "ALT-AWS-015": { tags: ["owner"] } } },
      outcome: "pass",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "beta's network loses its tags",
    ...altered("ec2/vpc:Vpc", (inputs) => delete inputs.tags),
    says: /Vpc \S+ lacks the tags/,
  },
  {
    title: "a network joins without tags",
    options: { environment: "beta" },
    change: join(untagged),
    says: /Vpc beta lacks the tags project, environment/,
  },
];
