/** A stretch of time that one partition holds, in UTC. */
export type PartitionInterval = "day" | "week" | "month";

/** How rows are spread over partitions. */
export type PartitionMethod =
  | {
      readonly kind: "range";
      readonly interval: PartitionInterval;
      /** Partitions that are made ahead of the present one; at least 2 (decision 10, ALT-DB-002). */
      readonly premake: number;
      /** Whole partitions that are kept besides the present one; what is older is detached. */
      readonly retain: number;
      /** Days that a detached partition is kept before it is dropped. */
      readonly graceDays: number;
    }
  | {
      readonly kind: "hash";
      /** Number of partitions; every remainder has one. */
      readonly modulus: number;
      /** Why the modulus is no power of two; without it, such a modulus is refused. */
      readonly reason?: string;
    };

/** A partitioned table as data: what the planner proves, draws and makes DDL of. */
export interface PartitionedTable {
  readonly schema: string;
  readonly name: string;
  /** Column that decides a row's partition; `timestamptz` for a range. */
  readonly key: string;
  readonly primaryKey: readonly string[];
  /** Columns of each further unique constraint or unique index. */
  readonly uniqueKeys?: readonly (readonly string[])[];
  readonly method: PartitionMethod;
  /** What a year brings: reckoned with for the volume and the size of a partition. */
  readonly growth: {
    readonly rowsPerDay: number;
    /** Bytes of a row with its part of all indexes. */
    readonly bytesPerRow: number;
    /** Where both come from. */
    readonly why: string;
  };
  /** Storage parameters of each partition, such as `autovacuum_vacuum_scale_factor`. */
  readonly storage?: Readonly<Record<string, string>>;
  /** Why it is partitioned, and so. */
  readonly why: string;
}
