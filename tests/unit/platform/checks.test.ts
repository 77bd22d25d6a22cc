import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Catalogue } from "../../../model/platform";
import { catalogue } from "../../../stacks/altlas";
import { tryLoadPlatform } from "../../../stacks/platform";
import { projectFolder, stackConfig } from "../../support/stack";

const problemsOf = (changes: Record<string, unknown>, own: Catalogue = catalogue) => {
  const result = tryLoadPlatform(stackConfig("dev", changes), own, projectFolder);
  return "problems" in result ? result.problems : [];
};
const containing = (text: string) => expect.stringContaining(text) as string;
const pool = { allocatable: { cpu: "3920m", memory: "14Gi", pods: 58 }, minimum: 1, maximum: 3 };

describe("a platform that contradicts itself", () => {
  it("is not what dev is", () => {
    expect(problemsOf({})).toEqual([]);
  });

  it("names a service twice", () => {
    const services = [{ name: "api-gateway" }, { name: "api-gateway", contract: "target" }];
    expect(problemsOf({ services })).toEqual([
      expect.objectContaining({
        setting: "altlas:services[1]",
        value: "api-gateway",
        why: containing("already named at position 0"),
      }),
    ]);
  });

  it("names a node pool or a zone twice", () => {
    const pools = ["general", "cpu", "general"].map((name) => ({ name, ...pool }));
    expect(problemsOf({ nodePools: pools, cluster: { mode: "local", zones: ["a", "a"] } })).toEqual([
      expect.objectContaining({ setting: "altlas:nodePools[2]", value: "general" }),
      expect.objectContaining({ setting: "altlas:cluster.zones[1]", value: "a" }),
    ]);
  });

  it("names a service that does not exist, and the nearest that does", () => {
    expect(problemsOf({ services: [{ name: "api-gatway" }] })).toEqual([
      expect.objectContaining({ setting: "altlas:services[0].name", remedy: containing("Did you mean api-gateway?") }),
    ]);
  });

  it("puts a service into a pool that does not exist", () => {
    expect(problemsOf({ services: [{ name: "runner-service", pool: "generl" }] })).toEqual([
      expect.objectContaining({
        setting: "altlas:services[0].pool",
        value: "generl",
        remedy: containing("Did you mean general?"),
      }),
    ]);
    const withoutCpu = [{ name: "general", ...pool }];
    expect(problemsOf({ nodePools: withoutCpu }).map(({ setting }) => setting)).toEqual([
      "stacks/altlas: segmentation-service.pool",
      "stacks/altlas: ai-orchestrator.pool",
    ]);
  });

  it("raises a minimum above the maximum that the scale leaves", () => {
    expect(problemsOf({ services: [{ name: "api-gateway", replicas: { minimum: 9 } }] })).toEqual([
      expect.objectContaining({ setting: "altlas:services[0].replicas", value: { minimum: 9, maximum: 4 } }),
    ]);
  });

  it("asks for a pod that no node of its pool can hold", () => {
    const small = { ...pool, allocatable: { cpu: "200m", memory: "14Gi", pods: 58 } };
    const problems = problemsOf({
      nodePools: [
        { name: "general", ...pool },
        { name: "cpu", ...small },
      ],
    });
    expect(problems).toEqual([
      expect.objectContaining({
        setting: "altlas:nodePools (cpu).allocatable",
        why: containing("segmentation-service"),
      }),
      expect.objectContaining({ setting: "altlas:nodePools (cpu).allocatable", why: containing("ai-orchestrator") }),
    ]);
  });

  it("has an edge to nowhere", () => {
    const edges = [{ from: "api-gateway", to: "postgres", port: 5432, purpose: "a purpose long enough" }];
    expect(problemsOf({ edges })).toEqual([
      expect.objectContaining({
        setting: "altlas:edges[0].to",
        value: "postgres",
        remedy: containing("Did you mean postgresql?"),
      }),
    ]);
    const broken = {
      ...catalogue,
      edges: catalogue.edges.map((edge) => ({ ...edge, from: edge.from.replace("ingress", "ingres") })),
    };
    expect(problemsOf({}, broken)).toContainEqual(
      expect.objectContaining({ setting: "stacks/altlas/edges.ts: ingres to api-gateway:3000", value: "ingres" }),
    );
  });

  it("has an edge to a port on which nobody listens, or the same edge twice", () => {
    const own = { from: "archive-service", to: "runner-service", port: 8081, purpose: "a purpose long enough" };
    expect(problemsOf({ edges: [own] })).toEqual([
      expect.objectContaining({ setting: "altlas:edges[0].port", value: 8081, remedy: "Use 8080." }),
    ]);
    const twice = { from: "api-gateway", to: "runner-service", port: 8080, purpose: "a purpose long enough" };
    expect(problemsOf({ edges: [twice] })).toEqual([
      expect.objectContaining({ setting: "altlas:edges[0]", value: "api-gateway to runner-service:8080/TCP" }),
    ]);
  });

  it("needs foreign secrets that the stack does not name", () => {
    const mail = { host: "mail.example.org", from: "noreply@example.org" };
    expect(problemsOf({ mail })).toEqual(
      ["smtp-user", "smtp-password"].map(
        (name) =>
          expect.objectContaining({
            setting: `altlas:secrets.${name}`,
            value: undefined,
            remedy: containing(`pulumi config set --path 'altlas:secrets.${name}.secretName' <name>`),
          }) as object,
      ),
    );
    const secrets = {
      "smtp-user": { secretName: "mail", key: "user" },
      "smtp-password": { secretName: "mail", key: "password" },
    };
    expect(problemsOf({ mail, secrets })).toEqual([]);
  });

  it("names or rotates a secret that does not exist", () => {
    expect(
      problemsOf({ secrets: { "smtp-pasword": { secretName: "a", key: "b" } }, rotations: { "smtp-user": 2 } }),
    ).toEqual([
      expect.objectContaining({
        setting: "altlas:secrets.smtp-pasword",
        remedy: containing("Did you mean smtp-password?"),
      }),
      expect.objectContaining({ setting: "altlas:rotations.smtp-user" }),
    ]);
  });

  it("says problems of the schema and of the model in one go", () => {
    const problems = problemsOf({ logLevel: "loud", services: [{ name: "nobody" }], edges: [] });
    expect(problems.map(({ setting }) => setting)).toEqual(["altlas:logLevel", "altlas:services[0].name"]);
  });
});

