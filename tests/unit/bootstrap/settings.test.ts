import { describe, expect, it, test } from "vitest";
import { readBootstrap } from "../../../bootstrap/load";
import { bootstrapOutputs } from "../../../bootstrap/names";
import { bootstrapOutputsSchema } from "../../../model/bootstrap-outputs";
import { bootstrapConfig, bootstrapSettings } from "../../support/bootstrap";
import { loadStack } from "../../support/program";

const subject = "repo:octo-org/altlas-infra:environment:beta";
const principals = ["arn:aws:iam::111122223333:role/altlas-operators"];
const beta = { cluster: "altlas-beta", githubSubjects: [subject], principals };

function problemsOf(changes: Record<string, unknown>) {
  const read = readBootstrap(bootstrapConfig(changes));
  return "problems" in read ? read.problems : [];
}
const environments = (more: Record<string, unknown>) => problemsOf({ environments: more });

describe("an account's settings", () => {
  it("as committed are read without a problem, with their defaults", () => {
    expect(bootstrapSettings()).toMatchObject({
      name: "altlas-state",
      githubProvider: "make",
      oldVersionDays: 90,
      deletionProtection: true,
      environments: { beta },
    });
  });

  it("tell every problem at once, each with its setting and what to do", () => {
    const problems = problemsOf({
      account: "1234",
      regoin: "eu-central-1",
      oldVersionDays: 1,
      tags: { owner: "me" },
      environments: { bootstrap: { principals: [] } },
    });
    expect(problems.map(({ setting }) => setting)).toEqual([
      "altlas:account",
      "altlas:environments.bootstrap",
      "altlas:oldVersionDays",
      "altlas:regoin",
      "altlas:tags.owner",
      "altlas:tags.cost-center",
    ]);
    expect(problems[0]!.why).toBe("Must be the account's twelve digits, in quotes.");
    expect(problems[2]!.remedy).toContain("Use at least 30. It means: days that a state is kept");
    expect(problems[3]!.remedy).toContain("Did you mean region?");
    for (const { why, remedy } of problems) expect(`${why} ${remedy}`).toMatch(/^[A-Z].*[.>] .+/);
  });

  it.each([
    ["repo:octo-org/*:ref:refs/heads/main", "without wildcards"],
    ["repo:octo-org/altlas-infra:*", "without wildcards"],
    ["octo-org/altlas-infra", "whole subject of a workflow's token"],
    ["repo:octo-org/altlas-infra:pull_request", "whose code nobody has reviewed yet"],
  ])("refuse the GitHub subject %s", (given, why) => {
    const problems = environments({ beta: { ...beta, githubSubjects: [given] } });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ setting: "altlas:environments.beta.githubSubjects[0]", value: given });
    expect(problems[0]!.why).toContain(why);
  });

  it.each(["arn:aws:iam::111122223333:root", "arn:aws:sts::111122223333:assumed-role/a/b", "*"])(
    "refuse to trust %s",
    (principal) => {
      expect(environments({ beta: { ...beta, principals: [principal] } }).map(({ setting }) => setting)).toEqual([
        "altlas:environments.beta.principals[0]",
      ]);
    },
  );

  it("refuse an environment that nobody may deploy, and none at all", () => {
    expect(environments({ beta: { cluster: "altlas-beta" } })[0]!.why).toContain("nobody could deploy");
    expect(environments({})[0]!.why).toContain("nobody to keep state for");
  });

  it("refuse a workflow or a cluster that serves two environments; the same people may", () => {
    const second = { githubSubjects: ["repo:octo-org/altlas-infra:environment:prod"], principals };
    expect(environments({ beta, prod: { ...second, cluster: "altlas-prod" } })).toEqual([]);
    expect(environments({ beta, prod: { githubSubjects: [subject] } })).toMatchObject([
      { setting: "altlas:environments.prod.githubSubjects[0]", value: subject },
    ]);
    expect(environments({ beta, prod: { ...second, cluster: "altlas-beta" } }).map(({ setting }) => setting)).toContain(
      "altlas:environments.prod.cluster",
    );
    expect(environments({ beta: { ...beta, principals: [...principals, ...principals] } })).toMatchObject([
      { setting: "altlas:environments.beta.principals[1]", remedy: "Remove it." },
    ]);
  });

  it.each([
    ["altlas", "altlas-state", "the bucket, the keys and the role itself"],
    ["altlas-deployer", "altlas-deployer-beta", "the role itself"],
    ["altlas-state", "altlas-state", "the bucket and the keys"],
  ])("refuse the cluster name %s, because its deployer could change %s", (cluster, within) => {
    const problems = environments({ beta: { ...beta, cluster } });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ setting: "altlas:environments.beta.cluster", value: cluster });
    expect(problems[0]!.why).toContain(`${within} does without belonging to it`);
  });

  it("refuse a cluster whose name begins like another's", () => {
    const problems = environments({ beta, demo: { principals, cluster: "altlas-beta-demo" } });
    expect(problems.map(({ setting }) => setting)).toEqual(["altlas:environments.beta.cluster"]);
  });
});

test("the outputs are what the CLI takes, and are documented", () => {
  const outputs = bootstrapOutputs(bootstrapSettings());
  expect(outputs).toEqual({
    ownBackend: "s3://altlas-state-111122223333/bootstrap?region=eu-central-1",
    environments: {
      beta: {
        backend: "s3://altlas-state-111122223333/beta?region=eu-central-1",
        secretsProvider: "awskms://alias/altlas-state-beta?region=eu-central-1",
        deployer: "arn:aws:iam::111122223333:role/altlas-deployer-beta",
      },
    },
  });
  expect(bootstrapOutputsSchema.parse(outputs)).toEqual(outputs);
});

test("the committed stack beta is what the committed account is for: same cluster, account, region and deployer", () => {
  const { settings } = loadStack("beta");
  if (settings.cluster.mode !== "eks") throw new Error("beta has no EKS cluster");
  const account = bootstrapSettings();
  const { environments: outputs } = bootstrapOutputs(account);
  expect(settings.cluster).toMatchObject({
    name: account.environments.beta!.cluster,
    account: account.account,
    region: account.region,
  });
  const grant = Object.values(settings.cluster.access).find(({ principal }) => principal === outputs.beta!.deployer);
  expect(grant?.policy).toBe("AmazonEKSClusterAdminPolicy");
});
