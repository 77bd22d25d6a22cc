import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { rules } from "../../policies/rules";
import { projectFolder } from "../support/stack";
import {
  expectConfigured,
  expectExamples,
  expectFailure,
  expectNotApplicable,
  expectPass,
  expectUndecided,
} from "./expectations";
import { ruleTests } from "./rule-tests";

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

  test("its own examples pass and fail", () => expectExamples(rule));

  test.each(table?.pass ?? [])("passes: $title", (input) => expectPass(rule, input));

  test.each(table?.fail ?? [])("fails: $title", (input) => expectFailure(rule, input));

  test.each(table?.notApplicable ?? [])("does not apply: $title", (input) => expectNotApplicable(rule, input));

  test.each(table?.unknown ?? [])("cannot tell: $title", (input) => expectUndecided(rule, input));

  test.each(table?.configured ?? [])("configured, $outcome: $title", (input) => expectConfigured(rule, input));
});
