import { escape } from "./escape";

/** One row of a bar chart: a value, and marks on the same scale. */
export interface Bar {
  readonly name: string;
  readonly value: number;
  readonly marks: readonly number[];
}

const size = { label: 120, width: 420, row: 34, top: 56, side: 24, figures: 150 } as const;

/** Draws values as bars with marks; a bar beyond its last mark is red. The same input gives the same bytes. */
export function drawBars(title: string, bars: readonly Bar[]): string {
  const most = Math.max(1, ...bars.flatMap(({ value, marks }) => [value, ...marks]));
  const scale = (amount: number) => Math.round((amount / most) * size.width * 10) / 10;
  const left = size.side + size.label;
  const [width, height] = [left + size.width + size.figures, size.top + bars.length * size.row + 16];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="system-ui, sans-serif">`,
    `<title>${escape(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="#ffffff"/>`,
    `<text x="${size.side}" y="28" font-size="14" font-weight="600" fill="#0f172a">${escape(title)}</text>`,
    ...bars.flatMap(({ name, value, marks }, index) => {
      const y = size.top + index * size.row;
      const colour = value > (marks.at(-1) ?? Infinity) ? "#be123c" : "#15803d";
      return [
        `<text x="${size.side}" y="${y + 15}" font-size="12" fill="#334155">${escape(name)}</text>`,
        `<rect x="${left}" y="${y}" width="${scale(value)}" height="20" rx="3" fill="${colour}"/>`,
        ...marks.map(
          (mark) =>
            `<line x1="${left + scale(mark)}" x2="${left + scale(mark)}" y1="${y - 4}" y2="${y + 24}" stroke="#475569" stroke-width="1.5"/>`,
        ),
        `<text x="${left + scale(Math.max(value, ...marks)) + 8}" y="${y + 15}" font-size="11" fill="#475569">${value} (${marks.join(" to ")})</text>`,
      ];
    }),
    "</svg>",
    "",
  ].join("\n");
}
