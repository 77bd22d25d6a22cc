// The cases of the sampled rules alone: those of all rules take a second to load, which hundreds of runs would each pay.
import { describe, expect, test } from "vitest";
import { rules } from "../../policies/rules";
import { type Case, type RuleTests } from "../policies/case";
import {
  expectConfigured,
  expectExamples,
  expectFailure,
  expectNotApplicable,
  expectPass,
  expectUndecided,
} from "../policies/expectations";
import { sample } from "./sample.mjs";

describe.each(sample)("%s", async (file) => {
  const rule = rules.find(({ id }) => id === `ALT-${file.toUpperCase()}`)!;
  const { cases } = (await import(`../policies/rules/${file}.ts`)) as RuleTests;
  const all = <T extends Case>(kind: string, inputs: readonly T[], expectation: (input: T) => void) =>
    test.each(inputs)(`${kind}: $title`, expectation);

  test("is a rule", () => expect(rule).toBeDefined());
  test("its own examples", () => expectExamples(rule));
  all("passes", cases.pass, (input) => expectPass(rule, input));
  all("fails", cases.fail, (input) => expectFailure(rule, input));
  all("does not apply", cases.notApplicable, (input) => expectNotApplicable(rule, input));
  all("cannot tell", cases.unknown, (input) => expectUndecided(rule, input));
  all("configured", cases.configured ?? [], (input) => expectConfigured(rule, input));
});
