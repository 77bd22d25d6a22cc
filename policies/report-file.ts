import { writeFileSync } from "node:fs";
import { type Report } from "./evaluate";
import { toPortable } from "./portable";

/** Names the file into which the pack writes what it found on the whole stack; nothing is written without it. */
export const reportVariable = "ALTLAS_POLICY_REPORT";

/** Writes the report where {@link reportVariable} says, if it does; `PortableReport` is its form. */
export function writeReport(report: Report): void {
  const file = process.env[reportVariable];
  if (file !== undefined && file !== "") writeFileSync(file, JSON.stringify(toPortable(report)));
}
