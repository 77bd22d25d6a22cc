/** A row of `tables.sql`: a table, a materialised view, a partition, or a partitioned table (which has no storage). */
export interface TableRow {
  /** With its schema, as SQL takes it. */
  readonly table: string;
  /** The partitioned table above all of which it is a part; absent for a table of its own. */
  readonly root: string | null;
  readonly partitioned: boolean;
  /** As of the last VACUUM or ANALYZE. */
  readonly rows: number;
  readonly neverCounted: boolean;
  readonly heapBytes: number;
  /** Values too long for a row, with their index. */
  readonly toastBytes: number;
  readonly indexBytes: number;
  readonly liveRows: number;
  readonly deadRows: number;
  /** Rows inserted, updated and deleted since use is counted. */
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
  readonly changedSinceAnalyze: number;
  readonly analyzedSecondsAgo: number | null;
  readonly vacuumedSecondsAgo: number | null;
  readonly autovacuumEnabled: boolean;
  /** Dead rows that autovacuum waits for, by the table's own parameters or the server's. */
  readonly vacuumThreshold: number;
  /** Changed rows that autovacuum's ANALYZE waits for. */
  readonly analyzeThreshold: number;
  /** Transactions since the oldest row that is not frozen. */
  readonly transactionAge: number | null;
}

/** What is told as one: the partitions of a partitioned table, or a table alone. */
export interface TableGroup {
  readonly name: string;
  readonly partitioned: boolean;
  /** Tables with storage; without the partitioned ones. */
  readonly members: readonly TableRow[];
}

/** Puts partitions together under the table that they are parts of; the order of first appearance stays. */
export function groupTables(rows: readonly TableRow[]): TableGroup[] {
  const groups = new Map<string, TableRow[]>();
  for (const row of rows) {
    const name = row.root ?? row.table;
    const members = groups.get(name) ?? [];
    groups.set(name, members);
    if (!row.partitioned) members.push(row);
  }
  const parents = new Set(rows.filter(({ partitioned }) => partitioned).map(({ table }) => table));
  return [...groups].map(([name, members]) => ({ name, members, partitioned: parents.has(name) }));
}

/** Adds up a figure of rows. */
export function sum<Row>(rows: readonly Row[], figure: (row: Row) => number): number {
  return rows.reduce((total, row) => total + figure(row), 0);
}

/** Bytes of a table with what belongs to it. */
export function totalBytes({ heapBytes, toastBytes, indexBytes }: TableRow): number {
  return heapBytes + toastBytes + indexBytes;
}

/** How a sentence names a group of which some members are concerned. */
export function nameOf({ name, partitioned }: TableGroup, concerned: readonly TableRow[]): string {
  return partitioned ? `${concerned.length} partition${concerned.length === 1 ? "" : "s"} of ${name}` : name;
}
