import { describeSubject, sentence, severities } from "./rule";
import { type Counts, type Finding, type Report } from "./evaluate";

const escape = "\u001b[";
const styles = { bold: "1", red: "31", yellow: "33", green: "32", dim: "2" } as const;
type Paint = (style: keyof typeof styles, text: string) => string;

export interface TextOptions {
  /** Whether to write terminal colours. */
  readonly colour: boolean;
}

/** The report as text: failures by severity, then what could not be told, exemptions, and the four outcomes. */
export function renderText(report: Report, { colour }: TextOptions): string {
  const paint: Paint = (style, text) => (colour ? `${escape}${styles[style]}m${text}${escape}0m` : text);
  const sections = [
    ...severities.map((severity) => failuresOf(report, severity, paint)),
    section("Exempted", exempted(report), paint),
    section("Cannot be told before the update", undecided(report), paint),
    section("Exemptions that end soon", endingSoon(report), paint),
    [summaryLine(report)],
    [verdictLine(report, paint)],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

/** The four outcomes, and what was exempted, in one sentence. */
export function summaryLine({ totals, rules }: Report): string {
  const idle = rules.filter(({ counts }) => Object.values(counts).every((number) => number === 0)).length;
  const nothing = idle === 0 ? "" : ` ${idle} found nothing to judge.`;
  return `${rules.length} rules: ${outcomes(totals)}.${nothing}`;
}

/** `12 passed, 1 failed, …` */
export function outcomes(counts: Counts): string {
  return [
    `${counts.pass} passed`,
    `${counts.fail} failed`,
    ...(counts.exempted > 0 ? [`${counts.exempted} exempted`] : []),
    `${counts.cannotTell} could not be told`,
    `${counts.notApplicable} not applicable`,
  ].join(", ");
}

/** One line for each thing that is unknown, with the rules that wait for it. */
export function undecided({ findings }: Report): string[] {
  const waiting = new Map<string, Set<string>>();
  for (const { rule, verdict } of findings) {
    if (!verdict.unknown) continue;
    const line = `${describeSubject(verdict)}: ${verdict.unknown.message}`;
    waiting.set(line, (waiting.get(line) ?? new Set()).add(rule.id));
  }
  return [...waiting].map(([line, ids]) => `${line} (${[...ids].sort().join(", ")})`).sort();
}

/** One line for each failure that an exemption covers. */
export function exempted(report: Report): string[] {
  return report.findings
    .filter(({ outcome }) => outcome === "exempted")
    .map(({ rule, verdict, exemptedBy = 0 }) => {
      const exemption = report.exemptions[exemptedBy]?.exemption;
      const whose = exemption ? `${exemption.owner} until ${exemption.expires}: ${exemption.reason}` : "";
      return `${rule.id} ${describeSubject(verdict)}, by ${whose}`;
    });
}

/** One line for each active exemption that ends soon. */
export function endingSoon({ exemptions }: Report): string[] {
  return exemptions
    .filter(({ status, endsSoon }) => status === "active" && endsSoon)
    .map(
      ({ exemption, daysLeft }) =>
        `${exemption.rule} on ${exemption.resource} ends on ${exemption.expires}, in ${daysLeft} days (${exemption.owner})`,
    );
}

/** The report for machines; issue-tracker and code-scanning formats are made from it too. */
export function toJson(report: Report): Record<string, unknown> {
  return {
    environment: report.environment ?? null,
    today: report.today,
    blocked: report.blocked,
    totals: report.totals,
    rules: report.rules.map(({ rule, level, mandatory, counts }) => ({
      id: rule.id,
      name: rule.slug,
      title: rule.title,
      severity: rule.severity,
      level,
      mandatory,
      counts,
    })),
    findings: report.findings
      .filter(({ outcome }) => outcome !== "pass" && outcome !== "notApplicable")
      .map(({ rule, verdict, outcome, blocks, exemptedBy }) => ({
        rule: rule.id,
        severity: rule.severity,
        outcome,
        blocks,
        resource: verdict.identity,
        part: verdict.part ?? null,
        urn: verdict.resource.urn ?? null,
        location: verdict.resource.location ?? null,
        messages: verdict.failures.map((failure) => ({ text: sentence(verdict, failure), path: failure.path })),
        unknown: verdict.unknown?.path ?? null,
        exemption: exemptedBy ?? null,
      })),
    exemptions: report.exemptions.map(({ exemption, status, why, daysLeft, endsSoon, uses }) => ({
      ...exemption,
      status,
      why: why ?? null,
      daysLeft,
      endsSoon,
      uses,
    })),
  };
}

function failuresOf(report: Report, severity: Finding["rule"]["severity"], paint: Paint): string[] {
  const failed = report.findings.filter(({ rule, outcome }) => rule.severity === severity && outcome === "fail");
  if (failed.length === 0) return [];
  const lines = failed.flatMap(({ rule, verdict, blocks }) =>
    verdict.failures.map((failure) => {
      const advisory = !blocks || failure.warning === true;
      const mark = advisory ? paint("yellow", "advice") : paint("red", "failed");
      const where = verdict.resource.location === undefined ? "" : ` [${verdict.resource.location}]`;
      return `  ${mark} ${rule.id} ${sentence(verdict, failure)}${where}`;
    }),
  );
  return [paint("bold", `${severity.charAt(0).toUpperCase()}${severity.slice(1)} (${lines.length})`), ...lines];
}

function section(title: string, lines: readonly string[], paint: Paint): string[] {
  return lines.length === 0 ? [] : [paint("bold", `${title} (${lines.length})`), ...lines.map((line) => `  ${line}`)];
}

function verdictLine({ blocked, totals }: Report, paint: Paint): string {
  if (blocked) return paint("red", "Violations of mandatory rules: an update would be stopped.");
  if (totals.fail > 0) return paint("yellow", "No mandatory rule is violated; the advice above stops nothing.");
  return paint("green", "No rule is violated.");
}
