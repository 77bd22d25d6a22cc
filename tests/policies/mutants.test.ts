import { beforeAll, describe, expect, test } from "vitest";
import { readScale } from "../../policies/settings/catalogue";
import { stackRuleSettings } from "../../policies/settings/platform";
import { connectivitySettings } from "../../policies/settings/connectivity";
import { sentence } from "../../policies/rule";
import { rules } from "../../policies/rules";
import { type Resource } from "../../policies/sources/resource";
import { catalogue } from "../../stacks/altlas";
import { type Mutant } from "./case";
import { findingsOf, judgeResources } from "./fixtures";
import { type StackVariation } from "../support/program";
import { stackConfig } from "../support/stack";
import { committedKeys } from "../support/golden/files";
import { recordedResources } from "./recorded";
import { ruleTests } from "./rule-tests";

function mutate(resources: readonly Resource[], { edits = [], change }: Mutant): Resource[] {
  const copy = resources.map((resource) => ({ ...resource, inputs: structuredClone(resource.inputs) }));
  // Edits remove and change inputs in place; a resource whose inputs were removed is gone.
  const manifests = copy.map(({ inputs }) => inputs);
  for (const edit of edits) edit(manifests);
  const left = copy.filter(({ inputs }) => manifests.includes(inputs));
  change?.(left);
  return left;
}

/** What is recorded has dev's sizes and node pools, in whatever environment it is judged. */
const config = stackConfig("dev");
const read = (key: string): unknown => {
  const text = config[`altlas:${key}`];
  return text?.startsWith("{") || text?.startsWith("[") ? JSON.parse(text) : text;
};
const scale = readScale(read("scale"));
const stack = stackRuleSettings(read);
/** What dev declares about its network, and what it registered when that was last agreed on. */
const settings = { ...connectivitySettings(stackConfig("dev")), "ALT-OPS-004": { urns: committedKeys("dev") } };

const exemptions = JSON.parse(stackConfig("dev")["altlas:exemptions"]!) as unknown[];
/** Images of dev that are not the project's own. */
const foreignImages = ["metrics-server", "postgresql", "pgbouncer", "postgres-exporter", "pgbouncer-exporter"];
/** Sentences of ALT-DB-014 and ALT-DB-015. */
const isOfSmallForm = (text: string) => /read replica|all its servers in one zone|automatic failover/.test(text);
const digest = `sha256:${"5f".repeat(32)}`;
/** What a release adds to the stack: the digest of each image that was tested. */
const released: StackVariation = {
  changes: {
    services: catalogue.services.map(({ name }) => ({ name, digest })),
    images: {
      ...(read("images") as object),
      digests: Object.fromEntries(foreignImages.map((name) => [name, digest])),
    },
  },
};

let beta: Promise<readonly Resource[]> | undefined;
/** What stack beta registers, recorded when the first mutant asks for it. */
const betaResources = () => (beta ??= recordedResources("beta"));

