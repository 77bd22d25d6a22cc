import path from "node:path";
import { describe, expect, it } from "vitest";
import { checkInputs } from "../../../sandbox/plugins/aws/check";
import { lookUp } from "../../../sandbox/plugins/aws/lookups";
import { Schema } from "../../../sandbox/plugins/aws/schema";
import { equal, UNKNOWN, type Values } from "../../../sandbox/plugins/aws/values";
import { projectFolder } from "../../support/stack";

const schema = new Schema(path.join(projectFolder, "node_modules", "@pulumi", "aws"));
const check = (token: string, inputs: Values) =>
  checkInputs(schema, schema.kind(token)!.inputs, inputs).map(({ property, reason }) => `${property} ${reason}`);

describe("the schema in the declarations of @pulumi/aws", () => {
  it("tells inputs, required ones, and outputs that always have a value", () => {
    const cluster = schema.kind("aws:eks/cluster:Cluster")!;
    const required = [...cluster.inputs.values()].filter((property) => property.required);
    expect(required.map(({ name }) => name)).toEqual(["roleArn", "vpcConfig"]);
    expect([...cluster.inputs.keys()]).toContain("zonalShiftConfig");
    expect(cluster.inputs.has("arn")).toBe(false);
    expect(cluster.filled).toEqual(expect.arrayContaining(["arn", "endpoint", "certificateAuthority", "version"]));
    expect(cluster.filled).not.toContain("encryptionConfig");
    // Its type goes over several lines.
    expect(cluster.filled).not.toContain("tags");
    expect(cluster.filled).toContain("tagsAll");
  });

  it("knows the objects inside", () => {
    const vpcConfig = schema.kind("aws:eks/cluster:Cluster")!.inputs.get("vpcConfig")!;
    const inside = schema.object(vpcConfig.type)!;
    expect(inside.get("subnetIds")!.required).toBe(true);
    expect(inside.has("endpointPrivateAccess")).toBe(true);
  });

  it("has no type that the SDK lacks", () => {
    for (const token of ["aws:eks/cluster:Clusters", "aws:none/none:None", "aws:eks/cluster", "gcp:a/b:C"]) {
      const kind = schema.kind(token);
      expect(kind === undefined || kind.inputs.size === 0, token).toBe(true);
    }
    expect(schema.kind("aws:none/none:None")).toBeUndefined();
  });

  it("knows the provider's settings", () => {
    expect([...schema.provider().keys()]).toEqual(
      expect.arrayContaining(["region", "defaultTags", "allowedAccountIds"]),
    );
  });
});

describe("checking inputs", () => {
  const vpcConfig = { subnetIds: ["subnet-1"] };

  it("accepts what the SDK declares, and unknown values anywhere", () => {
    expect(check("aws:eks/cluster:Cluster", { roleArn: UNKNOWN, vpcConfig, tags: { a: "b" } })).toEqual([]);
    expect(check("aws:eks/cluster:Cluster", { roleArn: "arn", vpcConfig: { subnetIds: [UNKNOWN, UNKNOWN] } })).toEqual(
      [],
    );
    expect(check("aws:eks/cluster:Cluster", { roleArn: "arn", vpcConfig: UNKNOWN })).toEqual([]);
    expect(check("aws:iam/role:Role", { assumeRolePolicy: "{}" })).toEqual([]);
  });

  it("reports all at once, with the place and the nearest name", () => {
    const wrong = { vpcConfig: { subnetIds: "subnet-1", endpointPrivateAcces: true }, nmae: "beta" };
    expect(check("aws:eks/cluster:Cluster", wrong)).toEqual([
      "vpcConfig.subnetIds is no list; write one",
      "vpcConfig.endpointPrivateAcces is not known here; did you mean endpointPrivateAccess?",
      "nmae is not known here; did you mean name?",
      "roleArn is missing; give it",
    ]);
  });

  it("tells lists, objects and single values apart", () => {
    expect(check("aws:eks/cluster:Cluster", { roleArn: ["a"], vpcConfig: "x" })).toEqual([
      "roleArn is a list; give one value",
      "vpcConfig is no object; write one",
    ]);
    expect(check("aws:eks/cluster:Cluster", { roleArn: { a: "b" }, vpcConfig })).toEqual([
      "roleArn is an object; give one value",
    ]);
  });
});

describe("look-ups", () => {
  it("answers what holds for every account", () => {
    expect(lookUp("aws:index/getRegion:getRegion", { args: {}, region: "eu-central-1" })).toMatchObject({
      result: { region: "eu-central-1", description: "Europe (Frankfurt)" },
    });
    expect(lookUp("aws:index/getPartition:getPartition", { args: {}, region: "eu-central-1" })).toMatchObject({
      result: { partition: "aws" },
    });
  });

  it.each([
    ["aws:index/getCallerIdentity:getCallerIdentity", /depends on the credentials; write the account's id/],
    ["aws:ec2/getAmi:getAmi", /depends on the day/],
    ["aws:rds/getInstance:getInstance", /depends on an account; give the value as an input/],
  ])("refuses %s by name", (token, why) => {
    const answer = lookUp(token, { args: {}, region: "eu-central-1" });
    expect("refusal" in answer && answer.refusal).toMatch(why);
    expect("refusal" in answer && answer.refusal).toContain(token);
  });

  it("invents no region", () => {
    const answer = lookUp("aws:index/getRegion:getRegion", { args: { region: "xx-none-1" }, region: "eu-central-1" });
    expect(answer).toMatchObject({ refusal: expect.stringContaining("knows only the regions") as string });
  });
});

describe("comparing inputs", () => {
  it("ignores order of keys and absent values", () => {
    expect(equal({ a: 1, b: [{ c: null, d: 2 }] }, { b: [{ d: 2 }], a: 1 })).toBe(true);
    expect(equal({ a: 1 }, { a: 2 })).toBe(false);
    expect(equal(undefined, null)).toBe(true);
  });
});
