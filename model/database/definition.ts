import { type PartitionedTable } from "./partitioned-table";

/** A file of SQL that was or will be applied once; its content never changes afterwards. */
export interface Migration {
  /** Position in the order of application; from 1, without gaps. */
  readonly version: number;
  /** What it does, in the words of its file name. */
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of `sql`, hexadecimal; a file whose sum differs from the applied one is refused. */
  readonly checksum: string;
}

/** SQL that replaces what it made before (functions, procedures, views): applied again whenever its content changes. */
export interface Routine {
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of `sql`, hexadecimal. */
  readonly checksum: string;
}

/** A query that somebody sends in service, and the index by which it is answered. */
export interface ServedQuery {
  readonly name: string;
  /** Who sends it: a service of the catalogue, or a job of the database itself. */
  readonly caller: string;
  /** One statement with `$1`, `$2`, …. */
  readonly sql: string;
  /** Type of each parameter, such as `uuid`. */
  readonly parameters: readonly string[];
  /** Index of the (parent) table that its plan must use; absent for inserts. */
  readonly index?: string;
  /**
   * Sent by hand, with its values written into it, so that its plan is made for them. Absent: prepared, and a plan that was
   * made without its values must do.
   */
  readonly adHoc?: true;
  /** Most partitions of a table that a call reads; absent where none is partitioned. */
  readonly partitions?: number;
  readonly why: string;
}

/** A materialised view that is refreshed without locking its readers. */
export interface RefreshedView {
  readonly schema: string;
  readonly name: string;
  /** Unique index that the concurrent refresh needs. */
  readonly uniqueIndex: string;
  /** Cron expression (UTC) of the refresh. */
  readonly schedule: string;
  readonly why: string;
}

/** What a platform keeps in its own database: schema, partitions, served queries. Other databases belong to services. */
export interface DatabaseDefinition {
  /** Name of the database that holds the schema. */
  readonly name: string;
  readonly schema: string;
  /** In order of their version. */
  readonly migrations: readonly Migration[];
  /** In order of application, after all migrations. */
  readonly routines: readonly Routine[];
  readonly tables: readonly PartitionedTable[];
  readonly queries: readonly ServedQuery[];
  readonly views: readonly RefreshedView[];
}
