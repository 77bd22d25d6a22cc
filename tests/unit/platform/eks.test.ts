import { describe, expect, it } from "vitest";
import { type Problem } from "../../../model/problem";
import { catalogue } from "../../../stacks/altlas";
import { tryLoadPlatform } from "../../../stacks/platform";
import { projectFolder, stackConfig } from "../../support/stack";

const own = JSON.parse(stackConfig("beta")["altlas:cluster"] ?? "{}") as Record<string, object>;

function problemsOf(changes: Record<string, unknown>, others: Record<string, unknown> = {}): readonly Problem[] {
  const config = stackConfig("beta", { cluster: { ...own, ...changes }, ...others });
  const result = tryLoadPlatform(config, catalogue, projectFolder);
  return "problems" in result ? result.problems : [];
}

const arn = "arn:aws:iam::111122223333:role/one";
const deployer = { principal: arn, policy: "AmazonEKSClusterAdminPolicy" };

/** Each is beta with one thing wrong; the setting that is named, and a part of the sentence. */
const wrong: readonly [what: string, changes: Record<string, unknown>, setting: string, text: string][] = [
  ["a CIDR that is none", { network: { cidr: "10.20.0.0" } }, "network.cidr", "Must be an IPv4 block"],
  ["a CIDR that begins elsewhere", { network: { cidr: "10.20.1.0/16" } }, "network.cidr", "Use 10.20.0.0/16."],
  ["a CIDR that AWS refuses", { network: { cidr: "10.0.0.0/12" } }, "network.cidr", "at most 65536 addresses"],
  ["a CIDR too small", { network: { cidr: "10.20.0.0/19" } }, "network.cidr", "8192 addresses; 3 zones need 13056"],
  ["a CIDR of others", { network: { cidr: "203.0.0.0/16" } }, "network.cidr", "not private (RFC 1918)"],
  ["a CIDR of services", { network: { cidr: "172.20.0.0/16" } }, "network.cidr", "overlaps 172.20.0.0/16"],
  [
    "gateways of another kind",
    { network: { cidr: "10.20.0.0/16", natGateways: "two" } },
    "network.natGateways",
    "perZone",
  ],
  ["two zones", { zones: ["eu-central-1a", "eu-central-1b"] }, "zones", "has 2 zones and needs 3"],
  ["one zone", { zones: ["eu-central-1a"] }, "zones", "EKS wants subnets in two"],
  [
    "a zone of another region",
    { zones: ["eu-central-1a", "eu-central-1b", "eu-west-1c"] },
    "zones[2]",
    "not in region eu-central-1",
  ],
  [
    "a zone twice",
    { zones: ["eu-central-1a", "eu-central-1b", "eu-central-1c", "eu-central-1a"] },
    "zones[3]",
    "already named at position 0",
  ],
  ["an old version", { version: "1.33" }, "version", "Use one of: 1.34, 1.35, 1.36, 1.37."],
  ["a version without autoscaler", { version: "1.37" }, "version", "No release of the cluster autoscaler"],
  ["an account with a letter", { account: "11112222333x" }, "account", "Must be the account's twelve digits"],
  ["a public endpoint for all", { endpoint: { public: true } }, "endpoint.publicCidrs", "open to the whole Internet"],
  [
    "a public endpoint for all in words",
    { endpoint: { public: true, publicCidrs: ["0.0.0.0/0"] } },
    "endpoint.publicCidrs[0]",
    "every address of the Internet",
  ],
  [
    "blocks of a private endpoint",
    { endpoint: { public: false, publicCidrs: ["198.51.100.0/24"] } },
    "endpoint.publicCidrs",
    "There is no public endpoint",
  ],
  [
    "a principal twice",
    { access: { one: deployer, two: { ...deployer, policy: "AmazonEKSViewPolicy" } } },
    "access.two.principal",
    "has an entry already: one",
  ],
  [
    "a session as principal",
    { access: { one: { ...deployer, principal: "arn:aws:sts::111122223333:assumed-role/one/me" } } },
    "access.one.principal",
    "a session's ARN is none",
  ],
  ["nobody who deploys", { access: {} }, "access", "Nobody has AmazonEKSClusterAdminPolicy"],
  [
    "an administrator of one namespace",
    { access: { one: { ...deployer, namespaces: ["altlas"] } } },
    "access.one.namespaces",
    "EKS refuses it for single namespaces",
  ],
  ["a policy that is none", { access: { one: { ...deployer, policy: "Admin" } } }, "access.one.policy", "Use one of"],
  ["logs for 100 days", { logRetentionDays: 100 }, "logRetentionDays", "Use one of"],
  ["a tag that AWS refuses", { tags: { "cost-center": "a,b" } }, "tags.cost-center", "letters, digits, spaces"],
  ["no cost centre", { tags: {} }, "tags.cost-center", "no bill"],
  ["a tag of the program", { tags: { "cost-center": "a", owner: "me" } }, "tags.owner", "sets this tag itself"],
  ["a setting that does not exist", { regoin: "eu-west-1" }, "regoin", "Did you mean region?"],
];

describe("an EKS cluster that cannot be made", () => {
  it("is not what beta is", () => {
    expect(problemsOf({})).toEqual([]);
  });

  it.each(wrong)("has %s", (_, changes, setting, text) => {
    const problems = problemsOf(changes);
    expect(problems.map((problem) => problem.setting)).toContain(`altlas:cluster.${setting}`);
    const told = problems.filter((problem) => problem.setting === `altlas:cluster.${setting}`);
    expect(told.map(({ why, remedy }) => `${why} ${remedy}`).join("\n")).toContain(text);
  });

  it("has pools of machines that nobody named", () => {
    const allocatable = { cpu: "4", memory: "14Gi", pods: 58 };
    const pools = ["general", "cpu", "memory"].map((name) => ({ name, allocatable, minimum: 3, maximum: 3 }));
    const settings = problemsOf({}, { nodePools: pools }).map(({ setting }) => setting);
    expect(settings).toContain("altlas:nodePools[0].instanceType");
  });
});
