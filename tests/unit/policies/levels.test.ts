import { describe, expect, test } from "vitest";
import { levelOf, resolveLevels } from "../../../policies/settings/levels";
import { type Rule } from "../../../policies/rule";
import { rules } from "../../../policies/rules";
import { type PolicySettings, readPolicySettings, SettingsError } from "../../../policies/settings";
import { readSettings } from "../../../stacks/settings/load";

const byId = (id: string) => rules.find((rule) => rule.id === id)!;
/** A rule of the table with a fix of its own, whatever it does. */
const mending: Rule = { ...byId("ALT-K8S-020"), remediate: (inputs) => ({ ...inputs }) };
const table = rules.map((rule) => (rule.id === mending.id ? mending : rule));

function settings(levels: unknown, environment?: string): PolicySettings {
  const config = {
    "altlas:policyLevels": JSON.stringify(levels),
    ...(environment && { "altlas:environment": environment }),
  };
  return readPolicySettings(config, table);
}

describe("the level of a rule", () => {
  test("is its gate's in the stack's environment, when the stack sets none", () => {
    const gate = (each: Rule["gate"], environment?: string) =>
      levelOf({ id: "ALT-X-001", gate: each }, settings({}, environment));
    expect(["dev", "beta", undefined].map((each) => gate("mandatory", each))).toEqual(Array(3).fill("mandatory"));
    expect(["dev", "beta", undefined].map((each) => gate("mandatory-outside-dev", each))).toEqual([
      "advisory",
      "mandatory",
      "mandatory",
    ]);
    expect(["dev", "beta", undefined].map((each) => gate("advisory", each))).toEqual(Array(3).fill("advisory"));
  });

  test("is its severity's where the stack sets that, and its own before that", () => {
    const set = settings({ high: "advisory", "ALT-K8S-001": "mandatory", "ALT-K8S-020": "remediate" });
    expect(byId("ALT-K8S-001").severity).toBe("high");
    expect(levelOf(byId("ALT-K8S-002"), set)).toBe("advisory");
    expect(levelOf(byId("ALT-K8S-001"), set)).toBe("mandatory");
    expect(levelOf(mending, set)).toBe("remediate");
  });

  test("of the rule that judges the exemptions is no matter of severity", () => {
    expect(byId("ALT-OPS-005").severity).toBe("high");
    expect(levelOf(byId("ALT-OPS-005"), settings({ high: "advisory" }))).toBe("mandatory");
  });
});

describe("levels that are wrong", () => {
  test.each<[string, unknown, RegExp]>([
    [
      "a rule that there is not",
      { "ALT-K8S-999": "advisory" },
      /policyLevels\.ALT-K8S-999 = "advisory"\n.*There is no such rule\./,
    ],
    [
      "no rule and no severity",
      { hihg: "advisory" },
      /policyLevels\.hihg = "advisory"\n.*Is neither for a severity \(critical, high, medium, low\)/,
    ],
    [
      "a level that there is not",
      { low: "strict" },
      /policyLevels\.low = "strict"\n.*Must be one of mandatory, advisory, remediate\./,
    ],
    [
      "a rule switched off",
      { "ALT-K8S-001": "disabled" },
      /Cannot be disabled; exempt the resources that may break it/,
    ],
    ["remediation of a severity", { low: "remediate" }, /Cannot be remediate for a whole severity/],
    ["remediation by a rule that has none", { "ALT-NET-001": "remediate" }, /This rule has no remediation\./],
    ["the rule that judges exemptions", { "ALT-OPS-005": "advisory" }, /This rule judges the exemptions/],
    ["no object", ["high"], /altlas:policyLevels/],
  ])("are refused with a sentence: %s", (_, levels, says) => {
    expect(() => resolveLevels(levels, table)).toThrow(SettingsError);
    expect(() => resolveLevels(levels, table)).toThrow(says);
  });

  test("are told together with wrong rule settings", () => {
    const config = {
      "altlas:policyLevels": '{"ALT-K8S-999":"advisory"}',
      "altlas:policySettings": '{"ALT-K8S-998":{}}',
    };
    const read = () => readPolicySettings(config, table);
    expect(read).toThrow(/its settings are wrong \(2 problems\)/);
    expect(read).toThrow(/ALT-K8S-999[\s\S]*ALT-K8S-998/);
  });

  test("stop the program too, as far as it can know", () => {
    const { problems } = readSettings({
      "altlas:policyLevels": '{"low":"strict","x":"advisory","ALT-K8S-999":"advisory"}',
    });
    const ours = problems.filter(({ setting }) => setting.startsWith("altlas:policyLevels"));
    expect(ours.map(({ setting, why }) => [setting, why])).toEqual([
      ["altlas:policyLevels.low", "Must be one of mandatory, advisory, remediate."],
      ["altlas:policyLevels.x", expect.stringMatching(/^Is neither for a severity .*\.$/)],
    ]);
    expect(readSettings({ "altlas:policyLevels": '{"low":"advisory"}' }).settings.policyLevels).toEqual({
      low: "advisory",
    });
  });
});
