import { type Severity } from "../../model/rule-settings";
import { type Finding, type Report } from "../evaluate";
import { type Notice } from "../notice";
import { type Failure, sentence, severities, type Verdict } from "../rule";
import { type Resource } from "../sources/resource";

/** All that an output tells. */
export interface Judgement {
  /** What was judged, as the reader named it. */
  readonly target: string;
  readonly report: Report;
  readonly notices: readonly Notice[];
  /** The least severity that fails the run; without one the rules' levels decide. */
  readonly level?: Severity;
  /** `file:line` of a property; of sources that have files. */
  readonly locate?: (resource: Resource, path: string) => string | undefined;
}

/** A file and a line in it. */
export interface Place {
  readonly file: string;
  readonly line?: number;
}

/** A failure that a rule found, or that an exemption covers, with all that a reader needs. */
export interface Complaint {
  readonly finding: Finding;
  readonly failure: Failure;
  /** The full sentence. */
  readonly text: string;
  readonly place?: Place;
  /** Whether it alone fails the run. */
  readonly fails: boolean;
}

/** The failures of findings with one of the outcomes, in the report's order. */
export function complaints(judgement: Judgement, ...outcomes: Finding["outcome"][]): Complaint[] {
  return judgement.report.findings
    .filter(({ outcome }) => outcomes.includes(outcome))
    .flatMap((finding) =>
      finding.verdict.failures.map((failure) => {
        const place = placeOfVerdict(judgement, finding.verdict, failure.path);
        const fails = failsRun(judgement, finding) && failure.warning !== true;
        return { finding, failure, text: sentence(finding.verdict, failure), ...(place && { place }), fails };
      }),
    );
}

/** Where a property stands, when the source has files. */
export function placeOfVerdict({ locate }: Judgement, { resource }: Verdict, path: string): Place | undefined {
  return parsePlace(locate?.(resource, path) ?? resource.location);
}

/** Whether a finding fails the run: by the chosen severity, or else by its rule's level. */
export function failsRun({ level }: Pick<Judgement, "level">, { outcome, rule, verdict, blocks }: Finding): boolean {
  if (level === undefined) return blocks;
  const severe = severities.indexOf(rule.severity) <= severities.indexOf(level);
  return outcome === "fail" && severe && verdict.failures.some(({ warning }) => warning !== true);
}

/** Whether part of the input was not judged. */
export function isIncomplete({ notices }: Pick<Judgement, "notices">): boolean {
  return notices.some(({ level }) => level === "unread");
}

/** Exit code of a run: 1 violations; 2 none were found, but not all was judged; 0 clean. */
export function exitCodeOf(judgement: Judgement): 0 | 1 | 2 {
  if (judgement.report.findings.some((finding) => failsRun(judgement, finding))) return 1;
  return isIncomplete(judgement) ? 2 : 0;
}

/** The run in one sentence. */
export function verdictOf(judgement: Judgement): string {
  const { level, report } = judgement;
  const unread = isIncomplete(judgement) ? " Part of the input was not judged." : "";
  if (exitCodeOf(judgement) === 1) {
    return level === undefined
      ? `Violations of mandatory rules: an update would be stopped.${unread}`
      : `There are failures of severity ${level}${level === "critical" ? "" : " or worse"}.${unread}`;
  }
  if (report.totals.fail === 0) return `No rule is violated.${unread}`;
  return level === undefined
    ? `No mandatory rule is violated; the advice above stops nothing.${unread}`
    : `No failure is of severity ${level}${level === "critical" ? "" : " or worse"}.${unread}`;
}

function parsePlace(location: string | undefined): Place | undefined {
  if (location === undefined) return undefined;
  const [, file, line] = /^(.*):(\d+)$/s.exec(location) ?? [];
  return file === undefined ? { file: location } : { file, line: Number(line) };
}

/** `file:line`. */
export function describePlace({ file, line }: Place): string {
  return line === undefined ? file : `${file}:${line}`;
}
