import { code, longestMarkdown, plain, table } from "../../policies/outputs/markdown-text";
import { isCosmetic } from "../compare/folding";
import { layers, type Layer } from "../compare/identity";
import { type Comparison, type ShownChange, type StackComparison } from "../comparison";
import { riskClasses } from "../risks/classes";
import { fieldLines } from "./field-lines";
import { figureSections } from "./figures";
import {
  describeCapacity,
  describeCost,
  describePolicies,
  describeResources,
  hasChanges,
  headlineOf,
  sentenceOf,
} from "./sentences";

/** By what the workflow finds its comment again. */
export const commentMarker = "<!-- altlas-changes -->";

/** How much is told. */
interface Detail {
  /** What is shown of a changed resource. */
  readonly resources: "fields" | "telling fields" | "names" | "counts" | "nothing";
  /** Lines of each list. */
  readonly most: number;
  /** Whether capacity, cost and disruption have their tables. */
  readonly tables: boolean;
  /** Whether each stack has its row in the first table. */
  readonly stacks: boolean;
}

/** The fullest first; the first that fits is written. What matters least goes first, the headline never. */
const steps: readonly Detail[] = [
  { resources: "fields", most: Infinity, tables: true, stacks: true },
  { resources: "telling fields", most: Infinity, tables: true, stacks: true },
  { resources: "names", most: 100, tables: true, stacks: true },
  { resources: "counts", most: 50, tables: true, stacks: true },
  { resources: "counts", most: 10, tables: false, stacks: true },
  { resources: "nothing", most: 3, tables: false, stacks: true },
  { resources: "nothing", most: 0, tables: false, stacks: false },
];

const dots = { danger: "🔴", attention: "🟠", note: "⚪" } as const;
const signs: Readonly<Record<ShownChange["action"], string>> = {
  create: "+",
  delete: "-",
  replace: "!",
  update: "~",
  move: ">",
};

/** Bytes: whoever counts characters, in whatever unit, counts no more. */
const sizeOf = (text: string) => Buffer.byteLength(text);

/** The comparison for a comment on a pull request: at most {@link longestMarkdown} bytes, the worst on the first line. */
export function renderMarkdown(comparison: Comparison): string {
  for (const detail of steps) {
    const text = render(comparison, detail);
    if (sizeOf(text) <= longestMarkdown) return text;
  }
  return compose([headline(comparison)]);
}

function render(comparison: Comparison, detail: Detail): string {
  const { base, head, stacks } = comparison;
  const short = ({ name, commit }: Comparison["base"]) =>
    commit === undefined ? plain(name) : code(commit.slice(0, 12));
  const told = detail.stacks ? stacks : [];
  const reduced = detail === steps[0] ? "" : " Shortened to fit; `npm run diff` shows all.";
  return compose([
    headline(comparison),
    `Base ${short(base)}, head ${short(head)}.${reduced}`,
    ...(told.length === 0
      ? []
      : [
          table(
            ["Stack", "Resources", "Policies", "Capacity", "Cost a month"],
            told.map((each) =>
              [
                each.stack,
                describeResources(each),
                describePolicies(each),
                describeCapacity(each),
                describeCost(each),
              ].map(plain),
            ),
          ),
        ]),
    ...told.flatMap((each) => renderStack(each, detail)),
    ...(detail.stacks ? [digests(stacks)] : []),
  ]);
}

function headline(comparison: Comparison): string {
  const { sign, text } = headlineOf(comparison);
  const most = 300;
  return `## ${sign} ${plain(text.length > most ? `${text.slice(0, most - 1)}…` : text)}`;
}

function compose(blocks: readonly string[]): string {
  return `${[...blocks, commentMarker].filter((block) => block !== "").join("\n\n")}\n`;
}

function renderStack(stack: StackComparison, detail: Detail): string[] {
  const blocks = [
    ...stack.problems.map(({ side, text }) => `The ${side} cannot be used:\n\n${fence("text", clipLines(text))}`),
    risks(stack, detail.most),
    policies(stack, detail.most),
    ...(detail.tables
      ? figureSections(stack).map(({ title, head, rows }) =>
          fold(
            title,
            table(
              head.map(plain),
              rows.map((row) => row.map(plain)),
            ),
          ),
        )
      : []),
    ...resources(stack, detail),
  ].filter((block) => block !== "");
  return blocks.length === 0 || (!hasChanges(stack) && stack.risks.length === 0)
    ? []
    : [`### Stack ${plain(stack.stack)}`, ...blocks];
}

