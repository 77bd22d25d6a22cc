import { type Problem } from "../../model/problem";
import { type PolicyLevel, policyLevelsSchema, severities } from "../../model/rule-settings";
import { type Gate, type Rule } from "../rule";
import { type PolicySettings } from ".";
import { SettingsError, toProblems } from "./error";

/** Where a stack sets levels. */
const setting = "altlas:policyLevels";

/** What becomes of a rule's failures: the level that the stack sets, else its gate's in the stack's environment. */
export function levelOf(rule: Pick<Rule, "id" | "gate">, settings: PolicySettings): PolicyLevel {
  return settings.levels?.get(rule.id) ?? (isMandatory(rule.gate, settings.environment) ? "mandatory" : "advisory");
}

/**
 * Level of each rule that the stack sets one for, by its id or else by its severity.
 *
 * @throws SettingsError with every key that names no rule, and every rule that cannot have its level.
 */
export function resolveLevels(given: unknown, rules: readonly Rule[]): ReadonlyMap<string, PolicyLevel> {
  const parsed = policyLevelsSchema.safeParse(given);
  if (!parsed.success) throw new SettingsError(toProblems(setting, given, parsed.error));
  const known = new Map(rules.map((rule) => [rule.id, rule]));
  const problems = Object.entries(parsed.data).flatMap(([key, level]): Problem[] => {
    if (severities.some((severity) => severity === key)) return [];
    const why = problemOf(known.get(key), level);
    const remedy = "Remove it or set another level; docs/rules/README.md lists the rules, and which of them can mend.";
    return why === undefined ? [] : [{ setting: `${setting}.${key}`, value: level, why, remedy }];
  });
  if (problems.length > 0) throw new SettingsError(problems);
  return new Map(
    rules.flatMap((rule) => {
      // A rule that judges the exemptions is no matter of severity: without it an exemption would never end.
      const level = parsed.data[rule.id] ?? (rule.judgesExemptions ? undefined : parsed.data[rule.severity]);
      return level === undefined ? [] : [[rule.id, level] as const];
    }),
  );
}

function problemOf(rule: Rule | undefined, level: PolicyLevel): string | undefined {
  if (!rule) return "There is no such rule.";
  if (rule.judgesExemptions) return "This rule judges the exemptions; its level cannot be changed.";
  if (level === "remediate" && !rule.remediate) return "This rule has no remediation.";
  return undefined;
}

/** Whether a gate stops the update in an environment. */
function isMandatory(gate: Gate, environment: string | undefined): boolean {
  return gate === "mandatory" || (gate === "mandatory-outside-dev" && environment !== "dev");
}
