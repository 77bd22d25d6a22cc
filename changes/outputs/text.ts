import { layers } from "../compare/identity";
import { type Comparison, type StackComparison } from "../comparison";
import { riskClasses } from "../risks/classes";
import { fieldLines } from "./field-lines";
import { figureSections, type FigureSection } from "./figures";
import {
  describeCapacity,
  describeCost,
  describePolicies,
  describeResources,
  hasChanges,
  headlineOf,
  sentenceOf,
} from "./sentences";

const marks = { danger: "!!", attention: " !", note: "  " } as const;
const verbs = { create: "+", delete: "-", replace: "±", update: "~", move: ">" } as const;

/** The comparison for a terminal: all of it, the worst on the first line. */
export function renderText(comparison: Comparison): string {
  const { base, head, stacks } = comparison;
  const short = ({ name, commit }: Comparison["base"]) =>
    commit === undefined ? name : `${name} (${commit.slice(0, 12)})`;
  const { sign, text } = headlineOf(comparison);
  return [`${sign} ${text}`, `base ${short(base)}, head ${short(head)}`, ...stacks.flatMap(renderStack), ""]
    .join("\n")
    .replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]+/g, " ");
}

function renderStack(stack: StackComparison): string[] {
  const { problems, risks } = stack;
  return [
    "",
    `Stack ${stack.stack}`,
    `  resources   ${describeResources(stack)}`,
    `  policies    ${describePolicies(stack)}`,
    `  capacity    ${describeCapacity(stack)}`,
    `  cost        ${describeCost(stack)}`,
    ...problems.flatMap(({ side, text }) => [`  The ${side} cannot be used:`, ...indent(text.split("\n"), 4)]),
    ...(risks.length === 0 ? [] : ["", "  What to look at, worst first"]),
    ...risks.map((risk) => {
      const { title, weight } = riskClasses[risk.class];
      return `  ${marks[weight]} ${title}: ${sentenceOf(risk)}`;
    }),
    ...policyLines(stack),
    ...figureSections(stack).flatMap(figureLines),
    ...(hasChanges(stack) ? resourceLines(stack) : []),
    ...(stack.digests.head === undefined ? [] : ["", `  digest      ${stack.digests.head}`]),
  ];
}

function policyLines({ policies }: StackComparison): string[] {
  if ("reason" in policies) return [];
  const { failing, fixed, exempted, ending } = policies.data;
  const list = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ["", `  ${title} (${lines.length})`, ...lines.map((line) => `    ${line}`)];
  const told = (lines: typeof failing) =>
    lines.map(({ rule, text, blocks }) => `${rule} ${text}${blocks ? "" : " (advice)"}`);
  return [
    ...list("Policies: new failures", told(failing)),
    ...list("Policies: fixed", told(fixed)),
    ...list("Policies: newly exempted", told(exempted)),
    ...list("Policies: exemptions that end soon or have ended", ending),
  ];
}

function figureLines({ title, head, rows }: FigureSection): string[] {
  const widths = head.map((cell, index) => Math.max(cell.length, ...rows.map((row) => row[index]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `    ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join("  ")}`.trimEnd();
  return ["", `  ${title}`, line(head), ...rows.map(line)];
}

function resourceLines({ resources }: StackComparison): string[] {
  if (!resources) return [];
  const { changes, folded, counts } = resources;
  return [
    ...layers.flatMap((layer) => {
      const own = changes.filter((change) => change.layer === layer);
      if (own.length === 0) return [];
      return [
        "",
        `  Layer ${layer} (${own.length})`,
        ...own.flatMap(({ action, label, fields, replacing, formerKey }) => [
          `    ${verbs[action]} ${label}${replacing.length > 0 ? " (replaced)" : ""}${formerKey === undefined ? "" : ` (was ${formerKey})`}`,
          ...indent(fields.flatMap(fieldLines), 8),
        ]),
      ];
    }),
    ...folded.flatMap(({ field, resources: count }) => [
      "",
      `  In ${count} resources`,
      ...indent(fieldLines(field), 8),
    ]),
    ...(counts.reordered === 0 ? [] : ["", `  ${counts.reordered} resources only wait for others than before.`]),
  ];
}

function indent(lines: readonly string[], width: number): string[] {
  return lines.map((line) => `${" ".repeat(width)}${line}`);
}
