import { UNKNOWN } from "../../../policies/field";
import { type Mutant, type RuleCases } from "../case";

import { allow, altered, elsewhere, join, one } from "../aws";

const key = (inputs: Record<string, unknown>) => one("kms/key:Key", { enableKeyRotation: true, ...inputs });
const everything = { Action: "kms:*", Resource: "*" };
const owner = allow({ ...everything, Principal: { AWS: "arn:aws:iam::111122223333:root" } });
const everybody = allow({ ...everything, Principal: { AWS: ["*"] } });

export const cases: RuleCases = {
  pass: [
    { title: "rotates, for the account", resources: key({ policy: owner }) },
    {
      title: "everybody of the organisation",
      resources: key({ policy: allow({ ...everything, Principal: "*", Condition: { StringEquals: { a: "b" } } }) }),
    },
    {
      title: "a key that cannot rotate",
      resources: key({ policy: owner, enableKeyRotation: false, customerMasterKeySpec: "RSA_2048" }),
    },
  ],
  fail: [
    {
      title: "never rotates",
      resources: key({ policy: owner, enableKeyRotation: undefined }),
      says: /Key beta never rotates/,
      at: "enableKeyRotation",
    },
    { title: "everybody", resources: key({ policy: everybody }), says: /may be used by everybody/, at: "policy" },
    { title: "no policy", resources: key({}), says: /has no policy of its own/, at: "policy" },
    { title: "no JSON", resources: key({ policy: "{" }), says: /not a JSON document/, at: "policy" },
  ],
  notApplicable: elsewhere,
  unknown: [{ title: "a policy from an output", resources: key({ policy: UNKNOWN }), because: "policy" }],
};

export const mutants: readonly Mutant[] = [
  {
    title: "beta's keys never rotate",
    ...altered("kms/key:Key", (inputs) => delete inputs.enableKeyRotation),
    says: /Key \S+ never rotates/,
  },
  {
    title: "a key joins for everybody",
    change: join(...key({ policy: everybody })),
    says: /Key beta may be used by everybody/,
  },
];
