import { UNKNOWN } from "../../../policies/field";
import { type Mutant, type RuleCases } from "../case";

import { altered, elsewhere, join, one } from "../aws";

const cluster = (version: unknown, supportType: unknown = "STANDARD") =>
  one("eks/cluster:Cluster", { version, upgradePolicy: { supportType } });
const nodes = (amiType: unknown) => one("eks/nodeGroup:NodeGroup", { amiType });
const ending = (end: string) => ({ settings: { "ALT-AWS-004": { standardSupportEnds: { "1.36": end } } } });

export const cases: RuleCases = {
  pass: [
    { title: "a version, standard support", resources: cluster("1.36"), options: ending("2027-08-02") },
    { title: "Bottlerocket", resources: nodes("BOTTLEROCKET_x86_64") },
  ],
  fail: [
    { title: "no version", resources: cluster(undefined), says: /states no version/, at: "version" },
    {
      title: "a version past its support",
      resources: cluster("1.36"),
      options: ending("2026-01-01"),
      says: /has version 1\.36, whose standard support ended on 2026-01-01/,
      at: "version",
    },
    {
      title: "a version older than all that are supported",
      resources: cluster("1.20"),
      says: /has version 1\.20, which is older than all in standard support/,
      at: "version",
    },
    {
      title: "extended support",
      resources: cluster("1.36", "EXTENDED"),
      options: ending("2027-08-02"),
      says: /has support type EXTENDED/,
      at: "upgradePolicy.supportType",
    },
    { title: "Amazon Linux 2", resources: nodes("AL2_x86_64"), says: /has image AL2_x86_64/, at: "amiType" },
    { title: "whatever image EKS takes", resources: nodes(undefined), says: /states no amiType/, at: "amiType" },
  ],
  notApplicable: elsewhere,
  unknown: [{ title: "a version from an output", resources: cluster(UNKNOWN), because: "version" }],
  configured: [
    { title: "support that has ended", resources: cluster("1.36"), options: ending("2026-01-01"), outcome: "fail" },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "beta's nodes have Amazon Linux 2",
    ...altered("eks/nodeGroup:NodeGroup", (inputs) => (inputs.amiType = "AL2_x86_64")),
    says: /has image AL2_x86_64/,
  },
  { title: "nodes join with Amazon Linux 2", change: join(...nodes("AL2_x86_64")), says: /has image AL2_x86_64/ },
];
