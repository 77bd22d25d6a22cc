import { escape } from "./escape";

/** A band of the picture. */
export interface Band {
  readonly name: string;
  /** Second line, smaller. */
  readonly note: string;
}

/** A line across bands: from those that outlive to those that go first. */
export interface Rail {
  readonly title: string;
  readonly note: string;
  readonly good: boolean;
  /** Indexes of bands. */
  readonly from: readonly number[];
  readonly to: readonly number[];
}

const size = { side: 24, label: 232, column: 40, top: 62, band: 44, legend: 22 } as const;
const widest = 90;

/**
 * Draws bands one below the other, and each rail in a column of its own: a ring in every band that outlives, a dot in every
 * band that goes first. The same input gives the same bytes.
 */
export function drawRails(title: string, bands: readonly Band[], rails: readonly Rail[]): string {
  const left = size.side + size.label;
  const bottom = size.top + bands.length * size.band;
  const longest = Math.max(title.length, ...rails.map((rail, index) => legendText(rail, index).length));
  const width = Math.max(
    left + rails.length * size.column + size.side,
    2 * size.side + Math.min(longest, widest * 2) * 6.4,
  );
  const height = bottom + 34 + rails.length * size.legend + 12;
  const middle = (band: number) => size.top + band * size.band + size.band / 2;
  const colour = ({ good }: Rail) => (good ? "#15803d" : "#be123c");
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${Math.ceil(width)} ${height}" width="${Math.ceil(width)}" height="${height}" role="img" font-family="system-ui, sans-serif">`,
    `<title>${escape(title)}</title>`,
    `<rect width="${Math.ceil(width)}" height="${height}" rx="8" fill="#ffffff"/>`,
    `<text x="${size.side}" y="26" font-size="15" font-weight="600" fill="#0f172a">${escape(title)}</text>`,
    `<text x="${size.side}" y="46" font-size="11" fill="#475569">made from top to bottom, taken down from bottom to top; ring: outlives, dot: goes first</text>`,
    ...bands.flatMap(({ name, note }, index) => [
      `<rect x="${size.side}" y="${size.top + index * size.band}" width="${left - size.side + rails.length * size.column}" height="${size.band - 4}" rx="4" fill="${index % 2 === 0 ? "#f1f5f9" : "#f8fafc"}"/>`,
      `<text x="${size.side + 10}" y="${middle(index) - 4}" font-size="12.5" fill="#0f172a">${escape(name)}</text>`,
      `<text x="${size.side + 10}" y="${middle(index) + 11}" font-size="10" fill="#475569">${escape(note)}</text>`,
    ]),
    ...rails.flatMap((rail, index) => {
      const x = left + index * size.column + size.column / 2;
      const all = [...rail.from, ...rail.to].map((band) => middle(band) - 2);
      if (all.length === 0) return [];
      const both = (band: number) => rail.from.includes(band) && rail.to.includes(band);
      return [
        `<line x1="${x}" x2="${x}" y1="${Math.min(...all)}" y2="${Math.max(...all)}" stroke="${colour(rail)}" stroke-width="1.6"/>`,
        ...rail.from.map(
          (band) =>
            `<circle cx="${x}" cy="${middle(band) - (both(band) ? 10 : 2)}" r="5.5" fill="#ffffff" stroke="${colour(rail)}" stroke-width="2"/>`,
        ),
        ...rail.to.map(
          (band) => `<circle cx="${x}" cy="${middle(band) + (both(band) ? 6 : -2)}" r="5" fill="${colour(rail)}"/>`,
        ),
        `<text x="${x}" y="${bottom + 12}" font-size="11" text-anchor="middle" fill="#334155">${index + 1}</text>`,
      ];
    }),
    ...rails.map(
      (rail, index) =>
        `<text x="${size.side}" y="${bottom + 40 + index * size.legend}" font-size="11.5" fill="${colour(rail)}">${escape(legendText(rail, index))}</text>`,
    ),
    "</svg>",
    "",
  ].join("\n");
}

function legendText({ title, note }: Rail, index: number): string {
  return `${index + 1}  ${title}: ${note}`;
}
