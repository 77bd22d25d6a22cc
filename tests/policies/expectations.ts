import { expect } from "vitest";
import { type Example, type Rule, sentence } from "../../policies/rule";
import { fromObjects } from "../../policies/sources/objects";
import { type Case, type ConfiguredCase, type FailingCase, type UndecidedCase } from "./case";
import { findingsOf, judge, judgeResources } from "./fixtures";

function run(rule: Rule, { edits = [], resources, options = {} }: Case) {
  // Some cases need other rules beside; the one under test may be another than the table's of that id.
  const only = (options.only ?? [rule]).map((each) => (each.id === rule.id ? rule : each));
  const report = resources ? judgeResources(resources, { ...options, only }) : judge(edits, { ...options, only });
  return findingsOf(report, rule.id);
}

const outcomesOf = (rule: Rule, input: Case) => run(rule, input).map(({ outcome }) => outcome);

function messages(rule: Rule, input: Case): { text: string; path: string }[] {
  return run(rule, input).flatMap(({ verdict }) =>
    verdict.failures.map((failure) => ({ text: sentence(verdict, failure), path: failure.path })),
  );
}

/** The examples of a rule do what they say. */
export function expectExamples(rule: Rule): void {
  const outcomes = (example: Example) =>
    outcomesOf(rule, {
      title: example.title,
      resources: [...fromObjects(example.manifests ?? []), ...(example.resources ?? [])],
      options: {
        ...(example.exemptions && { exemptions: example.exemptions }),
        ...(example.settings && { settings: { [rule.id]: example.settings } }),
      },
    });
  expect(outcomes(rule.examples.fail)).toContain("fail");
  const passing = outcomes(rule.examples.pass);
  expect(passing).not.toContain("fail");
  expect(passing).not.toContain("cannotTell");
  // Exemptions that do not exist are the one thing that passes by being absent.
  if (!rule.judgesExemptions) expect(passing).toContain("pass");
}

/** The rule passes, and says nothing. */
export function expectPass(rule: Rule, input: Case): void {
  const outcomes = outcomesOf(rule, input);
  expect(messages(rule, input)).toEqual([]);
  expect(outcomes).toContain("pass");
  expect(outcomes).not.toContain("cannotTell");
}

/** The rule finds exactly the failures of the case. */
export function expectFailure(rule: Rule, input: FailingCase): void {
  const found = messages(rule, input);
  expect(found.map(({ text }) => text)).toHaveLength(input.count ?? 1);
  for (const { text } of found) {
    expect(text).toMatch(input.says);
    expect(text).toMatch(/; .+\.$/);
  }
  expect(found.map(({ path }) => path)).toContain(input.at);
}

/** The rule says of all that it looks at why it does not apply. */
export function expectNotApplicable(rule: Rule, input: Case): void {
  const findings = run(rule, input);
  expect(findings.filter(({ outcome }) => outcome !== "notApplicable")).toEqual([]);
  for (const { verdict } of findings) expect(verdict.reason).toMatch(/^[A-Z].*\.$/);
}

/** The rule names the property without which it cannot tell. */
export function expectUndecided(rule: Rule, input: UndecidedCase): void {
  const findings = run(rule, input);
  expect(messages(rule, input)).toEqual([]);
  expect(findings.flatMap(({ verdict }) => verdict.unknown?.path ?? [])).toContain(input.because);
  expect(findings.map(({ outcome }) => outcome)).toContain("cannotTell");
}

/** A setting of the rule decides its outcome. */
export function expectConfigured(rule: Rule, input: ConfiguredCase): void {
  const outcomes = outcomesOf(rule, input);
  if (input.outcome === "absent") expect(outcomes).toEqual([]);
  else expect(outcomes).toContain(input.outcome);
  if (input.outcome !== "fail") expect(outcomes).not.toContain("fail");
  // The setting decides: without it the outcome is another one.
  const without = outcomesOf(rule, { ...input, options: { ...input.options, settings: {} } });
  expect(without.includes("fail")).toBe(input.outcome !== "fail");
}
