import { type Context, defineCheck, type Finding } from "../check";
import { createIndex, type Partition } from "../create-index";
import { formatBytes, plural } from "../format";
import sql from "./foreign-keys.sql";

/** A row of `foreign-keys.sql`: a foreign key whose columns no index of its table begins with. */
export interface ForeignKeyRow {
  readonly constraint: string;
  /** The table that points, with its schema, as SQL takes it. */
  readonly table: string;
  readonly tableName: string;
  /** The table that is pointed to. */
  readonly referenced: string;
  readonly columns: readonly string[];
  readonly nullable: boolean;
  /** Whether a delete changes rows of `table`, and is not refused while there are some. */
  readonly cascades: boolean;
  readonly rows: number;
  readonly bytes: number;
  /** Rows deleted from `referenced` since use is counted. */
  readonly referencedDeletes: number;
  /** Partitions below `table`. */
  readonly tree: readonly Partition[];
  readonly taken: readonly string[];
}

/** Tells foreign keys without an index. */
export function foreignKeyFindings(rows: readonly ForeignKeyRow[], { thresholds }: Context): Finding[] {
  // Two constraints on the same columns ask for the same index.
  const once = new Map(rows.map((row) => [JSON.stringify([row.table, [...row.columns].sort()]), row]));
  return [...once.values()]
    .filter(({ bytes }) => bytes >= thresholds.bytesOfNoConcern)
    .map((row): Finding => {
      const { constraint, table, tableName: name, columns, referenced, referencedDeletes: deletes, tree } = row;
      return {
        kind: "indexes.foreignKey",
        severity: deletes > 0 ? "medium" : "low",
        objects: [table],
        what: `No index of ${table} begins with ${columns.join(", ")}, by which ${constraint} points to ${referenced}; ${table} has ${plural(row.rows, "row")} in ${formatBytes(row.bytes)}, and ${plural(deletes, "row")} of ${referenced} ${deletes === 1 ? "was" : "were"} deleted since use is counted.`,
        numbers: { rows: row.rows, bytes: row.bytes, referencedDeletes: deletes },
        why: `Each row deleted from ${referenced}, or whose key changes, has all of ${table} read ${row.cascades ? "to change what points to it" : "to see that nothing points to it"}, under a lock.`,
        remedy: `Make the index${tree.length > 0 ? ": on each partition first, as it cannot be built concurrently for all of them" : ""}. Leave it out only where ${referenced} never loses a row and nothing joins the two.`,
        sql: createIndex({ table, name }, tree, columns, row.taken),
      };
    });
}

export const foreignKeysCheck = defineCheck<ForeignKeyRow>({
  name: "foreignKeys",
  title: "Indexes",
  sql,
  read: (rows, context) => ({ findings: foreignKeyFindings(rows, context) }),
});
