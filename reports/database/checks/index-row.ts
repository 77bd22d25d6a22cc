/** A row of `indexes.sql`. */
export interface IndexRow {
  readonly id: number;
  /** With its schema, as SQL takes it. */
  readonly index: string;
  /** Its bare name. */
  readonly name: string;
  readonly table: string;
  /** The partitioned table above all of which `table` is a part; absent for a table of its own. */
  readonly tableRoot: string | null;
  /** The partitioned index that this one is a part of; it can only go with it. */
  readonly rootId: number | null;
  readonly partitioned: boolean;
  readonly method: string;
  readonly unique: boolean;
  /** Name of the primary key, unique or exclusion constraint that it serves. */
  readonly constraint: string | null;
  /** Whether a foreign key points to it. */
  readonly referenced: boolean;
  readonly replicaIdentity: boolean;
  readonly valid: boolean;
  readonly beingBuilt: boolean;
  /** Column or expression, operator class, collation and order of each key. */
  readonly keys: readonly string[];
  readonly included: readonly string[];
  /** Condition of a partial index; empty for a whole one. */
  readonly predicate: string;
  readonly nullsNotDistinct: boolean;
  /** Whether its first columns are those of a foreign key of its table. */
  readonly servesForeignKey: boolean;
  readonly scans: number;
  readonly bytes: number;
  /** Rows inserted and updated in its table since use is counted. */
  readonly writes: number;
  readonly definition: string;
}
