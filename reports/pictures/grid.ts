import { escape } from "./escape";

/** How good the thing is that a cell tells of; each has a colour and, for those who see none, its own text. */
export type Mood = "good" | "doubtful" | "bad";

/** One row of a grid: a name and a cell in each column. */
export interface GridRow {
  readonly name: string;
  readonly cells: readonly { readonly text: string; readonly mood: Mood }[];
}

const size = { label: 210, column: 92, row: 22, top: 100, side: 24 } as const;
const colours: Readonly<Record<Mood, { readonly fill: string; readonly text: string }>> = {
  good: { fill: "#dcfce7", text: "#14532d" },
  doubtful: { fill: "#fef3c7", text: "#78350f" },
  bad: { fill: "#fecdd3", text: "#881337" },
};

/** Draws rows of coloured cells with a legend of what the colours mean. The same input gives the same bytes. */
export function drawGrid(
  title: string,
  columns: readonly string[],
  rows: readonly GridRow[],
  legend: Readonly<Record<Mood, string>>,
): string {
  const left = size.side + size.label;
  const [width, height] = [left + columns.length * size.column + size.side, size.top + rows.length * size.row + 20];
  const moods = Object.entries(legend) as [Mood, string][];
  const step = Math.floor((width - 2 * size.side) / moods.length);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="system-ui, sans-serif">`,
    `<title>${escape(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="#ffffff"/>`,
    `<text x="${size.side}" y="28" font-size="14" font-weight="600" fill="#0f172a">${escape(title)}</text>`,
    ...moods.map(([mood, meaning], index) => {
      const x = size.side + index * step;
      return (
        `<rect x="${x}" y="42" width="12" height="12" rx="2" fill="${colours[mood].fill}" stroke="${colours[mood].text}" stroke-width="0.7"/>` +
        `<text x="${x + 18}" y="52" font-size="11" fill="#334155">${escape(meaning)}</text>`
      );
    }),
    ...columns.map(
      (column, index) =>
        `<text x="${left + index * size.column + size.column / 2}" y="${size.top - 12}" font-size="11" font-weight="600" text-anchor="middle" fill="#334155">${escape(column)}</text>`,
    ),
    ...rows.map(({ name, cells }, row) => {
      const y = size.top + row * size.row;
      const drawn = cells.map(({ text, mood }, index) => {
        const x = left + index * size.column;
        return (
          `<rect x="${x + 1}" y="${y}" width="${size.column - 2}" height="${size.row - 2}" rx="2" fill="${colours[mood].fill}"/>` +
          `<text x="${x + size.column / 2}" y="${y + 14}" font-size="11" text-anchor="middle" fill="${colours[mood].text}">${escape(text)}</text>`
        );
      });
      return `<text x="${size.side}" y="${y + 14}" font-size="11.5" fill="#0f172a">${escape(name)}</text>${drawn.join("")}`;
    }),
    "</svg>",
    "",
  ].join("\n");
}
