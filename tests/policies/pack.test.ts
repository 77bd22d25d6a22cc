import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rules } from "../../policies/rules";
import { type PortableReport } from "../../policies/portable";
import { secretOf, unknownValue } from "../support/provider-client";
import { app, compliant, drop, type Edit, find, type Manifest, set } from "./fixtures";
import { PackProcess, urnOf, type WireResource } from "./pack-client";

/** Manifests as the program registers them. */
function registered(edits: readonly Edit[] = []): WireResource[] {
  const manifests = compliant();
  for (const edit of edits) edit(manifests);
  return manifests.map((manifest) => {
    const apiVersion = manifest.apiVersion as string;
    const name = (manifest.metadata as Manifest).name as string;
    const version = apiVersion === "v1" ? "core/v1" : apiVersion;
    const properties =
      manifest.kind === "Secret" ? { ...manifest, stringData: secretOf(manifest.stringData) } : manifest;
    return { type: `kubernetes:${version}:${manifest.kind as string}`, name, properties };
  });
}

const slug = (id: string) => rules.find((rule) => rule.id === id)!.slug;
const deployment = (resources: readonly WireResource[]) => resources.find(({ type }) => type.endsWith(":Deployment"))!;
const exemption = {
  rule: "ALT-SCALE-020",
  resource: "Deployment/altlas/archive-service",
  reason: "Its two replicas are drained by hand until the next release.",
  owner: "platform",
  expires: new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10),
};

