import { z } from "zod";

/**
 * Settings of single rules, by rule id. Which keys a rule takes is the rule's own schema; the policy pack checks them
 * and reports what is wrong with them, so that the program needs to know no rule.
 */
export const ruleSettingsSchema = z
  .record(
    z.string().regex(/^ALT-[A-Z0-9]+-\d{3}$/, "must be a rule's id such as ALT-K8S-024"),
    z.record(z.string(), z.unknown()),
  )
  .describe("settings of single policy rules, by rule id");

export type RuleSettings = z.infer<typeof ruleSettingsSchema>;
