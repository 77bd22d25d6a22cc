import { exampleYaml } from "../docs/examples";
import { gates } from "../docs/gates";
import { settingRows } from "../docs/settings";
import { type Example, type Rule } from "../rule";
import { rulePage } from "../outputs/rule-page";

/** All about a rule, for a terminal. */
export function explain(rule: Rule): string {
  const sections = [
    `${rule.id}  ${rule.title}`,
    [
      `severity  ${rule.severity}`,
      `level     ${gates[rule.gate]}, unless the stack sets another`,
      `looks at  ${rule.scope === "resource" ? "one resource" : "several resources"}`,
      `plan      ${rule.planSteps.length === 0 ? "no step of its own" : `step ${rule.planSteps.join(", ")}`}`,
      `name      ${rule.slug}`,
      `page      ${rulePage(rule)}`,
    ].join("\n"),
    block("Why", rule.why),
    block("Fix", rule.fix),
    ...(rule.remediate
      ? [block("Mends by itself", `Where the stack sets altlas:policyLevels to ${rule.id}: remediate.`)]
      : []),
    ...settings(rule),
    example("Fails", rule.examples.fail, rule.id),
    example("Passes", rule.examples.pass, rule.id),
    ...(rule.peers.length === 0 ? [] : [block("The same check elsewhere", rule.peers.join("\n"))]),
  ];
  return `${sections.join("\n\n")}\n`;
}

function settings({ id, settings: schema }: Rule): string[] {
  if (!schema) return [];
  const rows = settingRows(schema).map(({ key, type, meaning, standard }) => {
    const initial = standard === undefined ? "no default" : `default ${JSON.stringify(standard)}`;
    return `${key}: ${type}; ${initial}${meaning === "" ? "" : `\n    ${meaning}`}`;
  });
  return [block(`Settings (altlas:policySettings, ${id})`, rows.join("\n"))];
}

function example(verb: string, given: Example, id: string): string {
  const yaml = exampleYaml(given, id).trimEnd();
  return block(`${verb}: ${given.title}`, yaml === "" ? "(nothing of its kind)" : yaml);
}

function block(title: string, text: string): string {
  return `${title}\n${text
    .split("\n")
    .map((line) => (line === "" ? "" : `  ${line}`))
    .join("\n")}`;
}
