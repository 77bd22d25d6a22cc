import { type RuleCases } from "./case";
import { networkCases } from "./network";
import { scalingCases } from "./scaling";
import { secretCases } from "./secrets";
import { workloadCases } from "./workloads";

/** The cases of every rule, by id. */
export const cases: Readonly<Record<string, RuleCases>> = {
  ...workloadCases,
  ...networkCases,
  ...scalingCases,
  ...secretCases,
};