function risks({ risks: all }: StackComparison, most: number): string {
  const lines = all.slice(0, most).map((risk) => {
    const { title, weight } = riskClasses[risk.class];
    return `- ${dots[weight]} **${title}:** ${plain(clipLine(sentenceOf(risk)))}`;
  });
  if (all.length > most) lines.push(`- … and ${all.length - most} more`);
  return lines.join("\n");
}

function policies({ policies: told }: StackComparison, most: number): string {
  if ("reason" in told) return "";
  const { failing, fixed, exempted, ending } = told.data;
  const lists: readonly (readonly [title: string, lines: readonly string[]])[] = [
    ["New failures", failing.map(({ blocks, text, rule }) => `${blocks ? "❌" : "⚠️"} ${rule} ${text}`)],
    ["Fixed", fixed.map(({ rule, text }) => `${rule} ${text}`)],
    ["Newly exempted", exempted.map(({ rule, text }) => `${rule} ${text}`)],
    ["Exemptions that end soon or have ended", ending],
  ];
  return lists
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => {
      const shown = lines.slice(0, most).map((line) => `- ${plain(clipLine(line))}`);
      if (lines.length > most) shown.push(`- … and ${lines.length - most} more`);
      return fold(`Policies: ${title} (${lines.length})`, shown.join("\n"));
    })
    .join("\n\n");
}

function resources({ resources: all, state }: StackComparison, { resources: detail }: Detail): string[] {
  if (!all || detail === "nothing" || state === "removed") return [];
  const byLayer = new Map<Layer, ShownChange[]>();
  for (const change of all.changes) byLayer.set(change.layer, [...(byLayer.get(change.layer) ?? []), change]);
  const common = all.folded.map(({ field, resources: count }) =>
    [`# in ${count} resources`, ...fieldLines(field)].join("\n"),
  );
  const shown = layers.flatMap((layer) => {
    const changes = byLayer.get(layer);
    if (!changes) return [];
    const title = `Resources: ${layer} (${changes.length})`;
    if (detail === "counts") return [title];
    return [fold(title, fence("diff", changes.map((change) => describe(change, detail)).join("\n")))];
  });
  const { reordered } = all.counts;
  return [
    ...(detail === "counts" ? [shown.join(", ")] : shown),
    ...(common.length === 0 || detail === "counts"
      ? []
      : [fold(`The same change in many resources (${common.length})`, fence("diff", common.join("\n")))]),
    ...(reordered === 0 ? [] : [`${reordered} resources only wait for others than before.`]),
  ];
}

function describe(change: ShownChange, detail: Detail["resources"]): string {
  const { action, label, fields, replacing, formerKey } = change;
  const from = formerKey === undefined ? "" : ` (was ${formerKey})`;
  const head = `${signs[action]} ${label}${from}${replacing.length > 0 ? " is replaced" : ""}`.replace(
    /[\u0000-\u001f]+/g,
    " ",
  );
  if (detail === "names") return head;
  const shown = detail === "fields" ? fields : fields.filter((field) => !isCosmetic(field));
  return [head, ...shown.flatMap(fieldLines).map((line) => `${line.slice(0, 1)}     ${line.slice(2)}`)].join("\n");
}

function digests(stacks: readonly StackComparison[]): string {
  const lines = stacks.map(({ stack, digests: { base, head } }) => {
    const short = (digest: string | undefined) => (digest === undefined ? "none" : code(digest.slice(0, 16)));
    return `${plain(stack)} ${base === head ? short(head) : `${short(base)} → ${short(head)}`}`;
  });
  return `<sub>Digests of what is registered: ${lines.join("; ")}.</sub>`;
}

function fold(title: string, body: string): string {
  const safe = title.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  return `<details><summary>${safe}</summary>\n\n${body}\n\n</details>`;
}

/** A block of code that nothing inside can end. */
function fence(language: string, body: string): string {
  const longest = Math.max(2, ...[...body.matchAll(/`+/g)].map(([run]) => run.length));
  const ticks = "`".repeat(longest + 1);
  return `${ticks}${language}\n${body}\n${ticks}`;
}

/** Longest line of a list. */
const longestLine = 500;

function clipLine(text: string): string {
  return text.length > longestLine ? `${text.slice(0, longestLine - 1)}…` : text;
}

/** A program may say a thousand lines before it gives up; the first have the sentence. */
function clipLines(text: string): string {
  const most = 40;
  const lines = text.replace(/[\u0000-\u0009\u000b-\u001f]+/g, " ").split("\n");
  const shown = lines.slice(0, most).map(clipLine);
  return [...shown, ...(lines.length > most ? [`… and ${lines.length - most} lines more`] : [])].join("\n");
}
