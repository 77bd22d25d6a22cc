/** Replaces what cannot be the same on this machine, and counts what it replaced. */
export interface Substitution {
  (text: string): string;
  /** How often each of them was met. */
  readonly met: ReadonlyMap<string, number>;
}

/**
 * Mount paths become paths here, container ports local ones and addresses of others theirs here, all in one pass, since a
 * path here may hold one of the container's again. A path counts only as a whole or as the beginning of one, a number or
 * an address only by itself. An address wins over a port that it holds.
 */
export function substitution(
  paths: ReadonlyMap<string, string>,
  ports: ReadonlyMap<number, number>,
  addresses: ReadonlyMap<string, string> = new Map(),
): Substitution {
  const here = new Map([
    ...[...ports].map(([from, to]) => [String(from), String(to)] as const),
    ...paths,
    ...addresses,
  ]);
  const met = new Map([...here.keys()].map((key) => [key, 0]));
  const longestFirst = [...paths.keys()].sort((a, b) => b.length - a.length);
  const alternatives = [
    // After a port there may be a path, after a name alone it would be the path's own beginning.
    ...[...addresses.keys()].map(
      (each) => String.raw`(?<![\w./-])${escape(each)}(?![\w-]|\.\w${/:\d+$/.test(each) ? "" : "|/"})`,
    ),
    ...longestFirst.map((each) => String.raw`(?<![\w./-])${escape(each)}(?=$|[/\s"',;:)\]}])`),
    ...[...ports.keys()].map((port) => String.raw`(?<![\w.])${port}(?![\w.])`),
  ];
  const pattern = new RegExp(alternatives.join("|"), "g");
  const replace = (text: string) =>
    alternatives.length === 0
      ? text
      : text.replaceAll(pattern, (match) => {
          met.set(match, (met.get(match) ?? 0) + 1);
          return here.get(match) ?? match;
        });
  return Object.assign(replace, { met });
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
