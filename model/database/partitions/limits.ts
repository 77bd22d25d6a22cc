/**
 * How partitions are maintained: what the CronJob, the procedure (`components/postgresql/partitioning/partitioning.sql`, a
 * test compares the two) and the proofs have in common.
 */
export const maintenance = {
  /**
   * Cron expression (UTC). Four times a day: a table that somebody held locked is tried again long before its horizon or
   * an alert is near. Not at a full hour, when everybody's jobs begin.
   */
  schedule: "23 */6 * * *",
  /** Hours between two runs of the schedule. */
  intervalHours: 6,
  /** Seconds after which a run is ended; half a minute a table, where each lock is waited for in vain, and as long to work. */
  deadlineSeconds: 900,
  /** Milliseconds that a step waits for its first lock. */
  lockTimeoutMilliseconds: 450,
  /** Milliseconds that it waits for each further one while everybody waits for it. */
  furtherLockTimeoutMilliseconds: 50,
  /** Tries for a lock, a second apart. */
  lockTries: 5,
  /** Partitions that one run makes of a table at most; the same number bounds what it detaches and drops. */
  creationsPerRun: 128,
} as const;

/**
 * Partitions that a table may have at most. A statement that cannot be narrowed down by the key locks each partition and
 * each of their indexes. Measured on PostgreSQL 18 with three indexes (EXPLAIN (SUMMARY), pg_locks): 128 partitions 1.9 ms
 * of planning and 518 locks, 512 partitions 12.6 ms and 2054 locks. The server has room for 64 locks a connection
 * (max_locks_per_transaction). What it says itself: too many partitions mean longer planning and more memory
 * (https://www.postgresql.org/docs/18/ddl-partitioning.html, best practices).
 */
export const mostPartitions = 128;

/** Partitions that are made ahead at least (decision 10, ALT-DB-002). */
export const fewestAhead = 2;

/** Part of the volume that planned data may fill (ALT-DB-005); the rest is for bloat, sorts, and the time to grow it. */
export const volumeShare = 0.7;

/**
 * Bytes of a partition at most. Vacuum, REINDEX and a restored table take a partition at a time: at the 125 MiB/s of a gp3
 * volume (its baseline) 10 GiB are read in 82 seconds.
 */
export const largestPartition = 10 * 2 ** 30;

/**
 * Bytes of a partition at least. PostgreSQL itself takes a table below 8 MiB for too small to be shared out
 * (min_parallel_table_scan_size): its files, locks and catalog rows cost more than it saves.
 */
export const smallestPartition = 8 * 2 ** 20;

/** Days of growth that are reckoned with where a table has no retention: by then it is archived, or the volume grown. */
export const reckonedDays = 365;

/** Bytes of a name at the server (NAMEDATALEN - 1); what is longer is cut off without a word. */
export const longestName = 63;
