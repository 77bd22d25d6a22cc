import { describeSubject } from "./rule";
import { type Counts, type Report } from "./evaluate";

/** The four outcomes, and what was exempted, in one sentence. */
export function summaryLine({ totals, rules }: Report): string {
  const idle = rules.filter(({ counts }) => Object.values(counts).every((number) => number === 0)).length;
  const nothing = idle === 0 ? "" : ` ${idle} found nothing to judge.`;
  return `${rules.length} ${rules.length === 1 ? "rule" : "rules"}: ${outcomes(totals)}.${nothing}`;
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

/** Things of which the same rules cannot tell; a longer list says nothing that its beginning does not. */
const mostAlike = 5;

/** One line for each thing that is unknown, with the rules that wait for it; many of the same rules are folded. */
export function undecided({ findings }: Report): string[] {
  const waiting = new Map<string, Set<string>>();
  for (const { rule, verdict } of findings) {
    if (!verdict.unknown) continue;
    const line = `${describeSubject(verdict)}: ${verdict.unknown.message}`;
    waiting.set(line, (waiting.get(line) ?? new Set()).add(rule.id));
  }
  const alike = new Map<string, string[]>();
  for (const [line, ids] of [...waiting].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const rules = [...ids].sort().join(", ");
    alike.set(rules, [...(alike.get(rules) ?? []), line]);
  }
  return [...alike].flatMap(([rules, lines]) => {
    const shown = lines.length > mostAlike ? lines.slice(0, mostAlike - 1) : lines;
    const rest = lines.length - shown.length;
    return [...shown.map((line) => `${line} (${rules})`), ...(rest > 0 ? [`… and ${rest} more (${rules})`] : [])];
  });
}

/** One line for each failure that an exemption covers, with what is left of it when it ends soon. */
export function exempted(report: Report): string[] {
  return report.findings
    .filter(({ outcome }) => outcome === "exempted")
    .map(({ rule, verdict, exemptedBy = 0 }) => {
      const { exemption, endsSoon = false, daysLeft = 0 } = report.exemptions[exemptedBy] ?? {};
      const whose = exemption ? `${exemption.owner} until ${exemption.expires}: ${exemption.reason}` : "";
      const end = endsSoon ? ` (ends in ${daysLeft} ${daysLeft === 1 ? "day" : "days"})` : "";
      return `${rule.id} ${describeSubject(verdict)}, by ${whose}${end}`;
    });
}

/** One line for each active exemption that ends soon. */
export function endingSoon({ exemptions }: Report): string[] {
  return exemptions
    .filter(({ status, endsSoon }) => status === "active" && endsSoon)
    .map(
      ({ exemption, daysLeft }) =>
        `${exemption.rule} on ${exemption.resource} ends on ${exemption.expires}, in ${daysLeft} ${daysLeft === 1 ? "day" : "days"} (${exemption.owner})`,
    );
}
