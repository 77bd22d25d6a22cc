// A rule that judges wrongly must fail the suite: the same expectations as of the rules themselves, held against broken ones.
import { describe, expect, test } from "vitest";
import { type Rule, type Verdict } from "../../policies/rule";
import { rules } from "../../policies/rules";
import { type Case } from "./case";
import { expectExamples, expectFailure, expectPass, expectUndecided } from "./expectations";
import { ruleTests } from "./rule-tests";

/** The rule with other verdicts. */
const broken = (rule: Rule, change: (verdict: Verdict) => Verdict[]): Rule => ({
  ...rule,
  *judge(context) {
    for (const verdict of rule.judge(context)) yield* change(verdict);
  },
});

const passed = ({ resource, identity, part }: Verdict): Verdict => ({
  resource,
  identity,
  ...(part !== undefined && { part }),
  outcome: "pass",
  failures: [],
});

function holds(expectation: () => void): boolean {
  try {
    expectation();
    return true;
  } catch {
    return false;
  }
}

/** Another test says when a rule has no cases. */
const tested = rules.flatMap((rule) => {
  const cases = ruleTests[rule.id]?.cases;
  return cases ? [{ id: rule.id, rule, cases }] : [];
});

describe.each(tested)("$id would fail its own cases", ({ rule, cases }) => {
  const { pass, fail, unknown } = cases;
  /** Titles of the cases that a rule meets. */
  const met = <T extends Case>(cases: readonly T[], expectation: (rule: Rule, input: T) => void, wrong: Rule) =>
    cases.filter((input) => holds(() => expectation(wrong, input))).map(({ title }) => title);

  test("if it always passed", () => {
    const always = broken(rule, (verdict) => [passed(verdict)]);
    expect(holds(() => expectExamples(always))).toBe(false);
    expect(met(fail, expectFailure, always)).toEqual([]);
    expect(met(unknown, expectUndecided, always)).toEqual([]);
  });

  test("if it never failed", () => {
    const never = broken(rule, (verdict) => [verdict.outcome === "fail" ? passed(verdict) : verdict]);
    expect(holds(() => expectExamples(never))).toBe(false);
    expect(met(fail, expectFailure, never)).toEqual([]);
  });

  test("if it always failed", () => {
    const failure = { problem: "is wrong", path: "spec", fix: "mend it" };
    const always = broken(rule, (verdict) => [{ ...passed(verdict), outcome: "fail", failures: [failure] }]);
    expect(met(pass, expectPass, always)).toEqual([]);
    expect(met(unknown, expectUndecided, always)).toEqual([]);
  });

  test("if it took what is unknown for right", () => {
    const careless = broken(rule, (verdict) => [verdict.unknown ? passed(verdict) : verdict]);
    expect(met(unknown, expectUndecided, careless)).toEqual([]);
  });

  test("if it looked at nothing", () => {
    const blind = broken(rule, () => []);
    expect(met(fail, expectFailure, blind)).toEqual([]);
    expect(met(pass, expectPass, blind)).toEqual([]);
    expect(met(unknown, expectUndecided, blind)).toEqual([]);
  });
});