describe("our own program, stack dev", () => {
  let resources: readonly Resource[] = [];
  beforeAll(async () => {
    resources = await recordedResources("dev", released);
  });

  test.each([false, true])("breaks no rule in any environment; preview: %s", async (preview) => {
    const recorded = preview ? await recordedResources("dev", { ...released, preview }) : resources;
    for (const environment of ["dev", "beta", "prod"]) {
      const report = judgeResources(recorded, { environment, exemptions, scale, stack, settings });
      const failures = report.findings.flatMap(({ verdict, outcome }) =>
        outcome === "exempted" ? [] : verdict.failures.map((each) => sentence(verdict, each)),
      );
      expect(failures.filter((text) => environment === "dev" || !isOfSmallForm(text))).toEqual([]);
      // One small server without failover is what dev is for, and is refused anywhere else.
      expect(failures.filter(isOfSmallForm)).toHaveLength(environment === "dev" ? 0 : 3);
      expect(report.exemptions.filter(({ status, uses }) => status !== "active" || uses === 0)).toEqual([]);
      expect(report.totals.pass).toBeGreaterThan(300);
    }
  });

  test("without a release, beta misses each digest and nothing else; dev is content with tags", async () => {
    const recorded = await recordedResources("dev");
    const failed = (environment: string) =>
      judgeResources(recorded, { environment, exemptions, scale, stack, settings }).findings.filter(
        ({ outcome }) => outcome === "fail",
      );
    expect(failed("dev")).toEqual([]);
    const ids = failed("beta").map(({ rule }) => rule.id);
    expect(new Set(ids)).toEqual(new Set(["ALT-K8S-031", "ALT-DB-014", "ALT-DB-015"]));
    expect(ids.length).toBeGreaterThan(catalogue.services.length + foreignImages.length);
  });

  test("every rule has something to judge in it, or none of its kind exists", () => {
    const idle = judgeResources(resources, { scale, stack, settings })
      .rules.filter(({ counts }) => counts.pass === 0)
      .map(({ rule }) => rule.id);
    // Stores that vote, entries from outside, exemptions and AWS: dev has none. Its database has no failover, no replicas
    // and no backups outside.
    const absent = ["ALT-SCALE-022", "ALT-NET-007", "ALT-OPS-005", "ALT-DB-008", "ALT-DB-014", "ALT-DB-015"];
    const cloud = rules.map(({ id }) => id).filter((id) => id.startsWith("ALT-AWS-"));
    expect(idle.sort()).toEqual([...absent, ...cloud, "ALT-SCALE-009", "ALT-SCALE-012"].sort());
  });

  test("stack beta breaks no rule but the one on digests that nobody has released yet", async () => {
    const given = stackConfig("beta");
    const value = (key: string): unknown => {
      const text = given[`altlas:${key}`];
      return text?.startsWith("{") || text?.startsWith("[") ? JSON.parse(text) : text;
    };
    const report = judgeResources(await betaResources(), {
      environment: "beta",
      exemptions: (value("exemptions") ?? []) as unknown[],
      ...(given["altlas:scale"] !== undefined && { scale: readScale(value("scale")) }),
      stack: stackRuleSettings(value),
      settings: { ...connectivitySettings(given), "ALT-OPS-004": { urns: committedKeys("beta") } },
    });
    const failures = report.findings.flatMap(({ rule, verdict, outcome }) =>
      outcome === "exempted" || rule.id === "ALT-K8S-031"
        ? []
        : verdict.failures.map((each) => sentence(verdict, each)),
    );
    expect(failures).toEqual([]);
    const judged = report.rules.filter(({ counts }) => counts.pass > 0).map(({ rule }) => rule.id);
    expect(judged.filter((id) => id.startsWith("ALT-AWS-")).length).toBeGreaterThanOrEqual(14);
    expect(judged).toEqual(expect.arrayContaining(["ALT-OPS-001", "ALT-OPS-004"]));
  });

  test("every rule has a mutant", () => {
    const caught = Object.entries(ruleTests).flatMap(([id, { mutants }]) => (mutants.length > 0 ? [id] : []));
    expect(caught.sort()).toEqual(rules.map(({ id }) => id).sort());
  });

  describe.each(Object.entries(ruleTests))("%s catches", (id, { mutants }) => {
    test.each(mutants)("$title", async (mutant) => {
      const beta = mutant.stack === "beta" ? await betaResources() : undefined;
      const found = findingsOf(
        judgeResources(mutate(beta ?? resources, mutant), {
          ...(beta ? { environment: "beta" } : { environment: "dev", scale, stack, settings }),
          ...mutant.options,
        }),
        id,
      )
        .filter(({ outcome }) => outcome === "fail")
        .flatMap(({ verdict }) => verdict.failures.map((failure) => sentence(verdict, failure)));
      expect(
        found.some((text) => mutant.says.test(text)),
        found.join("\n"),
      ).toBe(true);
    });
  });
});
