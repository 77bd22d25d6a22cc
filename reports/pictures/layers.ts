/** A node of a layered picture. */
export interface PictureNode {
  readonly name: string;
  /** Second line, smaller. */
  readonly note: string;
  /** Group that decides the colour. */
  readonly group: string;
}

/** An arrow of a layered picture. */
export interface PictureArrow {
  readonly from: string;
  readonly to: string;
  /** Written at the arrow's head. */
  readonly label: string;
}

/**
 * Puts every node into a column one behind the last of those that point to it. Arrows that would close a circle are
 * not followed, so any graph gets a picture.
 */
export function columnsOf(nodes: readonly PictureNode[], arrows: readonly PictureArrow[]): PictureNode[][] {
  const depths = new Map<string, number>();
  const depth = (name: string, path: readonly string[]): number => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    const callers = arrows.filter(({ from, to }) => to === name && from !== name && !path.includes(from));
    const result = Math.max(0, ...callers.map(({ from }) => depth(from, [...path, name]) + 1));
    if (path.length === 0) depths.set(name, result);
    return result;
  };
  const columns: PictureNode[][] = [];
  for (const node of nodes) (columns[depth(node.name, [])] ??= []).push(node);
  return sortColumns(
    columns.map((column) => column),
    arrows,
  );
}

/** Orders each column by the middle of what points to it, so that few arrows cross; equal ones keep their order. */
function sortColumns(columns: PictureNode[][], arrows: readonly PictureArrow[]): PictureNode[][] {
  const place = new Map<string, number>();
  return columns.map((column) => {
    const middle = ({ name }: PictureNode) => {
      const callers = arrows.flatMap(({ from, to }) => (to === name ? (place.get(from) ?? []) : []));
      return callers.length === 0 ? 0.5 : callers.reduce((sum, at) => sum + at, 0) / callers.length;
    };
    const sorted = [...column].sort((a, b) => middle(a) - middle(b));
    sorted.forEach(({ name }, index) => place.set(name, (index + 0.5) / sorted.length));
    return sorted;
  });
}
