import { z } from "zod";

const ruleId = /^ALT-[A-Z0-9]+-\d{3}$/;

/**
 * Settings of single rules, by rule id. Which keys a rule takes is the rule's own schema; the policy pack checks them
 * and reports what is wrong with them, so that the program needs to know no rule.
 */
export const ruleSettingsSchema = z
  .record(z.string().regex(ruleId, "must be a rule's id such as ALT-K8S-024"), z.record(z.string(), z.unknown()))
  .describe("settings of single policy rules, by rule id");

export type RuleSettings = z.infer<typeof ruleSettingsSchema>;

/** Where a failure of a rule stops an update; `remediate`: what it finds is mended first, and what is left stops it. */
export const policyLevels = ["mandatory", "advisory", "remediate"] as const;
export type PolicyLevel = (typeof policyLevels)[number];

/** How bad a failure of a rule is, the worst first. */
export const severities = ["critical", "high", "medium", "low"] as const;
export type Severity = (typeof severities)[number];

/**
 * Levels of the policy pack, by severity or by rule id; the id wins over the severity. Whether a rule of that id is there,
 * and can mend anything, is known to the pack only.
 */
export const policyLevelsSchema = z
  .record(z.string(), z.custom<PolicyLevel>())
  .superRefine((levels, context) => {
    for (const [key, level] of Object.entries(levels)) {
      const message = problemOfLevel(key, level);
      if (message !== undefined) context.addIssue({ code: "custom", path: [key], message });
    }
  })
  .describe("how strict policy rules are, by severity or rule id: mandatory, advisory or (a rule's own) remediate");

export type PolicyLevels = z.infer<typeof policyLevelsSchema>;

/** What is wrong with one entry whatever rules there are. */
function problemOfLevel(key: string, level: unknown): string | undefined {
  const isSeverity = severities.some((severity) => severity === key);
  if (!isSeverity && !ruleId.test(key)) {
    return `is neither for a severity (${severities.join(", ")}) nor for a rule's id such as ALT-K8S-021`;
  }
  if (level === "disabled") {
    return "cannot be disabled; exempt the resources that may break it, with a reason and an end, or make it advisory";
  }
  if (!policyLevels.some((known) => known === level)) return `must be one of ${policyLevels.join(", ")}`;
  if (level === "remediate" && isSeverity) {
    return "cannot be remediate for a whole severity; name each rule whose findings shall be mended";
  }
  return undefined;
}
