import { type Emphasis, type Paper } from "../../text/paper";
import { type Finding, type Severity } from "../check";
import { type CheckResult } from "../collect";
import { countFindings, notesOf, sectionsOf, sortFindings } from "../data";
import { plural } from "../format";
import { wrapStatement } from "../statements";

const emphasis: Readonly<Record<Severity, Emphasis>> = { high: "bad", medium: "strong", low: "faint" };

/** A text in which no character does anything but stand there: names of a database may hold a terminal's commands. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => (/\s/.test(character) ? " " : "\u{fffd}"));
}

/** `2 high, 1 medium and 0 low findings`. */
export function summary(findings: readonly Finding[]): string {
  const { high, medium, low } = countFindings(findings);
  return findings.length === 0
    ? "No findings."
    : `${plural(findings.length, "finding")}: ${high} high, ${medium} medium, ${low} low.`;
}

/** Writes the findings, the worst first, then the figures section by section. */
export function printDatabase(where: string, results: readonly CheckResult[], paper: Paper): void {
  const findings = sortFindings(results);
  paper.heading(printable(`PostgreSQL at ${where}`));
  paper.paragraph(summary(findings), { emphasis: findings.length === 0 ? "good" : "strong" });
  findings.forEach((finding, index) => printFinding(finding, index + 1, paper));
  for (const section of sectionsOf(results)) {
    paper.heading(section.title);
    for (const note of notesOf(section.results)) paper.paragraph(printable(note));
    for (const table of section.results.flatMap(({ reading }) => reading.tables ?? [])) {
      if (table.rows.length === 0) continue;
      paper.blank();
      paper.paragraph(table.title, { emphasis: "strong" });
      paper.table(
        table.columns,
        table.rows.map((row) => row.map(printable)),
        2,
      );
    }
  }
}

function printFinding({ severity, kind, what, why, remedy, sql }: Finding, number: number, paper: Paper): void {
  const indent = 3;
  paper.blank();
  paper.paragraph(printable(what), { bullet: `${number}. ${severity.toUpperCase()} `, emphasis: emphasis[severity] });
  paper.paragraph(`${printable(why)} (${kind})`, { indent });
  paper.paragraph(printable(remedy), { indent });
  for (const statement of sql) {
    for (const line of wrapStatement(printable(statement), paper.width - indent - 2))
      paper.verbatim(`${" ".repeat(indent + 2)}${line}`);
  }
}
