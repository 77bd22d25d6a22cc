import { beforeAll, describe, expect, it } from "vitest";
import { sentence } from "../../policies/rule";
import { type Resource } from "../../policies/sources/resource";
import { recordBootstrap } from "../support/bootstrap";
import { judgeResources } from "./fixtures";
import { toResources } from "./recorded";

const record = async (preview: boolean) => toResources(await recordBootstrap({ preview }), "altlas-bootstrap", "beta");
const judge = (resources: readonly Resource[]) => judgeResources(resources, { environment: "prod", exemptions: [] });
const failures = (resources: readonly Resource[]) =>
  judge(resources).findings.flatMap(({ rule, verdict, outcome }) =>
    outcome === "fail" ? verdict.failures.map((failure) => `${rule.id} ${sentence(verdict, failure)}`) : [],
  );

describe("the bootstrap of an account", () => {
  let resources: readonly Resource[];
  beforeAll(async () => {
    resources = await record(false);
  });

  it("breaks no rule where rules are strictest, before the update and after", async () => {
    expect(failures(resources)).toEqual([]);
    expect(failures(await record(true))).toEqual([]);
  });

  it("is judged by the rules on keys, rights, buckets, tags, deletion, secrets and outputs", () => {
    const judged = judge(resources).rules.filter(({ counts }) => counts.pass > 0);
    expect(judged.map(({ rule }) => rule.id)).toEqual(
      expect.arrayContaining([
        ...["ALT-AWS-011", "ALT-AWS-012", "ALT-AWS-013", "ALT-AWS-015", "ALT-AWS-016"],
        ...["ALT-OPS-003", "ALT-OPS-006"],
      ]),
    );
  });

  const change = (type: string, alter: (inputs: Record<string, unknown>) => void) => {
    const copies = resources.map((each) => ({ ...each, inputs: structuredClone(each.inputs) }));
    const found = copies.filter((each) => each.type === type);
    expect(found.length).toBeGreaterThan(0);
    for (const { inputs } of found) alter(inputs);
    return failures(copies);
  };

  it.each([
    ["a key that never rotates", "aws:kms/key:Key", { enableKeyRotation: false }, /ALT-AWS-011 .*never rotates/],
    [
      "a bucket whose states cannot be taken back",
      "aws:s3/bucketVersioning:BucketVersioning",
      { versioningConfiguration: {} },
      /ALT-AWS-013 .*has no versions/,
    ],
    [
      "rights on every bucket",
      "aws:iam/policy:Policy",
      { policy: JSON.stringify({ Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }] }) },
      /ALT-AWS-012 .*s3:\* on every resource/,
    ],
    [
      "any workflow of a repository",
      "aws:iam/role:Role",
      {
        assumeRolePolicy: JSON.stringify({
          Statement: [
            { Effect: "Allow", Principal: { Federated: "f" }, Condition: { StringLike: { "t:sub": "repo:o/n:*" } } },
          ],
        }),
      },
      /ALT-AWS-012 .*does not name/,
    ],
  ] as const)("would be refused with %s", (_, type, inputs, says) => {
    expect(change(type, (given) => Object.assign(given, inputs)).join("\n")).toMatch(says);
  });
});
