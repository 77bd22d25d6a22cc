/** A column of a text table. */
export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
  /** Whether its text may be broken into lines; the others are as wide as their longest entry. */
  readonly wrap?: boolean;
}

const gap = "  ";
/** Words up to this length are kept whole; longer ones, addresses and commands, may be broken. */
const widestWord = 24;

/** Breaks a text at spaces into lines of at most `width`; a longer word is broken where it reaches the edge. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter(Boolean)) {
    if (line !== "" && line.length + 1 + word.length <= width) {
      line = `${line} ${word}`;
      continue;
    }
    if (line !== "") lines.push(line);
    line = word;
    while (line.length > width) {
      lines.push(line.slice(0, width));
      line = line.slice(width);
    }
  }
  return line === "" && lines.length > 0 ? lines : [...lines, line];
}

/**
 * The lines of a table, one list for its head and one for each row. Columns that wrap get the width of
 * their longest word, and share what is left in proportion to what their longest entries want.
 */
export function layOut(columns: readonly Column[], rows: readonly (readonly string[])[], width: number): string[][] {
  const table = [columns.map(({ title }) => title), ...rows];
  const widths = shareWidth(columns, table, width - gap.length * (columns.length - 1));
  return table.map((row) => {
    const cells = columns.map((column, index) => {
      const text = row[index] ?? "";
      return column.wrap ? wrap(text, widths[index] ?? text.length) : [text];
    });
    const height = Math.max(...cells.map(({ length }) => length));
    return Array.from({ length: height }, (_, line) =>
      cells
        .map((cell, index) => {
          const text = cell[line] ?? "";
          return columns[index]?.align === "right"
            ? text.padStart(widths[index] ?? 0)
            : text.padEnd(widths[index] ?? 0);
        })
        .join(gap)
        .trimEnd(),
    );
  });
}

function shareWidth(columns: readonly Column[], table: readonly (readonly string[])[], available: number): number[] {
  const entries = columns.map((_, index) => table.map((row) => row[index] ?? ""));
  const longest = entries.map((texts) => Math.max(...texts.map(({ length }) => length)));
  const total = (widths: readonly number[]) => widths.reduce((sum, width) => sum + width, 0);
  if (total(longest) <= available) return longest;
  const least = columns.map((column, index) =>
    column.wrap ? Math.min(longest[index] ?? 0, longestWord(entries[index] ?? [])) : (longest[index] ?? 0),
  );
  const wanted = longest.map((width, index) => width - (least[index] ?? 0));
  const spare = Math.max(0, available - total(least));
  return least.map((width, index) => width + Math.floor((spare * (wanted[index] ?? 0)) / total(wanted)));
}

function longestWord(texts: readonly string[]): number {
  const words = texts.flatMap((text) => text.split(/\s+/)).map(({ length }) => length);
  return Math.min(widestWord, Math.max(...words));
}
