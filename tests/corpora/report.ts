import { type Comparison, figures, type Figures, type Outcome, percent, share } from "./compare";
import { aim } from "./corpus";

/** A comparison, and what exactly was compared. */
export interface Measured {
  readonly comparison: Comparison;
  /** Version of a module, or commit of a checkout. */
  readonly version: string;
}

const columns = [
  "corpus",
  "version",
  "checks",
  "cases",
  "agreed",
  "differ, documented",
  "differ, no reason",
  "fail here, pass there",
  "not mapped",
];

/** The table of all comparisons as cells, with a sum of all but the first kind of corpus when there are several. */
function cells(measured: readonly Measured[]): string[][] {
  const rows = measured.map(({ comparison, version }) => row(comparison.corpus.name, version, figures(comparison)));
  const others = measured.filter(({ comparison }) => comparison.corpus.reached.agreement < 1);
  if (others.length < 2) return rows;
  return [
    ...rows,
    row("all with documented differences", "", sum(others.map(({ comparison }) => figures(comparison)))),
  ];
}

function row(name: string, version: string, counts: Figures): string[] {
  const { checks, cases, agreed, explained, disagreed, falseAlarms, unexplainedAlarms, passing, unmappedCases } =
    counts;
  return [
    name,
    version,
    String(checks),
    String(cases),
    `${agreed} (${share(agreed, cases)})`,
    String(explained),
    String(disagreed - explained),
    `${falseAlarms} of ${passing} (${share(falseAlarms, passing)}), ${unexplainedAlarms} without reason`,
    String(unmappedCases),
  ];
}

function sum(all: readonly Figures[]): Figures {
  const total = (key: keyof Figures) => all.reduce((result, each) => result + each[key], 0);
  return {
    checks: total("checks"),
    cases: total("cases"),
    agreed: total("agreed"),
    disagreed: total("disagreed"),
    explained: total("explained"),
    passing: total("passing"),
    falseAlarms: total("falseAlarms"),
    unexplainedAlarms: total("unexplainedAlarms"),
    unmappedCases: total("unmappedCases"),
  };
}

/** What was aimed at, and how far it was reached by either way of counting. */
function aims(measured: readonly Measured[]): string[] {
  const exact = measured.filter(({ comparison }) => comparison.corpus.reached.agreement === 1);
  const others = sum(measured.filter((each) => !exact.includes(each)).map(({ comparison }) => figures(comparison)));
  const { cases, agreed, explained, passing, falseAlarms, unexplainedAlarms } = others;
  const exactly = sum(exact.map(({ comparison }) => figures(comparison)));
  const part = (count: number, of: number) => `${count} of ${of} (${share(count, of)})`;
  return [
    `Aimed at: every case of ${exact.map(({ comparison }) => comparison.corpus.name).join(", ")}. Reached: ${part(exactly.agreed, exactly.cases)}.`,
    "",
    `Aimed at for the others: ${percent(aim.agreement)} agreement and ${percent(aim.falseAlarms)} false alarms at most. Reached, with each ` +
      `documented difference counted against us: ${part(agreed, cases)} and ${part(falseAlarms, passing)}. With those taken ` +
      `off: ${part(agreed, cases - explained)} and ${part(unexplainedAlarms, passing)}.`,
  ];
}

/** One documented difference and the cases that show it. */
interface Difference {
  readonly check: string;
  readonly ours: Outcome["ours"];
  readonly why: string;
  readonly names: readonly string[];
}

function differences({ outcomes }: Comparison): Difference[] {
  const byWhy = new Map<string, Difference>();
  for (const { foreign, ours, why } of outcomes) {
    if (why === undefined) continue;
    const key = `${foreign.check} ${ours} ${why}`;
    const names = [...(byWhy.get(key)?.names ?? []), foreign.name];
    byWhy.set(key, { check: foreign.check, ours, why, names });
  }
  return [...byWhy.values()];
}

/** For a terminal: the table, then each documented difference. */
export function renderText(measured: readonly Measured[]): string {
  const table = [columns, ...cells(measured)];
  const widths = columns.map((_, index) => Math.max(...table.map((line) => (line[index] ?? "").length)));
  const lines = table.map((line) =>
    line
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  for (const { comparison } of measured) {
    for (const { check, ours, why, names } of differences(comparison)) {
      lines.push("", `${comparison.corpus.name}, ${check}: ${ours} here in ${names.join(", ")}`, `  ${why}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

/** The same for a page. */
export function renderMarkdown(measured: readonly Measured[]): string {
  const line = (values: readonly string[]) => `| ${values.map((value) => value.replaceAll("|", "\\|")).join(" | ")} |`;
  const rule = columns.map((name) => (name === "corpus" || name === "version" ? "---" : "---:"));
  const reasons = measured.flatMap(({ comparison }) =>
    differences(comparison).map(({ check, ours, why, names }) =>
      line([comparison.corpus.name, `\`${check}\``, String(names.length), ours, why]),
    ),
  );
  return [
    line(columns),
    line(rule),
    ...cells(measured).map(line),
    "",
    ...aims(measured),
    "",
    ...measured.map(({ comparison: { corpus } }) => `- ${corpus.name}: ${corpus.origin}.`),
    "",
    "Where we mean to differ, with the verdict that our rules give:",
    "",
    line(["corpus", "their check", "cases", "ours", "why"]),
    line(["---", "---", "---:", "---", "---"]),
    ...reasons,
    "",
  ].join("\n");
}
