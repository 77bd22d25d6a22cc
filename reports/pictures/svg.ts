import { escape } from "./escape";
import { columnsOf, type PictureArrow, type PictureNode } from "./layers";

const box = { width: 176, height: 46, gapX: 104, gapY: 26 };
const margin = { side: 24, top: 64, bottom: 24 };
/** Fill and stroke by group; readable on white in print and with a dark page around it. */
const palette = [
  { fill: "#e8f0fe", stroke: "#1a56db" },
  { fill: "#fdf3e1", stroke: "#b45309" },
  { fill: "#e9f7ef", stroke: "#15803d" },
  { fill: "#f3e8fd", stroke: "#7e22ce" },
  { fill: "#fde8ec", stroke: "#be123c" },
  { fill: "#eceff3", stroke: "#475569" },
];

/** Draws a layered picture as SVG; the same input gives the same bytes. */
export function drawLayers(title: string, nodes: readonly PictureNode[], arrows: readonly PictureArrow[]): string {
  const columns = columnsOf(nodes, arrows);
  const rows = Math.max(1, ...columns.map(({ length }) => length));
  const width = 2 * margin.side + columns.length * box.width + (columns.length - 1) * box.gapX;
  const height = margin.top + rows * box.height + (rows - 1) * box.gapY + margin.bottom;
  const positions = new Map(
    columns.flatMap((column, x) => {
      const used = column.length * box.height + (column.length - 1) * box.gapY;
      const top = margin.top + (height - margin.top - margin.bottom - used) / 2;
      return column.map(
        ({ name }, y) =>
          [name, { x: margin.side + x * (box.width + box.gapX), y: top + y * (box.height + box.gapY) }] as const,
      );
    }),
  );
  const at = (name: string) => positions.get(name) ?? { x: 0, y: 0 };
  const groups = [...new Set(nodes.map(({ group }) => group))].sort();
  const colour = (group: string) => palette[groups.indexOf(group) % palette.length] ?? palette[0];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="system-ui, sans-serif">`,
    `<title>${escape(title)}</title>`,
    `<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" fill="#64748b"/></marker></defs>`,
    `<rect width="${width}" height="${height}" rx="8" fill="#ffffff"/>`,
    `<text x="${margin.side}" y="26" font-size="15" font-weight="600" fill="#0f172a">${escape(title)}</text>`,
    ...groups.map((group, index) => legend(group, colour(group)?.stroke ?? "#000000", margin.side + index * 128)),
    ...arrows.map((arrow) => drawArrow(arrow, at(arrow.from), at(arrow.to), arrows)),
    ...nodes.map((node) => drawBox(node, at(node.name), colour(node.group) ?? { fill: "#ffffff", stroke: "#000000" })),
    "</svg>",
    "",
  ].join("\n");
}

interface Position {
  readonly x: number;
  readonly y: number;
}

function legend(group: string, stroke: string, x: number): string {
  return (
    `<rect x="${x}" y="38" width="10" height="10" rx="2" fill="${stroke}"/>` +
    `<text x="${x + 16}" y="47" font-size="11" fill="#334155">${escape(group)}</text>`
  );
}

function drawBox(node: PictureNode, { x, y }: Position, { fill, stroke }: { fill: string; stroke: string }): string {
  const middle = x + box.width / 2;
  return (
    `<rect x="${x}" y="${round(y)}" width="${box.width}" height="${box.height}" rx="6" fill="${fill}" stroke="${stroke}"/>` +
    `<text x="${middle}" y="${round(y + 20)}" font-size="13" text-anchor="middle" fill="#0f172a">${escape(node.name)}</text>` +
    `<text x="${middle}" y="${round(y + 36)}" font-size="10.5" text-anchor="middle" fill="#475569">${escape(node.note)}</text>`
  );
}

function drawArrow(arrow: PictureArrow, from: Position, to: Position, all: readonly PictureArrow[]): string {
  // Several arrows at one box share its side evenly, so that each label is read beside its own line.
  const slot = (arrows: readonly PictureArrow[]) => (box.height * (arrows.indexOf(arrow) + 1)) / (arrows.length + 1);
  const start = { x: from.x + box.width, y: from.y + slot(all.filter((other) => other.from === arrow.from)) };
  const end = { x: to.x - 2, y: to.y + slot(all.filter((other) => other.to === arrow.to)) };
  const bend = Math.max(32, (end.x - start.x) / 2);
  const path = `M${start.x} ${round(start.y)} C${start.x + bend} ${round(start.y)} ${end.x - bend} ${round(end.y)} ${end.x} ${round(end.y)}`;
  const place = `x="${end.x - 12}" y="${round(end.y - 3)}" font-size="9.5" text-anchor="end"`;
  const label = escape(arrow.label);
  return (
    `<path d="${path}" fill="none" stroke="#94a3b8" stroke-width="1.3" marker-end="url(#head)"/>` +
    // A white copy below keeps the label readable where lines cross; not every renderer knows paint-order.
    `<text ${place} fill="none" stroke="#ffffff" stroke-width="3">${label}</text>` +
    `<text ${place} fill="#334155">${label}</text>`
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
