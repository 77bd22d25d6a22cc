import { escape } from "./escape";

/** One bar of a stacked chart. */
export interface StackedBar {
  readonly name: string;
  /** One for each entry of the legend. */
  readonly parts: readonly number[];
  /** Written behind the bar. */
  readonly text: string;
  /** A mark on the same scale. */
  readonly limit?: number;
}

const size = { label: 280, width: 400, figures: 200, row: 26, bar: 16, side: 4, legend: 22 } as const;
/** Each with what stands for it where the page says nothing. */
const colours = ["var(--part-1, #2563eb)", "var(--part-2, #d97706)", "var(--part-3, #64748b)"];
const longestName = 34;

/**
 * Draws bars of stacked parts with marks, in colours that the page around them may set (`--part-1` to `--part-3`, `--mark`,
 * and the text's own colour), so that it is read on light and dark. The same input gives the same bytes.
 */
export function drawStacks(title: string, legend: readonly string[], bars: readonly StackedBar[]): string {
  const total = ({ parts }: StackedBar) => parts.reduce((sum, part) => sum + part, 0);
  const most = Math.max(...bars.map((bar) => Math.max(total(bar), bar.limit ?? 0)), Number.MIN_VALUE);
  const scale = (amount: number) => Math.round((amount / most) * size.width * 10) / 10;
  const top = legend.length > 1 ? size.legend : 0;
  const left = size.side + size.label;
  const [width, height] = [left + size.width + size.figures, top + bars.length * size.row + size.side];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="system-ui, sans-serif" fill="currentColor">`,
    `<title>${escape(title)}</title>`,
    ...(legend.length > 1
      ? legend.map((name, index) => {
          const x = left + index * 110;
          return `<rect x="${x}" y="3" width="10" height="10" rx="2" fill="${colours[index] ?? ""}"/><text x="${x + 15}" y="12" font-size="11">${escape(name)}</text>`;
        })
      : []),
    ...bars.flatMap((bar, index) => {
      const y = top + index * size.row;
      const name = bar.name.length > longestName ? `${bar.name.slice(0, longestName - 1)}…` : bar.name;
      let x = left;
      const parts = bar.parts.map((part, number) => {
        const drawn = `<rect x="${x}" y="${y + 2}" width="${scale(part)}" height="${size.bar}" fill="${colours[number] ?? ""}"/>`;
        x = Math.round((x + scale(part)) * 10) / 10;
        return drawn;
      });
      const mark = bar.limit === undefined ? undefined : left + scale(bar.limit);
      return [
        `<text x="${left - 8}" y="${y + 14}" font-size="11.5" text-anchor="end">${escape(name)}<title>${escape(bar.name)}</title></text>`,
        ...parts,
        ...(mark === undefined
          ? []
          : [
              `<line x1="${mark}" x2="${mark}" y1="${y - 1}" y2="${y + size.bar + 5}" stroke="var(--mark, #be123c)" stroke-width="2"/>`,
            ]),
        `<text x="${Math.max(x, mark ?? 0) + 8}" y="${y + 14}" font-size="11">${escape(bar.text)}</text>`,
      ];
    }),
    "</svg>",
  ].join("\n");
}
