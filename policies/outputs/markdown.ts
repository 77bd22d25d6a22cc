import { describeNotice } from "../notice";
import { endingSoon, exempted, outcomes, undecided } from "../report";
import { type Severity, severities } from "../rule";
import {
  type Complaint,
  complaints,
  describePlace,
  exitCodeOf,
  isIncomplete,
  type Judgement,
  verdictOf,
} from "./judgement";
import { clip, code, longestMarkdown, plain, table } from "./markdown-text";
import { rulePage } from "./rule-page";

/**
 * How much is told, the fullest first; the first that fits is written. Failures go last: each step first takes away what
 * matters less.
 */
const steps: readonly Detail[] = [
  { failures: Infinity, perSection: Infinity, rules: true },
  { failures: Infinity, perSection: 25, rules: true },
  { failures: 100, perSection: 10, rules: true },
  { failures: 25, perSection: 5, rules: true },
  { failures: 5, perSection: 0, rules: true },
  { failures: 0, perSection: 0, rules: true },
  { failures: 0, perSection: 0, rules: false },
];

interface Detail {
  /** Failures listed for each severity. */
  readonly failures: number;
  /** Lines of each folded section. */
  readonly perSection: number;
  /** Whether the rules that failed are counted in a table. */
  readonly rules: boolean;
}

export interface MarkdownOptions {
  /** Absolute address of the repository's files, for links to the rules' pages. */
  readonly filesAt?: string;
}

/** The judgement for a comment on a pull request or a job's summary: verdict, numbers, failures, then folded details. */
export function renderMarkdown(judgement: Judgement, options: MarkdownOptions = {}): string {
  const prepared = prepare(judgement);
  let text = "";
  for (const detail of steps) {
    text = render(judgement, prepared, detail, options);
    if (text.length <= longestMarkdown) return text;
  }
  // Only the headline is left, and that names what the reader asked for.
  return `${text.slice(0, longestMarkdown - 2)}…\n`;
}

interface Prepared {
  readonly failed: readonly Complaint[];
  readonly folded: readonly (readonly [title: string, lines: readonly string[]])[];
}

function prepare(judgement: Judgement): Prepared {
  const { report, notices } = judgement;
  const ofLevel = (wanted: "unread" | "note") => notices.filter(({ level }) => level === wanted).map(describeNotice);
  return {
    failed: complaints(judgement, "fail"),
    folded: [
      ["Not judged", ofLevel("unread")],
      ["Exemptions that end soon", endingSoon(report)],
      ["Exempted", exempted(report)],
      ["Cannot be told before the update", undecided(report)],
      ["Notes on the input", ofLevel("note")],
    ],
  };
}

function render(judgement: Judgement, { failed, folded }: Prepared, detail: Detail, options: MarkdownOptions): string {
  const { report, target } = judgement;
  const sign = exitCodeOf(judgement) === 0 ? (failed.length > 0 ? "⚠️" : "✅") : "❌";
  const blocks = [
    `## ${sign} Policies: ${plain(clip(target))}`,
    `**${verdictOf(judgement)}**`,
    outcomeTable(judgement),
    ...(detail.rules ? [ruleTable(judgement, options)] : []),
    ...severities.map((severity) => failuresOf(failed, severity, detail, options)),
    ...folded.map(([title, lines]) => fold(title, lines, detail.perSection)),
    `${outcomes(report.totals)}; environment ${plain(report.environment ?? "not stated")}, ${report.today}.`,
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function outcomeTable({ report, notices }: Judgement): string {
  const { pass, fail, exempted: covered, cannotTell, notApplicable } = report.totals;
  const unread = notices.filter(({ level }) => level === "unread").length;
  const more = isIncomplete({ notices }) ? ([["Not judged"], [unread]] as const) : ([[], []] as const);
  const head = ["Passed", "Failed", "Exempted", "Cannot be told", "Not applicable", ...more[0]];
  return table(head, [[pass, fail, covered, cannotTell, notApplicable, ...more[1]].map(String)]);
}

/** The rules that failed, with how often. */
function ruleTable({ report }: Judgement, options: MarkdownOptions): string {
  const rows = report.rules
    .filter(({ counts }) => counts.fail > 0)
    .map(({ rule, mandatory, counts }) => ({
      rank: severities.indexOf(rule.severity),
      cells: [
        linkTo(rule.id, options),
        plain(rule.title),
        rule.severity,
        mandatory ? "stops" : "advice",
        `${counts.fail}`,
      ],
    }))
    .sort((a, b) => a.rank - b.rank);
  if (rows.length === 0) return "";
  return table(
    ["Rule", "What must hold", "Severity", "Level", "Failed"],
    rows.map(({ cells }) => cells),
  );
}

function failuresOf(
  failed: readonly Complaint[],
  severity: Severity,
  { failures }: Detail,
  options: MarkdownOptions,
): string {
  const own = failed.filter(({ finding }) => finding.rule.severity === severity);
  if (own.length === 0 || failures === 0) return "";
  const lines = own.slice(0, failures).map(({ finding, text, place, fails }) => {
    const where = place ? ` ${code(describePlace(place))}` : "";
    return `- ${fails ? "❌" : "⚠️"} ${linkTo(finding.rule.id, options)} ${plain(text)}${where}`;
  });
  if (own.length > failures) lines.push(`- … and ${own.length - failures} more`);
  return [`### ${severity.charAt(0).toUpperCase()}${severity.slice(1)} (${own.length})`, lines.join("\n")].join("\n\n");
}

function fold(title: string, lines: readonly string[], most: number): string {
  if (lines.length === 0) return "";
  if (most === 0) return `${title}: ${lines.length}`;
  const shown = lines.slice(0, most).map((line) => `- ${plain(line)}`);
  if (lines.length > most) shown.push(`- … and ${lines.length - most} more`);
  return `<details><summary>${title} (${lines.length})</summary>\n\n${shown.join("\n")}\n\n</details>`;
}

function linkTo(id: string, { filesAt }: MarkdownOptions): string {
  return filesAt === undefined ? id : `[${id}](${filesAt}/${rulePage({ id })})`;
}
