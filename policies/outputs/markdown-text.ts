/** Longest text that is written: what GitHub takes for a comment, 65,536 characters, with room for what others add. */
export const longestMarkdown = 60_000;

/** A table with a head. The cells are Markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Text from strangers' files as text: no markup, no mention of anybody, no link, one line. */
export function plain(text: string): string {
  return text
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ")
    .replace(/[\\`*_{}[\]<>|#~$]/g, "\\$&")
    .replace(/@/g, "@\u200b")
    .replace(/:\/\/|\bwww\./gi, (found) => `${found.slice(0, 1)}\u200b${found.slice(1)}`);
}

/** Text in a code span. */
export function code(text: string): string {
  return `\`${text.replace(/[`\u0000-\u001f]/g, "'")}\``;
}

/** So much of a text as a headline takes. */
export function clip(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 199)}…`;
}
