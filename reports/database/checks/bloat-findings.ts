import { type Context, type Finding } from "../check";
import { formatBytes, formatPart, plural } from "../format";
import { sum } from "./table-row";

/** A table or index with how much of it is room for nothing. */
export interface Bloat {
  /** With its schema, as SQL takes it. */
  readonly name: string;
  /** For an index: its table. */
  readonly table: string;
  readonly root: string | null;
  readonly bytes: number;
  readonly wasted: number;
}

/** Tells tables or indexes that are largely empty; those of one partitioned table as one. */
export function bloatFindings(
  all: readonly Bloat[],
  what: "table" | "index",
  { thresholds, exact }: Context,
): Finding[] {
  const limit = exact ? thresholds.measuredBloat : thresholds.estimatedBloat;
  const groups = new Map<string, Bloat[]>();
  for (const one of all) {
    if (one.wasted < thresholds.bytesOfNoConcern || one.wasted / one.bytes < limit) continue;
    const key = one.root ?? one.name;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].map((group) => {
    const [bytes, wasted] = [sum(group, (one) => one.bytes), sum(group, (one) => one.wasted)];
    const name = nameOf(group, what);
    return {
      severity: wasted / bytes >= 0.8 ? "medium" : "low",
      objects: group.map((one) => one.name),
      what: `${formatBytes(wasted)} of the ${formatBytes(bytes)} of ${name} hold nothing (${formatPart(wasted / bytes)}, ${exact ? "measured" : "estimated"}).`,
      numbers: { bytes, wastedBytes: Math.round(wasted), bloat: wasted / bytes },
      ...(what === "table" ? tableRemedy(group) : indexRemedy(group)),
    };
  });
}

function nameOf(group: readonly Bloat[], what: "table" | "index"): string {
  const [first] = group;
  const root = first?.root ?? null;
  if (root === null) return first?.name ?? "";
  return `${what === "table" ? plural(group.length, "partition") : plural(group.length, "index", "indexes")} of ${root}`;
}

function tableRemedy(group: readonly Bloat[]): Pick<Finding, "kind" | "why" | "remedy" | "sql"> {
  return {
    kind: "bloat.table",
    why: "Scans read the empty room too, and memory holds it. New rows fill it in time, so it matters where a table is scanned or will not grow again.",
    remedy:
      "VACUUM FULL writes the table anew but lets nobody read it meanwhile: run it in a window, or use pg_repack, which needs no such lock. The parameter keeps it from coming again.",
    sql: group.flatMap(({ name }) => [
      `ALTER TABLE ${name} SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_limit = 2000);`,
      `VACUUM (FULL, ANALYZE) ${name};`,
    ]),
  };
}

function indexRemedy(group: readonly Bloat[]): Pick<Finding, "kind" | "why" | "remedy" | "sql"> {
  return {
    kind: "bloat.index",
    why: "Each scan reads more pages than it needs, and memory holds them.",
    remedy:
      "Build it anew beside the old one; that needs as much room as the new one has, and readers and writers go on.",
    sql: group.map(({ name }) => `REINDEX INDEX CONCURRENTLY ${name};`),
  };
}
