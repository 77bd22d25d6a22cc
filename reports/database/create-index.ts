import { inShortTransaction, newName, quoteName } from "./statements";

/** A table that an index is to be made on. */
export interface IndexedTable {
  /** With its schema, as SQL takes it. */
  readonly table: string;
  /** Its bare name. */
  readonly name: string;
}

/** A partition, however deep, of such a table. */
export interface Partition extends IndexedTable {
  readonly partitioned: boolean;
}

/**
 * Statements that make an index while the table is read and written. A partitioned table refuses CONCURRENTLY: each
 * partition gets its index first, then the table's own finds and takes them all, which only needs a moment's lock; a
 * partition that came meanwhile is empty still.
 */
export function createIndex(
  head: IndexedTable,
  partitions: readonly Partition[],
  columns: readonly string[],
  names: readonly string[],
): string[] {
  const taken = new Set(names);
  const list = columns.map(quoteName).join(", ");
  const nameFor = ({ name }: IndexedTable) => {
    const made = newName([name, ...columns], "idx", taken);
    taken.add(made);
    return quoteName(made);
  };
  const own = nameFor(head);
  const concurrently = (name: string, table: string) => `CREATE INDEX CONCURRENTLY ${name} ON ${table} (${list});`;
  if (partitions.length === 0) return [concurrently(own, head.table)];
  return [
    ...partitions.filter(({ partitioned }) => !partitioned).map((leaf) => concurrently(nameFor(leaf), leaf.table)),
    ...inShortTransaction([`CREATE INDEX ${own} ON ${head.table} (${list});`]),
  ];
}
