import { writeFileSync } from "node:fs";
import { type Report } from "./evaluate";
import { renderText, toJson } from "./report";

/** Names the file into which the pack writes what it found on the whole stack; nothing is written without it. */
export const reportVariable = "ALTLAS_POLICY_REPORT";

/** What stands in that file. It holds no value of any property. */
export interface WrittenReport {
  readonly blocked: boolean;
  readonly json: unknown;
  readonly text: string;
  readonly coloured: string;
}

/** A report in the forms that a command shows. */
export function writtenReport(report: Report): WrittenReport {
  return {
    blocked: report.blocked,
    json: toJson(report),
    text: renderText(report, { colour: false }),
    coloured: renderText(report, { colour: true }),
  };
}

/** Writes the report where {@link reportVariable} says, if it does. */
export function writeReport(report: Report): void {
  const file = process.env[reportVariable];
  if (file !== undefined && file !== "") writeFileSync(file, JSON.stringify(writtenReport(report)));
}
