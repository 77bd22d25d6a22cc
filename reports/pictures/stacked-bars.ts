import { escape } from "./escape";

/** A bar of several parts, one after the other, against a mark. */
export interface StackedBar {
  readonly name: string;
  readonly parts: readonly { readonly name: string; readonly value: number }[];
  /** What the parts together must not pass. */
  readonly mark: number;
}

const size = {
  label: 120,
  width: 480,
  row: 40,
  side: 24,
  figures: 110,
  legendRow: 18,
  legendColumn: 226,
  top: 44,
} as const;
/** Fills that stay apart in print; text on them is dark. */
const palette = ["#93c5fd", "#86efac", "#fde68a", "#d8b4fe", "#fdba74", "#a5f3fc", "#cbd5e1", "#f9a8d4", "#bef264"];
const tooMuch = "#be123c";

/** Draws bars of parts with a mark each; the figure of a bar beyond its mark is red. The same input gives the same bytes. */
export function drawStackedBars(title: string, bars: readonly StackedBar[]): string {
  const names = [...new Set(bars.flatMap(({ parts }) => parts.map(({ name }) => name)))];
  const colour = (name: string) => palette[names.indexOf(name) % palette.length] ?? "#cbd5e1";
  const most = Math.max(1, ...bars.flatMap(({ parts, mark }) => [mark, total(parts)]));
  const scale = (amount: number) => Math.round((amount / most) * size.width * 10) / 10;
  const left = size.side + size.label;
  const width = left + size.width + size.figures;
  const perRow = Math.max(1, Math.floor((width - 2 * size.side) / size.legendColumn));
  const top = size.top + Math.ceil(names.length / perRow) * size.legendRow + 16;
  const height = top + bars.length * size.row + 8;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="system-ui, sans-serif">`,
    `<title>${escape(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="#ffffff"/>`,
    `<text x="${size.side}" y="28" font-size="14" font-weight="600" fill="#0f172a">${escape(title)}</text>`,
    ...names.map((name, index) => {
      const x = size.side + (index % perRow) * size.legendColumn;
      const y = size.top + Math.floor(index / perRow) * size.legendRow;
      return (
        `<rect x="${x}" y="${y}" width="12" height="12" rx="2" fill="${colour(name)}"/>` +
        `<text x="${x + 18}" y="${y + 10}" font-size="11" fill="#334155">${escape(name)}</text>`
      );
    }),
    ...bars.flatMap((bar, index) => {
      const y = top + index * size.row;
      const sum = total(bar.parts);
      const fits = sum <= bar.mark;
      let from = 0;
      const drawn = bar.parts.map(({ name, value }) => {
        const x = left + scale(from);
        from += value;
        const tip = `<title>${escape(name)}: ${value}</title>`;
        return `<rect x="${x}" y="${y}" width="${scale(value)}" height="22" fill="${colour(name)}" stroke="#ffffff" stroke-width="0.5">${tip}</rect>`;
      });
      const mark = left + scale(bar.mark);
      return [
        `<text x="${size.side}" y="${y + 15}" font-size="12" fill="#334155">${escape(bar.name)}</text>`,
        ...drawn,
        `<line x1="${mark}" x2="${mark}" y1="${y - 4}" y2="${y + 26}" stroke="${fits ? "#475569" : tooMuch}" stroke-width="1.5"/>`,
        `<text x="${left + scale(Math.max(bar.mark, sum)) + 8}" y="${y + 15}" font-size="11" fill="${fits ? "#475569" : tooMuch}">${sum} of ${bar.mark}</text>`,
      ];
    }),
    "</svg>",
    "",
  ].join("\n");
}

function total(parts: StackedBar["parts"]): number {
  return parts.reduce((sum, { value }) => sum + value, 0);
}
