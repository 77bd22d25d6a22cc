import { longestExemptionDays } from "../../model/exemptions";
import { evaluate } from "../evaluate";
import { Graph } from "../graph/graph";
import { type Example, type Rule, sentence } from "../rule";
import { projectSettings, readPolicySettings } from "../settings";
import { fromObjects } from "../sources/objects";
import { exampleConfig, exampleYaml, yaml } from "./examples";
import { gates } from "./gates";
import { settingRows } from "./settings";

/** The examples are judged on this day, so that their sentences stay the same; it is the tests' day. */
const today = "2026-11-23";

const scopes: Readonly<Record<Rule["scope"], string>> = {
  resource: "one resource; refused before it is made",
  stack: "several resources; judged at the end of a preview or an update",
};

/** Areas by the middle part of a rule's id, in the order of the catalogue. */
const areas: Readonly<Record<string, string>> = {
  K8S: "Workloads",
  SCALE: "Scaling, placement and disruption",
  NET: "Network",
  OPS: "The stack itself",
};

const note = (source: string) => `<!-- Made from ${source} by "npm run docs". Change it there. -->`;

/** Every page below `docs/rules/`, by file name. The same rules give the same text. */
export function rulePages(rules: readonly Rule[]): ReadonlyMap<string, string> {
  return new Map([
    ["README.md", indexPage(rules)],
    ...rules.map((rule) => [`${rule.id}.md`, page(rule, rules)] as const),
  ]);
}

function indexPage(rules: readonly Rule[]): string {
  const byArea = new Map<string, Rule[]>();
  for (const rule of rules) {
    const area = rule.id.split("-")[1] ?? "";
    byArea.set(area, [...(byArea.get(area) ?? []), rule]);
  }
  const sections = [...byArea].map(([area, members]) =>
    [
      `## ${areas[area] ?? area} (ALT-${area})`,
      "",
      ...table(
        ["Rule", "What must hold", "Severity", "Gate", "Plan", "Mends"],
        members.map((rule) => [
          `[${rule.id}](${rule.id}.md)`,
          rule.title,
          rule.severity,
          rule.gate,
          rule.planSteps.join(", "),
          rule.remediate ? "yes" : "",
        ]),
      ),
    ].join("\n"),
  );
  const gateLines = Object.entries(gates).map(([gate, meaning]) => `- \`${gate}\`: ${meaning}.`);
  return `${[
    note("policies/rules"),
    `# The policy rules`,
    `${rules.length} rules. [policies/README.md](../../policies/README.md) says how they run, how a stack sets levels and rule settings, and how a resource is exempted. \`npm run policy -- explain <rule>\` shows a page in the terminal.`,
    `The gate is a rule's level where the stack sets none:\n\n${gateLines.join("\n")}`,
    ...sections,
  ].join("\n\n")}\n`;
}

function page(rule: Rule, rules: readonly Rule[]): string {
  const file = `policies/rules/${rule.id.replace(/^ALT-/, "").toLowerCase()}.ts`;
  return `${[
    note(file),
    `# ${rule.id}: ${rule.title}`,
    facts(rule, file).join("\n"),
    `## Why\n\n${rule.why}`,
    `## Fix\n\n${rule.fix}`,
    remediationText(rule),
    ...settingsText(rule),
    ...failingExample(rule, rules),
    `## An example that passes: ${rule.examples.pass.title}\n\n${fenced(exampleYaml(rule.examples.pass, rule.id))}`,
    ...(rule.peers.length > 0
      ? [`## The same check elsewhere\n\n${rule.peers.map((peer) => `- ${peer}`).join("\n")}`]
      : []),
  ].join("\n\n")}\n`;
}

function facts(rule: Rule, file: string): string[] {
  return table(
    ["", ""],
    [
      ["Severity", rule.severity],
      ["Gate", gates[rule.gate]],
      ["Looks at", scopes[rule.scope]],
      ["Plan", rule.planSteps.length === 0 ? "no step of its own" : `step ${rule.planSteps.join(", ")}`],
      ["Policy name", `\`${rule.slug}\``],
      ["Source", `[${file}](../../${file})`],
    ],
  );
}

function remediationText(rule: Rule): string {
  if (rule.judgesExemptions) {
    return `It judges the exemptions: it cannot be exempted, and no stack can change its level. An exemption lasts ${longestExemptionDays} days at most.`;
  }
  if (!rule.remediate) return "Remediation: none. The right value depends on more than this rule.";
  const config = yaml({ config: { "altlas:policyLevels": { [rule.id]: "remediate" } } });
  return `Remediation: where a stack asks for it, the pack adds what is missing before the resource is shown to the engine. Values that are unknown or that somebody chose stay.\n\n${fenced(config)}`;
}

function settingsText({ id, settings }: Rule): string[] {
  if (!settings) return [];
  const rows = settingRows(settings);
  const standards = Object.fromEntries(
    rows.flatMap(({ key, standard }) => (standard === undefined ? [] : [[key, standard] as const])),
  );
  const keys = rows.map(({ key, type, meaning, standard }) => [
    `\`${key}\``,
    type,
    `${meaning}${standard === undefined ? " (no default)" : ""}`,
  ]);
  const ours = projectSettings[id];
  return [
    `## Settings\n\n${table(["Key", "Type", "Meaning"], keys).join("\n")}`,
    ...(Object.keys(standards).length > 0
      ? [`Defaults, as a stack would write them:\n\n${configOf(id, standards)}`]
      : []),
    ...(ours ? [`This project sets for all its stacks (policies/settings/):\n\n${configOf(id, ours)}`] : []),
  ];
}

function configOf(id: string, settings: Readonly<Record<string, unknown>>): string {
  return fenced(yaml({ config: { "altlas:policySettings": { [id]: settings } } }));
}

function failingExample(rule: Rule, rules: readonly Rule[]): string[] {
  const example = rule.examples.fail;
  const said = saidOf(rule, rules, example);
  return [
    `## An example that fails: ${example.title}\n\n${fenced(exampleYaml(example, rule.id))}`,
    `It says:\n\n${said.map((text) => `> ${escaped(text)}`).join("\n>\n")}`,
  ];
}

/** The sentences that a rule says about an example. */
function saidOf(rule: Rule, rules: readonly Rule[], example: Example): string[] {
  const { manifests = [], resources = [] } = example;
  const config = Object.fromEntries(
    Object.entries(exampleConfig(example, rule.id)).map(([key, value]) => [key, JSON.stringify(value)]),
  );
  const settings = readPolicySettings(config, rules);
  const graph = new Graph([...fromObjects(manifests), ...resources]);
  return evaluate(graph, { rules, chosen: [rule], settings, today }).findings.flatMap(({ verdict }) =>
    verdict.failures.map((failure) => sentence(verdict, failure)),
  );
}

function fenced(text: string): string {
  return `\`\`\`yaml\n${text}\`\`\``;
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`;
  return [line(titles), line(titles.map(() => "---")), ...rows.map(line)];
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

/** Sentences hold property paths and wildcards, which Markdown would take for its own signs. */
function escaped(text: string): string {
  return text.replaceAll(/[\\*_[\]<>`]/g, "\\$&");
}
