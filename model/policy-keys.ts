import { z } from "zod";
import { exemptionSchema } from "./exemptions";
import { policyLevelsSchema, ruleSettingsSchema } from "./rule-settings";

/** What every program's configuration may say to the policies that judge it. */
export const policyKeys = {
  exemptions: z
    .array(exemptionSchema)
    .default([])
    .describe("rules that a resource may break, with reason, owner and end"),
  policySettings: ruleSettingsSchema.default({}),
  policyLevels: policyLevelsSchema.default({}),
} as const;
