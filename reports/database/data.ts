import { type Finding, severities, type Severity } from "./check";
import { type CheckResult } from "./collect";
import { type Facts } from "./facts";

/** The report as plain data: what `--json` prints below `data`. */
export interface DatabaseData {
  /** Raised when a name below changes its meaning or goes; more names may come without. */
  readonly version: 1;
  readonly server: Pick<
    Facts,
    | "versionNumber"
    | "version"
    | "database"
    | "role"
    | "inRecovery"
    | "standbys"
    | "uptimeSeconds"
    | "statisticsSeconds"
    | "readsAllStatistics"
  >;
  /** How many there are of each severity. */
  readonly counts: Readonly<Record<Severity, number>>;
  /** The worst first. */
  readonly findings: readonly Finding[];
  readonly checks: Readonly<
    Record<
      string,
      {
        readonly title: string;
        readonly notes: readonly string[];
        readonly rows?: readonly unknown[];
        /** The check where the same rows stand. */
        readonly rowsOf?: string;
        readonly leftOut?: string;
      }
    >
  >;
}

/** Findings of all checks, the worst first, in the order of the sections within one severity. */
export function sortFindings(results: readonly CheckResult[]): Finding[] {
  const all = results.flatMap(({ reading }) => reading.findings);
  return severities.flatMap((severity) => all.filter((finding) => finding.severity === severity));
}

/** How many findings there are of each severity. */
export function countFindings(findings: readonly Finding[]): Readonly<Record<Severity, number>> {
  const count = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  return { high: count("high"), medium: count("medium"), low: count("low") };
}

/** Makes data of what was collected. */
export function toData(facts: Facts, results: readonly CheckResult[]): DatabaseData {
  const findings = sortFindings(results);
  const {
    versionNumber,
    version,
    database,
    role,
    inRecovery,
    standbys,
    uptimeSeconds,
    statisticsSeconds,
    readsAllStatistics,
  } = facts;
  return {
    version: 1,
    server: {
      versionNumber,
      version,
      database,
      role,
      inRecovery,
      standbys,
      uptimeSeconds,
      statisticsSeconds,
      readsAllStatistics,
    },
    counts: countFindings(findings),
    findings,
    checks: Object.fromEntries(
      results.map(({ name, title, rows, rowsOf, leftOut, reading }) => [
        name,
        {
          title,
          notes: reading.notes ?? [],
          ...(rowsOf === undefined ? { rows } : { rowsOf }),
          ...(leftOut !== undefined && { leftOut }),
        },
      ]),
    ),
  };
}

/** Checks of one title are one section. */
export function sectionsOf(
  results: readonly CheckResult[],
): { readonly title: string; readonly results: readonly CheckResult[] }[] {
  const titles = [...new Set(results.map(({ title }) => title))];
  return titles.map((title) => ({ title, results: results.filter((result) => result.title === title) }));
}

/** What a section says in sentences: what was left out, and what must be known of its figures. */
export function notesOf(results: readonly CheckResult[]): string[] {
  const notes = results.flatMap(({ leftOut, reading }) => [
    ...(leftOut === undefined ? [] : [`Left out. ${leftOut}`]),
    ...(reading.notes ?? []),
  ]);
  const tables = results.flatMap(({ reading }) => reading.tables ?? []).filter(({ rows }) => rows.length > 0);
  return notes.length === 0 && tables.length === 0 ? ["Nothing to tell."] : [...new Set(notes)];
}
