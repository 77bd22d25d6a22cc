import { describeNotice } from "../notice";
import { endingSoon, exempted, summaryLine, undecided } from "../report";
import { type Severity, severities } from "../rule";
import { type Complaint, complaints, describePlace, exitCodeOf, type Judgement, verdictOf } from "./judgement";

const escape = "\u001b[";
const styles = { bold: "1", red: "31", yellow: "33", green: "32" } as const;
type Paint = (style: keyof typeof styles, text: string) => string;

/** Notices without consequence that a terminal shows; more would push the failures out of sight. */
const mostNotes = 20;

export interface TextOptions {
  /** Whether to write terminal colours. */
  readonly colour: boolean;
}

/** The report as text: failures by severity, then what could not be told, exemptions, notices, and the four outcomes. */
export function renderText(judgement: Judgement, { colour }: TextOptions): string {
  const { report, notices } = judgement;
  const paint: Paint = (style, text) => (colour ? `${escape}${styles[style]}m${text}${escape}0m` : text);
  const failed = complaints(judgement, "fail");
  const unread = notices.filter(({ level }) => level === "unread").map(describeNotice);
  const notes = notices.filter(({ level }) => level === "note").map(describeNotice);
  const sections = [
    ...severities.map((severity) => failuresOf(failed, severity, paint)),
    section("Not judged", unread, paint),
    section("Exempted", exempted(report), paint),
    section("Cannot be told before the update", undecided(report), paint, report.totals.cannotTell),
    section("Exemptions that end soon", endingSoon(report), paint),
    section("Notes on the input", shorten(notes), paint, notes.length),
    [summaryLine(report)],
    [verdictLine(judgement, paint)],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map(printable).join("\n"))
    .join("\n\n")}\n`;

  function printable(line: string): string {
    // Names come from strangers' files: a control character in one could rewrite the terminal.
    const plain = colour ? new RegExp(`${escape.replace("[", "\\[")}\\d+m`, "g") : undefined;
    const clean = (text: string) => text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "\ufffd");
    if (!plain) return clean(line);
    const marks = line.match(plain) ?? [];
    return line
      .split(plain)
      .map((text, index) => `${clean(text)}${marks[index] ?? ""}`)
      .join("");
  }
}

function failuresOf(failed: readonly Complaint[], severity: Severity, paint: Paint): string[] {
  const own = failed.filter(({ finding }) => finding.rule.severity === severity);
  const lines = own.map(({ finding, text, place, fails }) => {
    const mark = fails ? paint("red", "failed") : paint("yellow", "advice");
    return `  ${mark} ${finding.rule.id} ${text}${place ? ` [${describePlace(place)}]` : ""}`;
  });
  return section(`${severity.charAt(0).toUpperCase()}${severity.slice(1)}`, lines, paint, lines.length, "");
}

function section(
  title: string,
  lines: readonly string[],
  paint: Paint,
  number = lines.length,
  indent = "  ",
): string[] {
  return lines.length === 0 ? [] : [paint("bold", `${title} (${number})`), ...lines.map((line) => `${indent}${line}`)];
}

function shorten(lines: readonly string[]): string[] {
  if (lines.length <= mostNotes) return [...lines];
  return [...lines.slice(0, mostNotes), `… and ${lines.length - mostNotes} more; --json lists all`];
}

function verdictLine(judgement: Judgement, paint: Paint): string {
  const advice = judgement.report.totals.fail > 0;
  const style = exitCodeOf(judgement) > 0 ? "red" : advice ? "yellow" : "green";
  return paint(style, verdictOf(judgement));
}
