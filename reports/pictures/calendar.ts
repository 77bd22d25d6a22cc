import { type CalendarEntry, type PartitionState } from "../../model/database/partitions";
import { daysBetween } from "../../model/day";
import { escape } from "./escape";

/** A line of the picture: a table with its partitions; without bars, one that time does not change. */
export interface CalendarRow {
  readonly name: string;
  /** Second line, smaller. */
  readonly note: string;
  readonly bars: readonly CalendarEntry[];
}

const size = { side: 24, label: 190, width: 720, top: 96, row: 40, bar: 22, bottom: 34 } as const;
const states: Readonly<
  Record<PartitionState, { readonly fill: string; readonly stroke: string; readonly meaning: string }>
> = {
  detached: { fill: "#f1f5f9", stroke: "#94a3b8", meaning: "detached, waits for its drop" },
  kept: { fill: "#dbeafe", stroke: "#1a56db", meaning: "kept" },
  present: { fill: "#1a56db", stroke: "#1e3a8a", meaning: "the present one" },
  ahead: { fill: "#dcfce7", stroke: "#15803d", meaning: "made ahead, empty" },
};

/** Draws partitions over time, one row a table, with a line at the day. The same input gives the same bytes. */
export function drawCalendar(title: string, day: string, rows: readonly CalendarRow[]): string {
  const bars = rows.flatMap((row) => row.bars);
  const begin = monthOf([day, ...bars.map(({ from }) => from)].sort()[0] ?? day);
  const end = [day, ...bars.map(({ to }) => to)].sort().at(-1) ?? day;
  const left = size.side + size.label;
  const width = left + size.width + size.side;
  const bottom = size.top + rows.length * size.row;
  const height = bottom + size.bottom;
  const span = Math.max(1, daysBetween(begin, end));
  const x = (date: string) => left + (daysBetween(begin, date) / span) * size.width;
  const middle = (index: number) => size.top + index * size.row + size.row / 2;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="system-ui, sans-serif">`,
    `<title>${escape(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="#ffffff"/>`,
    `<text x="${size.side}" y="26" font-size="15" font-weight="600" fill="#0f172a">${escape(title)}</text>`,
    ...Object.values(states).map(({ fill, stroke, meaning }, index) => {
      const at = size.side + index * 200;
      return (
        `<rect x="${at}" y="40" width="14" height="12" rx="2" fill="${fill}" stroke="${stroke}" stroke-width="0.8"/>` +
        `<text x="${at + 20}" y="50" font-size="11" fill="#334155">${escape(meaning)}</text>`
      );
    }),
    ...months(begin, end).map((month) => {
      const at = round(x(month));
      const year = month.endsWith("-01-01") || month === begin;
      return (
        `<line x1="${at}" x2="${at}" y1="${size.top - 8}" y2="${bottom}" stroke="${month.endsWith("-01-01") ? "#94a3b8" : "#e2e8f0"}" stroke-width="1"/>` +
        `<text x="${at + 3}" y="${size.top - 12}" font-size="10" fill="#475569">${month.slice(5, 7)}</text>` +
        (year
          ? `<text x="${at + 3}" y="${size.top - 24}" font-size="10" font-weight="600" fill="#475569">${month.slice(0, 4)}</text>`
          : "")
      );
    }),
    ...rows.flatMap(({ name, note, bars: own }, index) => [
      `<text x="${size.side}" y="${middle(index) - 2}" font-size="12.5" fill="#0f172a">${escape(name)}</text>`,
      `<text x="${size.side}" y="${middle(index) + 12}" font-size="10" fill="#475569">${escape(note)}</text>`,
      ...own.map(({ name: partition, from, to, state, dropped }) => {
        const { fill, stroke } = states[state];
        const told = `${partition}: ${from} to ${to}, ${state}, dropped ${dropped}`;
        const [start, stop] = [x(from), x(to)];
        return `<rect x="${round(start + 0.5)}" y="${middle(index) - size.bar / 2}" width="${round(Math.max(1, stop - start - 1))}" height="${size.bar}" rx="2" fill="${fill}" stroke="${stroke}" stroke-width="0.8"><title>${escape(told)}</title></rect>`;
      }),
      ...(own.length === 0
        ? [
            `<rect x="${left + 0.5}" y="${middle(index) - size.bar / 2}" width="${size.width - 1}" height="${size.bar}" rx="2" fill="#f8fafc" stroke="#94a3b8" stroke-width="0.8"/>`,
            `<text x="${left + 10}" y="${middle(index) + 4}" font-size="11" fill="#334155">the same partitions at all times</text>`,
          ]
        : []),
    ]),
    `<line x1="${round(x(day))}" x2="${round(x(day))}" y1="${size.top - 8}" y2="${bottom + 4}" stroke="#be123c" stroke-width="1.6"/>`,
    `<text x="${round(x(day))}" y="${bottom + 18}" font-size="11" text-anchor="middle" fill="#be123c">${escape(day)}</text>`,
    "</svg>",
    "",
  ].join("\n");
}

function monthOf(day: string): string {
  return `${day.slice(0, 7)}-01`;
}

/** The first of each month from `begin`, itself one, up to `end`. */
function months(begin: string, end: string): string[] {
  const found: string[] = [];
  for (
    let date = new Date(`${begin}T00:00:00Z`);
    ;
    date = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1))
  ) {
    const month = date.toISOString().slice(0, 10);
    if (month >= end) return found;
    found.push(month);
  }
}

/** Tenths of a pixel are seen by nobody. */
function round(number: number): number {
  return Math.round(number * 10) / 10;
}
