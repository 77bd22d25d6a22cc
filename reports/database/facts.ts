import sql from "./facts.sql";

/** The question that {@link Facts} are the one row of the answer to. */
export const factsSql = sql;

/** What every check may ask about the server. */
export interface Facts {
  /** As `server_version_num`: 180006 is 18.6. */
  readonly versionNumber: number;
  readonly version: string;
  readonly database: string;
  /** Who asks. */
  readonly role: string;
  readonly inRecovery: boolean;
  readonly uptimeSeconds: number;
  /** Since when use is counted: the last reset, or the last start after a crash. */
  readonly statisticsSeconds: number;
  /** Whether the role sees statements and sessions of others (`pg_read_all_stats`, part of `pg_monitor`). */
  readonly readsAllStatistics: boolean;
  readonly standbys: number;
  /** Settings that the role may see, as the server writes them, in the server's base units. */
  readonly settings: Readonly<Record<string, string>>;
  /** Schema of each extension of this database. */
  readonly extensions: Readonly<Record<string, string>>;
  /** Names of extensions that could be made here. */
  readonly available: readonly string[];
  /** Whether the view `partitioning.horizon` of the platform's own partition planner is there to be read. */
  readonly partitionPlan: boolean;
  readonly blockSize: number;
}

/** Oldest major that the statements are written for. */
export const oldestMajor = 15;

/** Major version: 18 of 180006. */
export function majorOf(versionNumber: number): number {
  return Math.floor(versionNumber / 10_000);
}

/** A setting as a number; undefined where the role may not see it. */
export function numberSetting(facts: Facts, name: string): number | undefined {
  const value = facts.settings[name];
  return value === undefined || value === "" ? undefined : Number(value);
}
