import { type PartitionedTable, type PartitionInterval } from "../partitioned-table";

const dayMilliseconds = 86_400_000;

/** Most days that a period has; what is reckoned with where a partition must not be larger than foreseen. */
export const longestPeriodDays = { day: 1, week: 7, month: 31 } as const satisfies Record<PartitionInterval, number>;
/** Fewest days that a period has; what is reckoned with where it must not be shorter. */
export const shortestPeriodDays = { day: 1, week: 7, month: 28 } as const satisfies Record<PartitionInterval, number>;

/**
 * First moment of the period `shift` after the one that holds `at`, in UTC: midnight, of a Monday (ISO 8601), of the first
 * of a month. The same arithmetic as `partitioning.period_start` at the server.
 */
export function periodStart(interval: PartitionInterval, at: Date, shift = 0): Date {
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  switch (interval) {
    case "day":
      return midnight(year, month, day + shift);
    case "week":
      // getUTCDay counts from Sunday.
      return midnight(year, month, day - ((at.getUTCDay() + 6) % 7) + 7 * shift);
    case "month":
      return midnight(year, month + shift, 1);
  }
}

function midnight(year: number, month: number, day: number): Date {
  const date = new Date(0);
  // Date.UTC takes years below 100 for the last century's.
  date.setUTCFullYear(year, month, day);
  return date;
}

/** Name of the partition of a range that begins at `from`: `<table>_p20261101`. */
export function rangePartitionName(table: string, from: Date): string {
  return `${table}_p${from.toISOString().slice(0, 10).replaceAll("-", "")}`;
}

/** Name of a hash partition: `<table>_h03`, as many digits as the largest remainder has. */
export function hashPartitionName(table: string, modulus: number, remainder: number): string {
  return `${table}_h${String(remainder).padStart(String(modulus - 1).length, "0")}`;
}

/** What a partition is to its table at a moment. */
export type PartitionState =
  /** Made ahead; holds nothing yet. */
  | "ahead"
  /** Rows of now go there. */
  | "present"
  /** Whole, and read. */
  | "kept"
  /** No longer part of the table; waits for the end of its grace period. */
  | "detached";

/** A partition of a range in the calendar; days are `YYYY-MM-DD`, the moment is midnight UTC. */
export interface CalendarEntry {
  readonly name: string;
  /** First day that it holds. */
  readonly from: string;
  /** First day that it no longer holds. */
  readonly to: string;
  readonly state: PartitionState;
  /** Day on which the next maintenance makes, detaches and drops it. */
  readonly made: string;
  readonly detached: string;
  readonly dropped: string;
}

/**
 * What there is of a table partitioned by range at a moment, oldest first, when maintenance has always run in time and the
 * table is older than its retention. Empty for a hash, whose partitions are always the same.
 */
export function partitionCalendar({ name, method }: PartitionedTable, at: Date): CalendarEntry[] {
  if (method.kind === "hash") return [];
  const { interval, premake, retain, graceDays } = method;
  const entries: CalendarEntry[] = [];
  // Detached ones go back as far as the grace period reaches, and those that are whole begin `retain` periods ago.
  const oldest = -retain - Math.ceil(graceDays / shortestPeriodDays[interval]) - 1;
  for (let shift = oldest; shift <= premake; shift += 1) {
    const from = periodStart(interval, at, shift);
    const detached = periodStart(interval, from, retain + 1);
    const dropped = new Date(detached.getTime() + graceDays * dayMilliseconds);
    if (dropped <= at) continue;
    entries.push({
      name: rangePartitionName(name, from),
      from: dayOf(from),
      to: dayOf(periodStart(interval, from, 1)),
      state: shift > 0 ? "ahead" : shift === 0 ? "present" : shift >= -retain ? "kept" : "detached",
      made: dayOf(periodStart(interval, from, -premake)),
      detached: dayOf(detached),
      dropped: dayOf(dropped),
    });
  }
  return entries;
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
