import { UNKNOWN } from "../../../policies/field";
import { type Mutant, type RuleCases } from "../case";

import { altered, elsewhere, join, one } from "../aws";

const repository = (inputs: Record<string, unknown>) =>
  one("ecr/repository:Repository", {
    imageTagMutability: "IMMUTABLE",
    imageScanningConfiguration: { scanOnPush: true },
    encryptionConfigurations: [{ encryptionType: "KMS" }],
    ...inputs,
  });

export const cases: RuleCases = {
  pass: [
    { title: "all three", resources: repository({}) },
    { title: "with exclusions", resources: repository({ imageTagMutability: "IMMUTABLE_WITH_EXCLUSION" }) },
  ],
  fail: [
    {
      title: "ECR's defaults",
      resources: one("ecr/repository:Repository", {}),
      says: /Repository beta (?:has tags that can move \(MUTABLE\)|does not scan|is encrypted with a key)/,
      at: "imageScanningConfiguration.scanOnPush",
      count: 3,
    },
  ],
  notApplicable: elsewhere,
  unknown: [
    {
      title: "mutability from an output",
      resources: repository({ imageTagMutability: UNKNOWN }),
      because: "imageTagMutability",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "tags of beta's repositories move",
    ...altered("ecr/repository:Repository", (inputs) => (inputs.imageTagMutability = "MUTABLE")),
    says: /Repository \S+ has tags that can move/,
  },
  {
    title: "a repository joins whose tags move",
    change: join(...repository({ imageTagMutability: "MUTABLE" })),
    says: /Repository beta has tags that can move/,
  },
];
