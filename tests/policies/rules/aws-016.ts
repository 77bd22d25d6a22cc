import { UNKNOWN } from "../../../policies/field";
import { type Mutant, type RuleCases } from "../case";

import { join, one } from "../aws";

const options = { protect: true, ignoreChanges: [] };
const cluster = (deletionProtection: unknown) => one("eks/cluster:Cluster", { deletionProtection });
const key = one("kms/key:Key", {});
const production = { environment: "prod" };

export const cases: RuleCases = {
  pass: [
    { title: "a protected bucket", resources: one("s3/bucket:Bucket", {}, { options }), options: production },
    { title: "a cluster that AWS guards", resources: cluster(true) },
  ],
  fail: [
    { title: "a key", resources: key, options: production, says: /Key beta may be deleted by any update/, at: "" },
    { title: "a cluster", resources: cluster(false), says: /Cluster beta may be deleted/, at: "deletionProtection" },
  ],
  notApplicable: [{ title: "beta", resources: key, options: { environment: "beta" } }],
  unknown: [{ title: "protection from an output", resources: cluster(UNKNOWN), because: "deletionProtection" }],
  configured: [
    {
      title: "nothing is kept",
      resources: key,
      options: { ...production, settings: { "ALT-AWS-016": { environments: ["live"] } } },
      outcome: "notApplicable",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  { title: "a key joins that may go", change: join(...key), options: production, says: /Key beta may be deleted/ },
];
