import { UNKNOWN } from "../../../policies/field";
import { type Mutant, type RuleCases } from "../case";

import { altered, elsewhere, join, one } from "../aws";

const cluster = (encryptionConfig: unknown) => one("eks/cluster:Cluster", { encryptionConfig });
const provider = { keyArn: "arn:aws:kms:eu-central-1:111122223333:key/one" };

export const cases: RuleCases = {
  pass: [
    { title: "a key of the account", resources: cluster({ resources: ["secrets"], provider }) },
    {
      title: "a key that this program makes",
      resources: cluster({ resources: ["secrets"], provider: { keyArn: UNKNOWN } }),
    },
  ],
  fail: [
    {
      title: "no encryption",
      resources: cluster(undefined),
      says: /Cluster beta has no encryptionConfig/,
      at: "encryptionConfig",
    },
    {
      title: "nothing encrypted, no key",
      resources: cluster({ resources: [], provider: {} }),
      says: /encrypts (?:nothing, not Secrets|without naming a key)/,
      at: "encryptionConfig.provider.keyArn",
      count: 2,
    },
  ],
  notApplicable: elsewhere,
  unknown: [{ title: "an unknown configuration", resources: cluster(UNKNOWN), because: "encryptionConfig" }],
};

export const mutants: readonly Mutant[] = [
  {
    title: "beta's cluster loses its key",
    ...altered("eks/cluster:Cluster", (inputs) => delete inputs.encryptionConfig),
    says: /Cluster \S+ has no encryptionConfig/,
  },
  {
    title: "a cluster joins without a key",
    change: join(...cluster(undefined)),
    says: /Cluster beta has no encryptionConfig/,
  },
];