describe("a kubeconfig", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "altlas-kubeconfig-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const storage = { block: "ebs.csi.aws.com", shared: "efs.csi.aws.com" };
  const cluster = (kubeconfig: string) => ({ mode: "kubeconfig", kubeconfig, context: "mine", zones: ["a"], storage });

  it("that is not there, cannot be parsed, or lacks the context is refused before anything is registered", () => {
    expect(problemsOf({ cluster: cluster(join(folder, "absent")) })).toEqual([
      expect.objectContaining({ setting: "altlas:cluster.kubeconfig", why: "There is no such file." }),
    ]);
    expect(problemsOf({ cluster: cluster(folder) })).toEqual([
      expect.objectContaining({ setting: "altlas:cluster.kubeconfig", why: "The file cannot be read (EISDIR)." }),
    ]);
    const file = join(folder, "config");
    writeFileSync(file, "{ not: [yaml");
    expect(problemsOf({ cluster: cluster(file) })).toEqual([
      expect.objectContaining({ setting: "altlas:cluster.kubeconfig", why: containing("not YAML") }),
    ]);
    writeFileSync(file, "contexts: [{ name: theirs }]");
    expect(problemsOf({ cluster: cluster(file) })).toEqual([
      expect.objectContaining({ setting: "altlas:cluster.context", value: "mine", remedy: "Use one of: theirs." }),
    ]);
    writeFileSync(file, "contexts: [{ name: mine }]");
    expect(problemsOf({ cluster: cluster(file) })).toEqual([]);
  });
});
