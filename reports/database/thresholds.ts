import { closest } from "fastest-levenshtein";

/** From which number on something is a finding; each can be set by `--threshold <name>=<number>`. */
export const defaultThresholds = {
  /** Mean milliseconds of a statement; the platform's own servers log from here on (`log_min_duration_statement`). */
  slowQueryMilliseconds: 500,
  /** Bytes that a call of a statement spills to disk on average; `log_temp_files` of the platform's own servers. */
  spilledBytes: 10 * 2 ** 20,
  /** Part of the blocks found in memory, below which a statement that reads much is told. */
  cacheHitRatio: 0.9,
  /** Blocks read from outside the cache before its ratio says anything: 1 GiB of 8 KiB blocks. */
  cacheBlocksRead: 131_072,
  /** How often over what autovacuum waits for, before statistics or dead rows are told: once is its ordinary course. */
  autovacuumFactor: 2,
  /** Dead rows, and changed rows since the last analysis, that nobody needs to mind. */
  rowsOfNoConcern: 1000,
  /** Bytes of an index or table below which use, bloat and missing indexes cost nothing. */
  bytesOfNoConcern: 2 ** 20,
  /** Days of statistics, before an index that was not used in them is more than a hint: a week has each weekday's jobs. */
  statisticsDays: 7,
  /** Part of a table or index that is bloat by estimate; the formula is known to be wrong by some 20 %. */
  estimatedBloat: 0.5,
  /** The same when it was measured. */
  measuredBloat: 0.4,
  /** Part of connections in use, of server, role or database. */
  connectionsUsed: 0.8,
  /** Seconds in a transaction without a statement; `idle_in_transaction_session_timeout` of the platform's own servers. */
  idleInTransactionSeconds: 60,
  /** Seconds that a transaction, or a prepared one, may keep vacuum from removing rows. */
  transactionSeconds: 3600,
  /** Transactions that a slot or a standby may hold vacuum back by. */
  heldTransactions: 1_000_000,
  /** Part of `autovacuum_freeze_max_age`: beyond 1 the forced vacuum should have run. */
  freezeAge: 1.1,
  /** Seconds that a session waits for a lock. */
  lockWaitSeconds: 5,
  /** Seconds that a standby is behind. */
  replicationSeconds: 60,
  /** Bytes of write-ahead log that a standby or a slot is behind. */
  replicationBytes: 2 ** 30,
  /** Periods for which partitions must be there ahead of now; as the platform's own planner insists. */
  horizonPeriods: 2,
  /** Seconds since the partition planner's job last succeeded: two of its days. */
  maintenanceSeconds: 172_800,
  /** Days until a table is twice its size, below which its growth is told. */
  doublingDays: 30,
  /** Bytes below which growth is not told. */
  growingBytes: 2 ** 30,
  /** Seconds that a client waits for a connection of the pooler. */
  poolWaitSeconds: 1,
} as const;

export type ThresholdName = keyof typeof defaultThresholds;
export type Thresholds = Readonly<Record<ThresholdName, number>>;

const names = Object.keys(defaultThresholds) as ThresholdName[];

/** Reads `name=number`; a sentence where it cannot be read. */
export function readThreshold(text: string): { readonly name: ThresholdName; readonly value: number } | string {
  const [given = "", number = ""] = text.split(/=(.*)/s);
  const name = names.find((known) => known === given);
  if (!name)
    return `There is no threshold ${given}. Did you mean ${closest(given, names)}? Known: ${names.join(", ")}.`;
  const value = Number(number);
  if (number.trim() === "" || !Number.isFinite(value) || value < 0) {
    return `--threshold ${name} needs a number from 0, such as ${name}=${defaultThresholds[name]}.`;
  }
  return { name, value };
}