describe("the policy pack over the engine's protocol", () => {
  let pack: PackProcess;
  const folder = mkdtempSync(path.join(tmpdir(), "altlas-pack-"));
  const reportFile = path.join(folder, "report.json");
  beforeAll(async () => {
    pack = await PackProcess.start({ ALTLAS_POLICY_REPORT: reportFile });
    await pack.configureStack({ "altlas:environment": "dev" });
  });
  afterAll(async () => {
    await pack.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What an engine does in one run: shows each resource, then all. It uses a pack for one run; we use one for many. */
  const run = async (resources: readonly WireResource[]) => {
    const shown = [];
    for (const resource of resources) shown.push(...(await pack.analyze(resource)).diagnostics);
    return { shown, end: (await pack.analyzeStack(resources)).diagnostics };
  };

  test("offers one policy for each rule, a policy for warnings and a summary", async () => {
    const policies = await pack.policies();
    const expected = [...rules.map((rule) => rule.slug), "altlas-warnings", "altlas-summary"];
    expect(policies.map(({ name }) => name)).toEqual(expected);
    const [first] = policies;
    expect(first).toMatchObject({ displayname: "ALT-K8S-001 Every container requests cpu and memory" });
    expect(first!.tagsList).toContain("ALT-K8S-001");
  });

  describe("told what stands on what", () => {
    const provider = "urn:pulumi:dev::altlas::pulumi:providers:kubernetes::cluster";
    const object = (kind: string, name: string, more: Partial<WireResource>): WireResource => ({
      type: `kubernetes:core/v1:${kind}`,
      name,
      provider,
      properties: {
        apiVersion: "v1",
        kind,
        metadata: { name, ...(kind === "Namespace" ? {} : { namespace: "shop" }) },
      },
      ...more,
    });
    const namespace = object("Namespace", "shop", {});
    const saidOf = async (id: string, ...resources: readonly WireResource[]) =>
      (await run(resources)).end.filter(({ policy }) => policy === slug(id)).map(({ message }) => message);

    test.each([
      ["nothing", {}, 1],
      ["an explicit dependency", { dependencies: [urnOf(namespace)] }, 0],
      ["an input that was read from it", { propertyDependencies: { metadata: [urnOf(namespace)] } }, 0],
      ["another resource's name", { dependencies: [urnOf({ ...namespace, name: "other" })] }, 1],
    ])("refuses an object that may outlive its namespace; by %s", async (_, edges, count) => {
      const said = await saidOf("ALT-OPS-001", namespace, object("ConfigMap", "settings", edges));
      expect(said).toHaveLength(count);
      for (const text of said) expect(text).toMatch(/ConfigMap shop\/settings may be deleted after Namespace shop/);
    });

    test("knows a renamed resource by its alias", async () => {
      const file = path.join(folder, "urns.txt");
      writeFileSync(file, "kubernetes:core/v1:ConfigMap::old\n");
      await pack.configureStack({
        "altlas:environment": "beta",
        "altlas:policySettings": JSON.stringify({ "ALT-OPS-004": { file } }),
      });
      const [old] = [urnOf({ type: "kubernetes:core/v1:ConfigMap", name: "old" })];
      expect(await saidOf("ALT-OPS-004", object("ConfigMap", "new", { aliases: [old] }))).toEqual([]);
      expect(await saidOf("ALT-OPS-004", object("ConfigMap", "new", {}))).toEqual([
        expect.stringContaining("ConfigMap old is no longer registered as kubernetes:core/v1:ConfigMap::old"),
      ]);
      await pack.configureStack({ "altlas:environment": "dev" });
    });
  });

  test("finds nothing in a careful stack, and says how many checks that were", async () => {
    const resources = registered();
    const { shown, end } = await run(resources);
    expect(shown).toEqual([]);
    expect(end).toEqual([
      {
        policy: "altlas-summary",
        urn: "",
        level: "advisory",
        message: expect.stringMatching(
          /^How many checks.*\n\d+ rules: \d+ passed, 0 failed, 0 could not be told, \d+ not applicable\./,
        ) as string,
      },
    ]);
  });

  test("refuses a resource before it is made, by the rule's name, and does not repeat it at the end", async () => {
    const resources = registered([drop("Deployment", `${app}.resources.limits.memory`)]);
    const { shown, end } = await run(resources);
    expect(shown).toEqual([
      {
        policy: slug("ALT-K8S-002"),
        urn: "",
        level: "mandatory",
        message: expect.stringMatching(
          /^Every container has a memory limit\nALT-K8S-002 Container app of Deployment altlas\/archive-service has no memory/,
        ) as string,
      },
    ]);
    expect(end.map(({ policy }) => policy)).toEqual(["altlas-summary"]);
    expect(end[0]!.message).toContain("1 failed");
  });

  test("says at the end what one resource could not show, with the resource", async () => {
    const resources = registered([set("PodDisruptionBudget", "spec.maxUnavailable", 0)]);
    const budget = resources.find(({ type }) => type.endsWith("PodDisruptionBudget"))!;
    const { shown, end } = await run(resources);
    expect(shown).toEqual([]);
    expect(end).toContainEqual({
      policy: slug("ALT-SCALE-021"),
      urn: urnOf(budget),
      level: "mandatory",
      message: expect.stringContaining("lets no pod go: maxUnavailable 0 of the 2 pods") as string,
    });
  });

  test("reports at the end what was never shown one by one", async () => {
    const resources = registered([drop("Deployment", `${app}.livenessProbe`)]);
    const fresh = resources.map((resource) => ({ ...resource, name: `${resource.name}-unseen` }));
    const { diagnostics } = await pack.analyzeStack(fresh);
    expect(diagnostics.map(({ policy }) => policy)).toContain(slug("ALT-K8S-010"));
  });

  test("tells in a preview what it cannot tell, and neither passes nor fails it", async () => {
    const resources = registered([set("Deployment", `${app}.image`, unknownValue)]);
    const { shown, end } = await run(resources);
    expect(shown).toEqual([]);
    expect(end.map(({ policy }) => policy)).toEqual(["altlas-summary"]);
    expect(end[0]!.message).toMatch(/[1-9]\d* could not be told/);
    expect(end[0]!.message).toContain(
      "Container app of Deployment altlas/archive-service: spec.template.spec.containers[0].image is not known before the update (ALT-K8S-030",
    );
  });

  test("judges what the program asks for, not what the cluster filled in", async () => {
    await run(registered());
    // The autoscaler has set the number of replicas meanwhile.
    const outputs = registered([set("Deployment", "spec.replicas", 5)]);
    const { diagnostics } = await pack.analyzeStack(outputs);
    expect(diagnostics.map(({ policy }) => policy)).toEqual(["altlas-summary"]);
  });

  test("sees which values are secret: in a ConfigMap one fails, without its mark a Secret's does", async () => {
    const config: WireResource = {
      type: "kubernetes:core/v1:ConfigMap",
      name: "config",
      properties: {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: find(compliant(), "ConfigMap").metadata,
        data: { GREETING: secretOf("hello") },
      },
    };
    const leaked = await pack.analyze(config);
    expect(leaked.diagnostics.map(({ policy }) => policy)).toEqual([slug("ALT-K8S-040")]);
    expect(JSON.stringify(leaked.diagnostics)).not.toContain("hello");
    const secret = registered().find(({ type }) => type.endsWith(":Secret"))!;
    expect((await pack.analyze(secret)).diagnostics).toEqual([]);
    const unmarked = { ...secret, properties: { ...secret.properties, stringData: { password: "hello" } } };
    expect((await pack.analyze(unmarked)).diagnostics.map(({ policy }) => policy)).toEqual([slug("ALT-OPS-003")]);
  });

  test("says why a rule does not apply", async () => {
    const job: WireResource = {
      type: "kubernetes:batch/v1:Job",
      name: "import",
      properties: {
        apiVersion: "batch/v1",
        kind: "Job",
        metadata: { name: "import", namespace: "altlas" },
        spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "import" }] } } },
      },
    };
    const { notApplicable } = await pack.analyze(job);
    expect(notApplicable.get(slug("ALT-K8S-010"))).toBe("A container that ends by itself is judged by its exit code.");
    expect(notApplicable.has(slug("ALT-K8S-001"))).toBe(false);
  });

  test("keeps requests apart that arrive at once", async () => {
    const resources = Array.from({ length: 40 }, (_, index) => {
      const edits = index % 2 === 0 ? [drop("Deployment", `${app}.resources.limits.memory`)] : [];
      return { ...deployment(registered(edits)), name: `service-${index}` };
    });
    const answers = await Promise.all(resources.map((resource) => pack.analyze(resource)));
    expect(answers.map(({ diagnostics }) => diagnostics.length)).toEqual(resources.map((_, index) => (index + 1) % 2));
  });

  test("lists an exempted failure and does not stop for it; an exemption without use is only a warning", async () => {
    const resources = registered().filter(({ type }) => !type.endsWith("PodDisruptionBudget"));
    const unused = { ...exemption, rule: "ALT-K8S-030" };
    await pack.configureStack({
      "altlas:environment": "dev",
      "altlas:exemptions": JSON.stringify([exemption, unused]),
    });
    const { end } = await run(resources);
    await pack.configureStack({ "altlas:environment": "dev" });
    expect(end.map(({ policy, level }) => [policy, level])).toEqual([
      ["altlas-warnings", "advisory"],
      ["altlas-summary", "advisory"],
    ]);
    expect(end[0]!.message).toContain("is not needed: nothing that it names breaks ALT-K8S-030");
    expect(end[1]!.message).toContain("1 exempted");
    expect(end[1]!.message).toContain(`by platform until ${exemption.expires}: ${exemption.reason}`);
    expect(end[1]!.message).toContain("Exemptions that end soon");
  });

  test("an exemption that has ended is a mandatory failure, beside the one that it covered", async () => {
    const resources = registered().filter(({ type }) => !type.endsWith("PodDisruptionBudget"));
    const ended = JSON.stringify([{ ...exemption, expires: "2026-01-31" }]);
    await pack.configureStack({ "altlas:environment": "dev", "altlas:exemptions": ended });
    const { end } = await run(resources);
    await pack.configureStack({ "altlas:environment": "dev" });
    const mandatory = end.filter(({ level }) => level === "mandatory").map(({ policy }) => policy);
    expect(mandatory).toEqual([slug("ALT-SCALE-020"), slug("ALT-OPS-005")]);
  });

  test("takes a rule's settings from the stack's configuration", async () => {
    const resource = deployment(registered([set("Deployment", `${app}.image`, "ghcr.io/a/b:lts")]));
    const settings = (mutableTags: string[]) => JSON.stringify({ "ALT-K8S-030": { mutableTags } });
    const dev = { "altlas:environment": "dev" };
    await pack.configureStack({ ...dev, "altlas:policySettings": settings(["latest"]) });
    const allowed = await pack.analyze(resource);
    await pack.configureStack({ ...dev, "altlas:policySettings": settings(["lts"]) });
    const refused = await pack.analyze(resource);
    await pack.configureStack(dev);
    expect(allowed.diagnostics).toEqual([]);
    expect(refused.diagnostics.map(({ policy }) => policy)).toEqual([slug("ALT-K8S-030")]);
  });

  test("stops by the levels that the stack sets: a rule's own, else its severity's", async () => {
    const resource = deployment(
      registered([drop("Deployment", `${app}.resources.limits`), drop("Deployment", `${app}.livenessProbe`)]),
    );
    const levels = async (of: Readonly<Record<string, string>>) => {
      await pack.configureStack({ "altlas:environment": "prod", "altlas:policyLevels": JSON.stringify(of) });
      const { diagnostics } = await pack.analyze(resource);
      return Object.fromEntries(diagnostics.map(({ policy, level }) => [policy, level]));
    };
    const [limits, probes] = [slug("ALT-K8S-002"), slug("ALT-K8S-010")];
    expect(await levels({})).toMatchObject({ [limits]: "mandatory", [probes]: "mandatory" });
    expect(await levels({ high: "advisory" })).toMatchObject({ [limits]: "advisory", [probes]: "advisory" });
    expect(await levels({ high: "advisory", "ALT-K8S-010": "mandatory" })).toMatchObject({
      [limits]: "advisory",
      [probes]: "mandatory",
    });
    await pack.configureStack({ "altlas:environment": "dev" });
  });

  test("refuses wrong levels and settings with all problems, and no stack trace", async () => {
    const wrong = { "ALT-K8S-030": { mutableTag: ["latest"] }, "ALT-K8S-999": {}, "ALT-K8S-001": {} };
    const refusal = pack.configureStack({
      "altlas:policySettings": JSON.stringify(wrong),
      "altlas:policyLevels": JSON.stringify({ "ALT-K8S-001": "remediate" }),
    });
    await expect(refusal).rejects.toThrow(/its settings are wrong \(4 problems\)/);
    await expect(refusal).rejects.toThrow(/altlas:policyLevels.ALT-K8S-001[\s\S]*This rule has no remediation/);
    await expect(refusal).rejects.toThrow(/altlas:policySettings.ALT-K8S-999[\s\S]*There is no such rule/);
    await expect(refusal).rejects.not.toThrow(/\n {4}at /);
    await pack.configureStack({ "altlas:environment": "dev" });
  });

  test("writes the whole report for other commands, without values of secrets", async () => {
    const resources = registered([set("ConfigMap", "data", { DB_PASSWORD: "hunter22" })]);
    await run(resources);
    const text = readFileSync(reportFile, "utf8");
    const report = JSON.parse(text) as PortableReport;
    expect(report.blocked).toBe(true);
    expect(report.findings.find(({ id, outcome }) => id === "ALT-K8S-040" && outcome === "fail")).toMatchObject({
      identity: { kind: "ConfigMap", name: "archive-service" },
      failures: [{ problem: expect.stringMatching(/^has key DB_PASSWORD/) as string }],
    });
    expect(text).not.toContain("hunter22");
  });
});
