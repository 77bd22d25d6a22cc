import { type Comparison, exitCodeOf } from "../comparison";
import { headlineOf } from "./sentences";

/** The comparison for machines; paths of fields are lists of keys, values are masked. */
export function renderJson(comparison: Comparison): string {
  const document = { headline: headlineOf(comparison).text, exitCode: exitCodeOf(comparison), ...comparison };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
