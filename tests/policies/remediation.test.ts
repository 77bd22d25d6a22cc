import { describe, expect, test } from "vitest";
import { UNKNOWN, Unknown } from "../../policies/field";
import { mended } from "../../policies/mending";
import { type Draft, isDraft } from "../../policies/remediation";
import { type Rule } from "../../policies/rule";
import { rules } from "../../policies/rules";
import { readExemptions, resolveRuleSettings } from "../../policies/settings";
import { fromObjects } from "../../policies/sources/objects";
import { type Resource } from "../../policies/sources/resource";
import { compliant, findingsOf, judgeResources, type Manifest, today } from "./fixtures";
import { ruleTests } from "./rule-tests";

const mending = rules.filter(({ remediate }) => remediate !== undefined);
const named = mending.map((rule) => ({ id: rule.id, rule }));

/** The stack's settings under which a rule's example fails. */
const given = ({ id, examples }: Rule) => (examples.fail.settings ? { [id]: examples.fail.settings } : {});

function optionsOf(rule: Rule, exemptions: readonly unknown[] = []) {
  const settings = { ruleSettings: resolveRuleSettings(given(rule), rules), ...readExemptions(exemptions) };
  return { rules, settings, today };
}

const mend = (rule: Rule, inputs: Readonly<Record<string, unknown>>) =>
  rule.remediate!(inputs, optionsOf(rule).settings.ruleSettings.get(rule.id));

/** A copy that fails at every attempt to change it in place. */
function frozen<T>(value: T): T {
  if (Array.isArray(value)) return Object.freeze(value.map(frozen)) as T;
  if (typeof value !== "object" || value === null || value instanceof Unknown) return value;
  return Object.freeze(
    Object.fromEntries(Object.entries(value).map(([key, each]) => [key, frozen(each as unknown)])),
  ) as T;
}

/** What every resource that a rule can mend looks like, before and after. */
function attempts(rule: Rule): { before: Manifest; after: Draft | undefined }[] {
  const tables = ruleTests[rule.id]!.cases;
  const sets = [...tables.pass, ...tables.fail, ...tables.notApplicable, ...tables.unknown].map(({ edits = [] }) => {
    const manifests = compliant();
    for (const edit of edits) edit(manifests);
    return manifests;
  });
  return [...sets, rule.examples.fail.manifests ?? [], rule.examples.pass.manifests ?? []]
    .flat()
    .map((before) => ({ before, after: mend(rule, frozen(before)) }));
}

/** Every place below a value, with its holder, so that it can be replaced for a while. */
function* places(value: unknown): Generator<[Record<string, unknown>, string]> {
  if (typeof value !== "object" || value === null || value instanceof Unknown) return;
  for (const key of Object.keys(value)) {
    yield [value as Record<string, unknown>, key];
    yield* places((value as Record<string, unknown>)[key]);
  }
}

/** Paths of the unknown values. */
function unknowns(value: unknown, path = ""): string[] {
  if (value instanceof Unknown) return [path];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => unknowns(each, `${path}/${key}`));
}

const failures = (rule: Rule, resources: readonly Resource[]) =>
  findingsOf(judgeResources(resources, { only: [rule], settings: given(rule) }), rule.id).flatMap(
    ({ verdict }) => verdict.failures,
  ).length;

describe.each(named)("the remediation of $id", ({ rule }) => {
  test("mends the rule's failing example", () => {
    const { manifests = [] } = rule.examples.fail;
    const after = manifests.map((each) => mend(rule, each) ?? each);
    expect(after).not.toEqual(manifests);
    expect(failures(rule, fromObjects(manifests))).toBeGreaterThan(0);
    expect(failures(rule, fromObjects(after))).toBe(0);
  });

  test("leaves what passes as it is", () => {
    for (const manifest of compliant()) expect(mend(rule, manifest), JSON.stringify(manifest)).toBeUndefined();
    for (const manifest of rule.examples.pass.manifests ?? []) {
      // What passes only beside another resource of the example fails alone, which is all that a remediation sees.
      if (failures(rule, fromObjects([manifest])) === 0) expect(mend(rule, manifest)).toBeUndefined();
    }
  });

  test("does all at once, and never makes more failures", () => {
    for (const { before, after } of attempts(rule)) {
      if (!after) continue;
      expect(mend(rule, after)).toBeUndefined();
      if (rule.scope === "stack") continue;
      expect(failures(rule, fromObjects([after]))).toBeLessThanOrEqual(failures(rule, fromObjects([before])));
    }
  });

  test("keeps every unknown value where it is, whichever it is", () => {
    for (const manifest of structuredClone(rule.examples.fail.manifests ?? [])) {
      for (const [holder, key] of places(manifest)) {
        const value = holder[key];
        holder[key] = UNKNOWN;
        const after = mend(rule, manifest);
        if (after) expect(unknowns(after)).toEqual(unknowns(manifest));
        holder[key] = value;
      }
    }
  });

  test("never crashes on values of wrong types", () => {
    for (const manifest of structuredClone(rule.examples.fail.manifests ?? [])) {
      for (const [holder, key] of places(manifest)) {
        const value = holder[key];
        for (const wrong of [null, "", "x", 0, true, [], ["x"], [null], {}]) {
          holder[key] = wrong;
          expect(() => mend(rule, manifest)).not.toThrow();
        }
        holder[key] = value;
      }
    }
  });

  test("is not asked for a resource that passes, does not apply or is exempted", () => {
    const [first] = (rule.examples.fail.manifests ?? []).filter((each) => mend(rule, each) !== undefined);
    const [resource] = fromObjects([first!]);
    expect(mended(rule, resource!, optionsOf(rule))).toEqual(mend(rule, first!));
    const exemption = {
      rule: rule.id,
      resource: (first!.metadata as Manifest).name,
      reason: "It is replaced in the next release, which keeps the rule.",
      owner: "platform",
      expires: "2026-12-01",
    };
    expect(mended(rule, resource!, optionsOf(rule, [exemption]))).toBeUndefined();
    expect(mended(rule, resource!, optionsOf(rule, [{ ...exemption, expires: "2026-11-01" }]))).toBeDefined();
    for (const other of fromObjects(compliant())) expect(mended(rule, other, optionsOf(rule))).toBeUndefined();
  });
});

describe("the rules whose fix follows from the rule alone", () => {
  test("have a remediation", () => {
    const k8s = ["006", "020", "021", "022", "023", "025", "050", "051", "061"].map((number) => `ALT-K8S-${number}`);
    const wanted = [...k8s, "ALT-SCALE-011", "ALT-SCALE-023", "ALT-NET-006"];
    expect(mending.map(({ id }) => id)).toEqual(expect.arrayContaining(wanted));
  });
});

describe("a rule without a remediation", () => {
  test("mends nothing", () => {
    const rule = rules.find(({ remediate, scope }) => !remediate && scope === "resource")!;
    const [resource] = fromObjects(rule.examples.fail.manifests ?? []);
    expect(isDraft(resource!.inputs)).toBe(true);
    expect(mended(rule, resource!, optionsOf(rule))).toBeUndefined();
  });
});
