import { beforeAll, describe, expect, it, test } from "vitest";
import { type PropertyObject, type PropertyValue } from "../../registrations/property-values";
import { type Registration } from "../../registrations/record";
import { ensureTools } from "../../sandbox/toolchain";
import { recordBootstrap } from "../support/bootstrap";
import { awsInputs, checkWithModels, rows } from "../support/aws-models";
import { accepted, judge } from "../support/aws-models/accepted";
import { wrongInputs } from "../support/aws-models/wrong";
import { recordStack } from "../support/program";
import { stackConfig } from "../support/stack";

/** Beta with the other of each two ways that its settings have. */
function others(): Readonly<Record<string, unknown>> {
  const own = JSON.parse(stackConfig("beta")["altlas:cluster"]!) as PropertyObject & { network: PropertyObject };
  const pools = JSON.parse(stackConfig("beta")["altlas:nodePools"]!) as PropertyObject[];
  return {
    cluster: {
      ...own,
      network: { ...own.network, natGateways: "single" },
      endpoint: { public: true, publicCidrs: ["198.51.100.0/24"] },
      nodeImage: "bottlerocket",
      deletionProtection: false,
    },
    nodePools: pools.map((pool) => ({ ...pool, zonal: false })),
  };
}

/** A copy in which the inputs of one resource are changed. */
function change(
  registrations: readonly Registration[],
  name: string,
  edit: (inputs: Record<string, PropertyValue>) => void,
): Registration {
  const found = registrations.find((each) => each.key.endsWith(name));
  if (!found) throw new Error(`nothing is registered as ${name}`);
  const inputs = structuredClone(found.inputs) as Record<string, PropertyValue>;
  edit(inputs);
  return { ...found, inputs };
}

describe.skipIf(process.env.ALTLAS_SKIP_ENGINE_TESTS === "1")("AWS inputs against AWS' own models", () => {
  let command: string;
  let beta: readonly Registration[];
  let registrations: readonly Registration[];
  beforeAll(async () => {
    ({ "aws-models": command } = await ensureTools(["aws-models"]));
    beta = (await recordStack("beta")).registrations;
    const varied = await recordStack("beta", { changes: others() });
    const bootstrap = await recordBootstrap();
    registrations = [...beta, ...varied.registrations, ...bootstrap.registrations];
  });

  it("are what each interface takes, and IAM documents mean what they say: beta, its other settings, the bootstrap", () => {
    const given = awsInputs(registrations);
    expect(given.problems).toEqual([]);
    expect(given.requests.length).toBeGreaterThan(400);
    expect(given.documents.length).toBeGreaterThan(60);
    const { left, unused } = judge(checkWithModels(command, given));
    expect(left).toEqual([]);
    expect(unused.map(({ reason }) => reason)).toEqual([]);
  });

  it("leaves no row without a resource that needs it", () => {
    const types = new Set(registrations.map(({ type }) => type));
    expect(Object.keys(rows).filter((type) => !types.has(type))).toEqual([]);
  });

  it("catches every wrong input that is known to be one", () => {
    const changed = wrongInputs.map(({ resource, edit }, index) => {
      const registration = change(beta, resource, edit);
      return { ...registration, key: `${index} ${registration.key}` };
    });
    const given = awsInputs(changed);
    const found = [...given.problems, ...judge(checkWithModels(command, given), accepted).left];
    const missed = wrongInputs.filter(
      ({ says }, index) => !found.some(({ id, problem }) => id.startsWith(`${index} `) && says.test(problem)),
    );
    expect(missed.map(({ title }) => title)).toEqual([]);
    // Nothing else is said of the same resource: each is wrong in one way, and found by that.
    const surplus = found.filter(({ id, problem }) => !wrongInputs[Number.parseInt(id, 10)]!.says.test(problem));
    expect(surplus).toEqual([]);
  });
});

test("a resource and a value that the table does not know are problems", () => {
  const registration: Registration = {
    key: "aws:sqs/queue:Queue::q",
    type: "aws:sqs/queue:Queue",
    name: "q",
    custom: true,
    inputs: {},
    options: {},
  };
  expect(awsInputs([registration]).problems).toEqual([
    { id: registration.key, path: "", problem: "the table has no row for aws:sqs/queue:Queue" },
  ]);
  const [bucket, group] = ["aws:s3/bucket:Bucket", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"] as const;
  const problemsOf = (type: string, inputs: PropertyObject) =>
    awsInputs([{ ...registration, type, inputs }]).problems.map(({ path, problem }) => `${path}: ${problem}`);
  expect(problemsOf(bucket, { bucket: "b", forceDestroy: true })).toEqual([
    "forceDestroy: the table has no rule for true",
  ]);
  expect(problemsOf(group, { ingress: [{ protocol: "-1" }], revokeRulesOnDelete: true })).toEqual([
    'ingress: the table has no rule for [{"protocol":"-1"}]',
    "revokeRulesOnDelete: the table has no rule for it",
  ]);
});
