import { readFileSync } from "node:fs";
import path from "node:path";

/** What became of the tests of one suite, a folder below `tests`. */
export interface SuiteResult {
  readonly suite: string;
  readonly files: number;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** From the start of its first file to the end of its last; suites may overlap. */
  readonly seconds: number;
}

/** The parts of vitest's JSON report that are read. */
interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly startTime: number;
    readonly endTime: number;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/** Reads vitest's JSON report; nothing when the run ended before it could write one. */
export function readReport(file: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Report;
  } catch {
    return undefined;
  }
}

/** Sums a report by suite. A file that failed without a failed test (it cannot be loaded, a hook threw) counts as one. */
export function bySuite(report: Report, testsFolder: string): SuiteResult[] {
  const suites = new Map<string, Report["testResults"][number][]>();
  for (const result of report.testResults) {
    const suite = path.relative(testsFolder, result.name).split(path.sep)[0] ?? "";
    suites.set(suite, [...(suites.get(suite) ?? []), result]);
  }
  return [...suites].map(([suite, files]) => {
    const statuses = files.flatMap(({ status, assertionResults }) => {
      const own = assertionResults.map((result) => result.status);
      return status === "failed" && !own.includes("failed") ? [...own, "failed"] : own;
    });
    const count = (...wanted: string[]) => statuses.filter((status) => wanted.includes(status)).length;
    const passed = count("passed");
    const failed = count("failed");
    const start = Math.min(...files.map(({ startTime }) => startTime));
    const end = Math.max(...files.map(({ endTime }) => endTime));
    return {
      suite,
      files: files.length,
      passed,
      failed,
      // Whatever was neither: skipped, todo, or never reached.
      skipped: statuses.length - passed - failed,
      seconds: Math.max(0, end - start) / 1000,
    };
  });
}

/** The sum of suites. */
export function total(results: readonly SuiteResult[]): Pick<SuiteResult, "files" | "passed" | "failed" | "skipped"> {
  const sum = (key: "files" | "passed" | "failed" | "skipped") =>
    results.reduce((amount, result) => amount + result[key], 0);
  return { files: sum("files"), passed: sum("passed"), failed: sum("failed"), skipped: sum("skipped") };
}

/** The closing summary: a line for each suite, and last the counts, in a form that machines read. */
export function renderSummary(results: readonly SuiteResult[], wallSeconds: number): string {
  const all = total(results);
  const rows = [
    ["suite", "files", "passed", "failed", "skipped", "seconds"],
    ...[...results, { suite: "all", ...all, seconds: wallSeconds }].map((result) => [
      result.suite,
      String(result.files),
      String(result.passed),
      String(result.failed),
      String(result.skipped),
      result.seconds.toFixed(1),
    ]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const table = rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join("  "),
  );
  return [...table, "", `${all.passed} passed, ${all.failed} failed, ${all.skipped} skipped`].join("\n");
}
