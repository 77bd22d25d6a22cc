import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { rules } from "../../policies/rules";
import { type Example, type Rule, sentence } from "../../policies/rule";
import { fromObjects } from "../../policies/sources/objects";
import { projectFolder } from "../support/stack";
import { type Case } from "./case";
import { ruleTests } from "./rule-tests";
import { findingsOf, judge, judgeResources } from "./fixtures";

function run(rule: Rule, { edits = [], resources, options = {} }: Case) {
  const only = { only: [rule], ...options };
  const report = resources ? judgeResources(resources, only) : judge(edits, only);
  return findingsOf(report, rule.id);
}

function messages(rule: Rule, input: Case): { text: string; path: string }[] {
  return run(rule, input).flatMap(({ verdict }) =>
    verdict.failures.map((failure) => ({ text: sentence(verdict, failure), path: failure.path })),
  );
}

describe("the table of rules", () => {
  const files = readdirSync(join(projectFolder, "policies", "rules")).filter((name) => /-\d+\.ts$/.test(name));

  test("holds every file once", () => {
    const ids = files.map((file) => `ALT-${file.replace(/\.ts$/, "").toUpperCase()}`);
    expect(rules.map(({ id }) => id).sort()).toEqual(ids.sort());
  });

  test("gives each rule its own id and slug", () => {
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    expect(new Set(rules.map(({ slug }) => slug)).size).toBe(rules.length);
  });

  test("has every rule that the first issue names", () => {
    const k8s = ["001", "002", "010", "012", "020", "023", "024", "030", "040", "050", "063", "064"];
    const named = [
      ...k8s.map((number) => `ALT-K8S-${number}`),
      ...["002", "020", "021"].map((number) => `ALT-SCALE-${number}`),
      ...["001", "002", "005"].map((number) => `ALT-NET-${number}`),
      ...["003", "005"].map((number) => `ALT-OPS-${number}`),
    ];
    expect(rules.map(({ id }) => id)).toEqual(expect.arrayContaining(named));
  });
});

describe.each(rules.map((rule) => ({ id: rule.id, rule })))("$id", ({ id, rule }) => {
  const table = ruleTests[id]?.cases;

  test("says all about itself", () => {
    expect(rule.slug).toMatch(/^[a-z]+(-[a-z]+){3,}$/);
    expect(rule.title).toMatch(/^[A-Z].*[^.]$/);
    expect(rule.why).toMatch(/^[A-Z][\s\S]{60,}\.$/);
    expect(rule.fix).toMatch(/^[A-Z].*\.$/);
  });

  test("has cases of every kind", () => {
    expect(table).toBeDefined();
    for (const kind of ["pass", "fail", "notApplicable", "unknown"] as const) {
      expect(table![kind].length, kind).toBeGreaterThan(0);
    }
    expect((table!.configured?.length ?? 0) > 0, "configured cases if and only if there are settings").toBe(
      rule.settings !== undefined,
    );
  });

  test("its own examples pass and fail", () => {
    const outcomes = (example: Example) =>
      run(rule, {
        title: example.title,
        resources: [...fromObjects(example.manifests ?? []), ...(example.resources ?? [])],
        options: {
          ...(example.exemptions && { exemptions: example.exemptions }),
          ...(example.settings && { settings: { [rule.id]: example.settings } }),
        },
      }).map(({ outcome }) => outcome);
    expect(outcomes(rule.examples.fail)).toContain("fail");
    const passing = outcomes(rule.examples.pass);
    expect(passing).not.toContain("fail");
    expect(passing).not.toContain("cannotTell");
    // Exemptions that do not exist are the one thing that passes by being absent.
    if (!rule.judgesExemptions) expect(passing).toContain("pass");
  });

  test.each(table?.pass ?? [])("passes: $title", (input) => {
    const outcomes = run(rule, input).map(({ outcome }) => outcome);
    expect(messages(rule, input)).toEqual([]);
    expect(outcomes).toContain("pass");
    expect(outcomes).not.toContain("cannotTell");
  });

  test.each(table?.fail ?? [])("fails: $title", (input) => {
    const found = messages(rule, input);
    expect(found.map(({ text }) => text)).toHaveLength(input.count ?? 1);
    for (const { text } of found) {
      expect(text).toMatch(input.says);
      expect(text).toMatch(/; .+\.$/);
    }
    expect(found.map(({ path }) => path)).toContain(input.at);
  });

  test.each(table?.notApplicable ?? [])("does not apply: $title", (input) => {
    const findings = run(rule, input);
    expect(findings.filter(({ outcome }) => outcome !== "notApplicable")).toEqual([]);
    for (const { verdict } of findings) expect(verdict.reason).toMatch(/^[A-Z].*\.$/);
  });

  test.each(table?.unknown ?? [])("cannot tell: $title", (input) => {
    const findings = run(rule, input);
    expect(messages(rule, input)).toEqual([]);
    expect(findings.flatMap(({ verdict }) => verdict.unknown?.path ?? [])).toContain(input.because);
    expect(findings.map(({ outcome }) => outcome)).toContain("cannotTell");
  });

  test.each(table?.configured ?? [])("configured, $outcome: $title", (input) => {
    const outcomes = run(rule, input).map(({ outcome }) => outcome);
    if (input.outcome === "absent") expect(outcomes).toEqual([]);
    else expect(outcomes).toContain(input.outcome);
    if (input.outcome !== "fail") expect(outcomes).not.toContain("fail");
    // The setting decides: without it the outcome is another one.
    const without = run(rule, { ...input, options: { ...input.options, settings: {} } }).map(({ outcome }) => outcome);
    expect(without.includes("fail")).toBe(input.outcome !== "fail");
  });
});
