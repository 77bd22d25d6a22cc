import { type Packing, tablePages, treePages } from "../bloat";
import { type AnyCheck, type Context, defineCheck, type Reading } from "../check";
import { formatBytes, formatPart, plural } from "../format";
import { type Bloat, bloatFindings } from "./bloat-findings";
import indexExactSql from "./index-bloat-exact.sql";
import indexSql from "./index-bloat.sql";
import tableExactSql from "./table-bloat-exact.sql";
import tableSql from "./table-bloat.sql";

/** A row of `table-bloat.sql` or `index-bloat.sql`; `index` is absent in the first. */
export interface EstimateRow {
  readonly index?: string;
  readonly table: string;
  readonly root: string | null;
  readonly pages: number;
  readonly rows: number;
  readonly fillFactor: number;
  readonly columns: number;
  /** Columns whose statistics are there and may be seen. */
  readonly known: number;
  readonly rowBytes: number | null;
  readonly nulls: boolean;
}

/** A row of `table-bloat-exact.sql`. */
export interface MeasuredTable {
  readonly table: string;
  readonly root: string | null;
  readonly bytes: number;
  readonly wasted: number;
}

/** A row of `index-bloat-exact.sql`. */
export interface MeasuredIndex {
  readonly index: string;
  readonly table: string;
  readonly root: string | null;
  readonly bytes: number;
  readonly leafPages: number;
  readonly emptyPages: number;
  /** Part of the leaves that is filled. */
  readonly density: number;
  readonly fillFactor: number;
}

/** Estimates what each needs and so wastes; those without statistics of all columns are counted, not guessed. */
export function estimate(
  rows: readonly EstimateRow[],
  pagesOf: (packing: Packing) => number,
  blockSize: number,
): { readonly bloat: Bloat[]; readonly unknown: number } {
  const known = rows.filter((row) => row.known >= row.columns && row.rowBytes !== null);
  const bloat = known.map(({ index, table, root, pages, rowBytes, ...row }) => {
    const needed = pagesOf({ ...row, rowBytes: rowBytes ?? 0, blockSize });
    return {
      name: index ?? table,
      table,
      root,
      bytes: pages * blockSize,
      wasted: Math.max(0, pages - needed) * blockSize,
    };
  });
  return { bloat, unknown: rows.length - known.length };
}

/** What a measured index wastes: pages without rows, and what its leaves hold less than a new one's would. */
export function measuredIndex(
  { index, table, root, bytes, leafPages, emptyPages, density, fillFactor }: MeasuredIndex,
  blockSize: number,
): Bloat {
  const lack = Math.max(0, 1 - density / (fillFactor / 100));
  return { name: index, table, root, bytes, wasted: (leafPages * lack + emptyPages) * blockSize };
}

function reading(
  bloat: readonly Bloat[],
  what: "table" | "index",
  context: Context,
  notes: readonly string[],
): Reading {
  const most = [...bloat].sort((a, b) => b.wasted - a.wasted).filter(({ wasted }) => wasted > 0);
  const how = context.exact ? "measured" : "estimated";
  return {
    findings: bloatFindings(bloat, what, context),
    notes,
    tables: [
      {
        title: `Most room that holds nothing, ${what === "table" ? "tables" : "indexes"}, ${how}`,
        columns: [
          { title: what, wrap: true },
          { title: "size", align: "right" },
          { title: "empty", align: "right" },
          { title: "part", align: "right" },
        ],
        rows: most
          .slice(0, 10)
          .map(({ name, bytes, wasted }) => [
            name,
            formatBytes(bytes),
            formatBytes(wasted),
            formatPart(wasted / bytes),
          ]),
      },
    ],
  };
}

function unseen(unknown: number, what: string): string[] {
  if (unknown === 0) return [];
  return [
    `Bloat of ${plural(unknown, what, what === "index" ? "indexes" : `${what}s`)} is not estimated: statistics of their columns are not there, or not for this role to see, because they quote values. Run ANALYZE, GRANT SELECT, or use --exact, for which pg_monitor is enough.`,
  ];
}

const estimated = (
  name: string,
  what: "table" | "index",
  sql: string,
  pagesOf: (packing: Packing) => number,
): AnyCheck =>
  defineCheck<EstimateRow>({
    name,
    title: "Bloat",
    sql,
    applies: ({ exact }) => !exact,
    read: (rows, context) => {
      const { bloat, unknown } = estimate(rows, pagesOf, context.facts.blockSize);
      return reading(bloat, what, context, unseen(unknown, what));
    },
  });

const isMeasured = ({ exact }: Context) => exact;

export const bloatChecks: readonly AnyCheck[] = [
  estimated("tableBloat", "table", tableSql, tablePages),
  estimated("indexBloat", "index", indexSql, treePages),
  defineCheck<MeasuredTable>({
    name: "tableBloatMeasured",
    title: "Bloat",
    sql: tableExactSql,
    extension: "pgstattuple",
    applies: isMeasured,
    read: (rows, context) =>
      reading(
        rows.map((row) => ({ ...row, name: row.table })),
        "table",
        context,
        [],
      ),
  }),
  defineCheck<MeasuredIndex>({
    name: "indexBloatMeasured",
    title: "Bloat",
    sql: indexExactSql,
    extension: "pgstattuple",
    applies: isMeasured,
    read: (rows, context) =>
      reading(
        rows.map((row) => measuredIndex(row, context.facts.blockSize)),
        "index",
        context,
        [],
      ),
  }),
];
