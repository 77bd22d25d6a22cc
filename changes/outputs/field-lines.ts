import { type FieldChange, showPath } from "../compare/fields";
import { type PropertyValue } from "../../registrations/property-values";

/** Longest value that is shown whole. */
const longestValue = 160;
/** Lines of a text in several lines that are shown of each side. */
const mostLines = 12;

/** A change of a field as lines that begin with `-` or `+`, for people who read diffs. Values are masked before. */
export function fieldLines({ path, before, after }: FieldChange): string[] {
  const place = showPath(path);
  if (typeof before === "string" && typeof after === "string" && `${before}${after}`.includes("\n")) {
    return [`! ${place}:`, ...textLines(before, after)];
  }
  return [
    ...(before === undefined ? [] : [`- ${place}: ${show(before)}`]),
    ...(after === undefined ? [] : [`+ ${place}: ${show(after)}`]),
  ];
}

/** Lines that only one of two texts has. */
function textLines(before: string, after: string): string[] {
  const [old, now] = [before.split("\n"), after.split("\n")];
  const only = (lines: readonly string[], others: readonly string[], sign: string) => {
    const known = new Set(others);
    const own = lines.filter((line) => !known.has(line));
    const more = own.length > mostLines ? [`${sign}     … and ${own.length - mostLines} lines more`] : [];
    return [...own.slice(0, mostLines).map((line) => `${sign}     ${clip(line)}`), ...more];
  };
  return [...only(old, now, "-"), ...only(now, old, "+")];
}

function show(value: PropertyValue): string {
  return clip(typeof value === "string" ? value : JSON.stringify(value));
}

/** One line of at most {@link longestValue} characters, without anything that a terminal would obey. */
function clip(text: string): string {
  // Control characters and marks that turn the direction of writing around.
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]+/g, " ");
  return line.length > longestValue ? `${line.slice(0, longestValue - 1)}…` : line;
}
