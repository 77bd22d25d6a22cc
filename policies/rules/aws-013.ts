import { z } from "zod";
import { UnknownValue } from "../field";
import { awsResources, type AwsResource, inputsOf, isEverybody, statementsOf, texts } from "../checks/aws";
import { type Graph } from "../graph/graph";
import { aspects, defineRule, type Failure, part } from "../rule";
import { aws } from "./examples";

const settings = z.strictObject({
  logBuckets: z
    .array(z.string().min(1))
    .default([])
    .describe("names of buckets in the program that receive access logs and so need not log their own access"),
});
type Settings = z.infer<typeof settings>;

const types = {
  block: "s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  encryption: "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  versioning: "s3/bucketVersioning:BucketVersioning",
  policy: "s3/bucketPolicy:BucketPolicy",
  lifecycle: "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  logging: "s3/bucketLogging:BucketLogging",
} as const;

const bucket = "beta-backups";
const careful = [
  aws("s3/bucket:Bucket", { bucket }),
  aws(types.block, {
    bucket,
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  }),
  aws(types.encryption, { bucket, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms" } }] }),
  aws(types.versioning, { bucket, versioningConfiguration: { status: "Enabled" } }),
  aws(types.policy, {
    bucket,
    policy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Deny",
          Principal: "*",
          Action: "s3:*",
          Resource: `arn:aws:s3:::${bucket}/*`,
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ],
    }),
  }),
  aws(types.lifecycle, { bucket, rules: [{ id: "old", status: "Enabled" }] }),
  aws(types.logging, { bucket, targetBucket: "beta-logs", targetPrefix: "backups/" }),
];

export const rule = defineRule<Settings>({
  id: "ALT-AWS-013",
  slug: "aws-s-three-bucket-is-guarded",
  title: "Buckets are closed, encrypted, versioned, reached by TLS only, cleaned up, and log who reads them",
  severity: "high",
  gate: "mandatory",
  scope: "stack",
  why:
    "A bucket of backups holds everything the databases hold. Without the block one wrong policy publishes it, without versions " +
    "one wrong deletion ends it, and without a lifecycle its price never stops growing.",
  fix: "Register beside the bucket a public access block, encryption, versioning, a policy, a lifecycle and logging.",
  planSteps: ["3.4.5"],
  peers: [
    "checkov CKV_AWS_18",
    "checkov CKV_AWS_19",
    "checkov CKV_AWS_21",
    "checkov CKV_AWS_53",
    "checkov CKV_AWS_54",
    "checkov CKV_AWS_55",
    "checkov CKV_AWS_56",
    "checkov CKV_AWS_145",
    "checkov CKV_AWS_379",
    "checkov CKV2_AWS_6",
    "checkov CKV2_AWS_61",
    "AWSGuard s3-bucket-logging-enabled",
  ],
  settings,
  examples: {
    pass: { title: "a bucket with all its parts", resources: careful },
    fail: { title: "a bucket without versions", resources: careful.filter(({ type }) => !type.endsWith("Versioning")) },
  },
  parts: [
    part(
      ({ graph }) => awsResources(graph, "s3/bucket:Bucket", "s3/bucketV2:BucketV2"),
      function* (subject, { graph, settings: { logBuckets } }) {
        const find = (kind: keyof typeof types) => partOf(graph, subject, types[kind]);
        return yield* aspects(
          () => checkBlock(find("block")),
          function* () {
            if (find("encryption")) return;
            yield missing("no encryption of its own", "BucketServerSideEncryptionConfiguration");
          },
          function* () {
            const found = find("versioning")?.root.at("versioningConfiguration", "status");
            if (found?.text() === "Enabled") return;
            yield missing("no versions", "BucketVersioning with status Enabled");
          },
          () => checkTransport(find("policy")),
          function* () {
            if (!find("lifecycle")) yield missing("no lifecycle", "BucketLifecycleConfiguration");
          },
          function* () {
            if (logBuckets.includes(subject.resource.name) || find("logging")) return;
            yield missing("no log of who reads it", "BucketLogging");
          },
        );
      },
    ),
  ],
});

function missing(what: string, kind: string): Failure {
  return { problem: `has ${what}`, path: "", fix: `register a ${kind} for it` };
}

function* checkBlock(block: AwsResource | undefined): Generator<Failure> {
  if (!block) {
    yield missing("no block against public access", "BucketPublicAccessBlock");
    return;
  }
  for (const name of ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"]) {
    const field = block.root.at(name);
    if (field.flag() === true) continue;
    yield { problem: "has a block against public access that is incomplete", path: field.path, fix: "set it to true" };
  }
}

function* checkTransport(policy: AwsResource | undefined): Generator<Failure> {
  const failure = missing("no policy that refuses plain HTTP", "BucketPolicy that denies aws:SecureTransport false");
  if (!policy) {
    yield failure;
    return;
  }
  const denies = statementsOf(policy.root.at("policy")).some(
    (statement) =>
      statement.at("Effect").text() === "Deny" &&
      isEverybody(statement.at("Principal")) &&
      texts(statement.at("Condition", "Bool", "aws:SecureTransport")).includes("false"),
  );
  if (!denies) yield failure;
}

/**
 * The resource of a type that belongs to a bucket. Before the update a bucket's id is not known; then it is the one that
 * the program names after the bucket.
 *
 * @throws UnknownValue when one of them may belong to it and nothing tells.
 */
function partOf(graph: Graph, { root, resource }: AwsResource, type: string): AwsResource | undefined {
  let doubt: UnknownValue | undefined;
  const own = root.at("bucket");
  const name = own.undecided ? undefined : own.text();
  for (const each of inputsOf(graph, type)) {
    const field = each.root.at("bucket");
    if (each.resource.name === resource.name || each.resource.name.startsWith(`${resource.name}-`)) return each;
    if (field.undecided) doubt ??= new UnknownValue(field.path, "preview");
    else if (name !== undefined && field.text() === name) return each;
  }
  if (doubt) throw doubt;
  return undefined;
}
