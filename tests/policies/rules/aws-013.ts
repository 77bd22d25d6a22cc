import { UNKNOWN } from "../../../policies/field";
import { type Mutant, type RuleCases } from "../case";

import { rule } from "../../../policies/rules/aws-013";
import { type Resource } from "../../../policies/sources/resource";
import { allow, elsewhere, join, missing } from "../aws";

const careful = rule.examples.pass.resources ?? [];
const without = (kind: string) => careful.filter(({ type }) => !type.endsWith(`:Bucket${kind}`));
const changed = (kind: string, inputs: Record<string, unknown>): readonly Resource[] =>
  careful.map((each) =>
    each.type.endsWith(`:Bucket${kind}`) ? { ...each, inputs: { ...each.inputs, ...inputs } } : each,
  );
const renamed = (name: (index: number) => string, bucket: unknown) =>
  careful.map((each, index) =>
    index === 0 ? each : { ...each, name: name(index), inputs: { ...each.inputs, bucket } },
  );

export const cases: RuleCases = {
  pass: [
    { title: "all parts", resources: careful },
    { title: "before the update, parts named after it", resources: renamed((index) => `beta-${index}`, UNKNOWN) },
    {
      title: "parts of other names that name the bucket",
      resources: renamed((index) => `part-${index}`, "beta-backups"),
    },
  ],
  fail: [
    { title: "no block", resources: without("PublicAccessBlock"), says: /Bucket beta has no block/, at: "" },
    {
      title: "half a block",
      resources: changed("PublicAccessBlock", { blockPublicPolicy: false }),
      says: /has a block against public access that is incomplete/,
      at: "blockPublicPolicy",
    },
    {
      title: "no encryption",
      resources: without("ServerSideEncryptionConfiguration"),
      says: /has no encryption of its own/,
      at: "",
    },
    {
      title: "versions suspended",
      resources: changed("Versioning", { versioningConfiguration: { status: "Suspended" } }),
      says: /has no versions/,
      at: "",
    },
    { title: "no policy", resources: without("Policy"), says: /has no policy that refuses plain HTTP/, at: "" },
    {
      title: "a policy that allows plain HTTP",
      resources: changed("Policy", { policy: allow({ Principal: "*", Action: "s3:GetObject", Resource: "*" }) }),
      says: /has no policy that refuses plain HTTP/,
      at: "",
    },
    { title: "no lifecycle", resources: without("LifecycleConfiguration"), says: /has no lifecycle/, at: "" },
    { title: "no logging", resources: without("Logging"), says: /has no log of who reads it/, at: "" },
    { title: "parts of another bucket", resources: renamed(() => "other", "other"), says: /has no/, at: "", count: 6 },
  ],
  notApplicable: elsewhere,
  unknown: [{ title: "parts that may be its own", resources: renamed(() => "other", UNKNOWN), because: "bucket" }],
  configured: [
    {
      title: "the bucket of the logs",
      resources: without("Logging"),
      options: { settings: { "ALT-AWS-013": { logBuckets: ["beta"] } } },
      outcome: "pass",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "beta's buckets lose their versions",
    ...missing("s3/bucketVersioning:BucketVersioning"),
    says: /Bucket \S+ has no versions/,
  },
  {
    title: "a bucket joins without encryption",
    change: join(...without("ServerSideEncryptionConfiguration")),
    says: /Bucket beta has no encryption of its own/,
  },
];
