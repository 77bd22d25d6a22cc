import { type Context, defineCheck, type Finding } from "../check";
import { formatCount, formatSeconds, list, plural } from "../format";
import { nextEnd, readBound, readMoment, writeMoment } from "../partition-bounds";
import { inShortTransaction, newName, quoteName, quoteText } from "../statements";
import { sum } from "./table-row";
import plannedSql from "./partitions-planned.sql";
import sql from "./partitions.sql";

/** A row of `partitions.sql`: a partitioned table with what lies directly below it. */
export interface PartitionedRow {
  readonly table: string;
  readonly schema: string;
  readonly name: string;
  readonly strategy: "range" | "list" | "hash";
  readonly keyColumns: number;
  readonly key: string;
  /** Absent where the key begins with an expression. */
  readonly keyType: string | null;
  /** Seconds since 1970 at the server. */
  readonly now: number;
  /** What the platform's own planner says of it, where it keeps its partitions. */
  readonly planned: {
    readonly secondsSinceSuccess: number | null;
    readonly lastRunFailed: boolean;
    readonly detachedOverdue: number;
  } | null;
  readonly partitions: readonly {
    readonly table: string;
    readonly name: string;
    readonly bound: string;
    readonly detaching: boolean;
    readonly partitioned: boolean;
    readonly rows: number;
  }[];
}

/** A partition of a range of time. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** What is known of the time that a table has partitions for. */
export interface Horizon {
  /** In order, without those that have no end or no beginning in time. */
  readonly spans: readonly Span[];
  /** Up to when there is a partition without a gap from now on; now itself where there is none for it. */
  readonly until: number;
  /** Seconds of the last partition. */
  readonly period: number;
  /** Whole and broken periods ahead of the present one. */
  readonly ahead: number;
  /** Between partitions. */
  readonly gaps: readonly Span[];
}

const maintain = "CALL partitioning.maintain(now());";
const times = ["date", "timestamp with time zone", "timestamp without time zone"];

/** The horizon of a table partitioned by time; nothing for other keys, or while there is no whole partition. */
export function horizonOf({ strategy, keyType, now, partitions }: PartitionedRow): Horizon | undefined {
  if (strategy !== "range" || keyType === null || !times.includes(keyType)) return undefined;
  const spans = partitions
    .filter(({ detaching }) => !detaching)
    .flatMap(({ bound: text }): Span[] => {
      const bound = readBound(text);
      if (bound.kind !== "range") return [];
      const [from, to] = [readMoment(bound.from), readMoment(bound.to)];
      return from === undefined || to === undefined ? [] : [{ from, to }];
    })
    .sort((a, b) => a.from - b.from);
  const last = spans.findLast(({ from, to }) => Number.isFinite(from) && Number.isFinite(to));
  if (!last) return undefined;
  const gaps = spans.slice(1).flatMap((span, index) => {
    const before = spans[index]?.to ?? span.from;
    return before < span.from ? [{ from: before, to: span.from }] : [];
  });
  let until = now;
  for (const { from, to } of spans) if (from <= until && to > until) until = to;
  const present = spans.find(({ from, to }) => from <= now && to > now);
  const period = last.to - last.from;
  return { spans, gaps, period, until, ahead: present ? Math.max(0, (until - present.to) / period) : 0 };
}

/** Tells tables that will have no partition for what comes, gaps, default partitions and missing remainders. */
export function partitionFindings(rows: readonly PartitionedRow[], context: Context): Finding[] {
  return rows.flatMap((row) => {
    const horizon = horizonOf(row);
    return [
      ...(horizon ? horizonFindings(row, horizon, context) : []),
      ...(row.partitions.length === 0 ? [empty(row)] : []),
      ...defaultFindings(row),
      ...detachFindings(row),
      ...plannedFindings(row, context),
      ...hashFindings(row),
    ];
  });
}

function horizonFindings(row: PartitionedRow, horizon: Horizon, { thresholds }: Context): Finding[] {
  const { table, now, keyType } = row;
  const { until, period, ahead, gaps } = horizon;
  const upcoming = gaps.filter(({ to }) => to > now);
  const stray = row.partitions.some(({ bound }) => bound === "DEFAULT");
  const show = (moment: number) => writeMoment(moment, keyType ?? "");
  if (ahead >= thresholds.horizonPeriods) return [];
  const none = until <= now;
  return [
    {
      kind: "partitions.horizon",
      severity: none || ahead < 1 ? "high" : "medium",
      objects: [table],
      what: none
        ? `${table} has no partition for now (${show(now)})${upcoming[0] ? `; the next begins ${show(upcoming[0].to)}` : ""}.`
        : `The partitions of ${table} end ${show(until)}, in ${formatSeconds(until - now)}: ${ahead.toFixed(ahead < 1 ? 1 : 0)} periods of ${formatSeconds(period)} after the present one${upcoming.length > 0 ? ", where a gap begins" : ""}.`,
      numbers: { periodsAhead: ahead, secondsAhead: Math.max(0, Math.round(until - now)), periodSeconds: period },
      why: stray
        ? "Rows without a partition land in the default partition, which then stands in the way of the partition that they belong to."
        : "An insert without a partition is refused with `no partition of relation found for row`.",
      remedy: `Make the partitions that are missing, then see to it that a job makes them ahead: at least ${thresholds.horizonPeriods} periods.`,
      sql: createAhead(row, horizon, thresholds.horizonPeriods),
    },
  ];
}

/** Statements that make partitions from the horizon on; ATTACH locks the table against other changes of it only. */
function createAhead(row: PartitionedRow, { spans, gaps }: Horizon, periods: number): string[] {
  const { table, schema, name, now, keyType, partitions, keyColumns } = row;
  if (row.planned) return [maintain];
  const finite = spans.filter(({ from, to }) => Number.isFinite(from) && Number.isFinite(to));
  const last = finite.at(-1);
  // More key columns, or partitions that are partitioned themselves, have no bounds that could be guessed.
  if (!last || keyColumns > 1 || partitions.some(({ partitioned }) => partitioned)) return [];
  const statements: string[] = [];
  const taken = new Set(partitions.map((partition) => partition.name));
  const add = ({ from, to }: Span) => {
    const made = newName([name], writeMoment(from, "date").replaceAll("-", ""), taken);
    taken.add(made);
    const full = `${quoteName(schema)}.${quoteName(made)}`;
    const [lower, upper] = [writeMoment(from, keyType ?? ""), writeMoment(to, keyType ?? "")].map(quoteText);
    statements.push(
      `CREATE TABLE ${full} (LIKE ${table} INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING CONSTRAINTS INCLUDING STORAGE);`,
      ...inShortTransaction([
        `ALTER TABLE ${table} ATTACH PARTITION ${full} FOR VALUES FROM (${lower ?? ""}) TO (${upper ?? ""});`,
      ]),
    );
  };
  for (const gap of gaps) if (gap.to > now) add(gap);
  let [from, to] = [last.from, last.to];
  for (;;) {
    const end = nextEnd(from, to);
    [from, to] = [to, end];
    // Where nothing was made for long, the time that is over needs no partition any more.
    if (to > now) add({ from, to });
    if (from >= now + periods * (to - from)) break;
  }
  return statements;
}

function empty({ table }: PartitionedRow): Finding {
  return {
    kind: "partitions.none",
    severity: "high",
    objects: [table],
    what: `The partitioned table ${table} has no partition.`,
    numbers: {},
    why: "Every insert is refused.",
    remedy: "Make its first partitions, and a job that makes them ahead.",
    sql: [],
  };
}

function defaultFindings({ table, partitions }: PartitionedRow): Finding[] {
  const stray = partitions.find(({ bound }) => bound === "DEFAULT");
  if (!stray || stray.rows === 0) return [];
  return [
    {
      kind: "partitions.strayRows",
      severity: "medium",
      objects: [stray.table],
      what: `The default partition ${stray.table} of ${table} holds ${plural(stray.rows, "row")}.`,
      numbers: { rows: stray.rows },
      why: "A partition for their values cannot be made while they are there, and each new one reads the default partition whole under an exclusive lock.",
      remedy:
        "Make a table for the range that they belong to, move them there in one transaction, then attach it; then do without the default partition: a job makes the others ahead.",
      sql: [],
    },
  ];
}

function detachFindings({ table, partitions }: PartitionedRow): Finding[] {
  return partitions
    .filter(({ detaching }) => detaching)
    .map(({ table: partition, rows }) => ({
      kind: "partitions.detaching",
      severity: "medium",
      objects: [partition],
      what: `${partition} is neither part of ${table} nor free of it: DETACH CONCURRENTLY was interrupted.`,
      numbers: { rows },
      why: "Until it ends, no other partition can be detached.",
      remedy: "Bring it to its end.",
      sql: [`ALTER TABLE ${table} DETACH PARTITION ${partition} FINALIZE;`],
    }));
}

function plannedFindings({ table, planned }: PartitionedRow, { thresholds }: Context): Finding[] {
  if (!planned) return [];
  const { secondsSinceSuccess: since, lastRunFailed, detachedOverdue } = planned;
  if (!lastRunFailed && since !== null && since < thresholds.maintenanceSeconds && detachedOverdue === 0) return [];
  return [
    {
      kind: "partitions.maintenance",
      severity: "medium",
      objects: [table],
      what: `The partition planner's job ${since === null ? "never succeeded" : `last succeeded ${formatSeconds(since)} ago`} for ${table}${lastRunFailed ? ", and its last run failed" : ""}${detachedOverdue > 0 ? `; ${plural(detachedOverdue, "detached partition")} should be gone` : ""}.`,
      numbers: { ...(since !== null && { secondsSinceSuccess: Math.round(since) }), detachedOverdue },
      why: "It makes the partitions ahead and drops those whose time is over: without it inserts are refused one day, and the volume fills.",
      remedy: "Its last runs, with what went wrong, stand in partitioning.runs. Run it by hand once that is mended.",
      sql: [maintain],
    },
  ];
}

function hashFindings({ table, schema, name, strategy, partitions }: PartitionedRow): Finding[] {
  if (strategy !== "hash" || partitions.length === 0) return [];
  const bounds = partitions.flatMap(({ bound }) => {
    const read = readBound(bound);
    return read.kind === "hash" ? [read] : [];
  });
  // Moduli may differ; each is a factor of the next, so the largest one's remainders show what is missing.
  const modulus = Math.max(...bounds.map((bound) => bound.modulus));
  const missing = Array.from({ length: modulus }, (_, remainder) => remainder).filter(
    (remainder) => !bounds.some((bound) => remainder % bound.modulus === bound.remainder),
  );
  if (missing.length === 0) return [];
  return [
    {
      kind: "partitions.remainders",
      severity: "high",
      objects: [table],
      what: `${table} is partitioned by hash with modulus ${modulus}, and ${plural(missing.length, "remainder")} ${missing.length === 1 ? "has" : "have"} no partition: ${list(missing.map(String))}.`,
      numbers: { modulus, missing: missing.length },
      why: "Inserts whose key falls there are refused, as if by chance.",
      remedy: "Make a partition for each.",
      sql: missing.map((remainder) => {
        const made = newName([name], `r${remainder}`, new Set(partitions.map((partition) => partition.name)));
        return `CREATE TABLE ${quoteName(schema)}.${quoteName(made)} PARTITION OF ${table} FOR VALUES WITH (MODULUS ${modulus}, REMAINDER ${remainder});`;
      }),
    },
  ];
}

export const partitionsCheck = defineCheck<PartitionedRow>({
  name: "partitions",
  title: "Partitions",
  sql,
  prepare: (statement, { partitionPlan }) =>
    partitionPlan ? statement.replace('NULL AS "planned"', () => plannedSql.trim()) : statement,
  read: (rows, context) => ({
    findings: partitionFindings(rows, context),
    notes:
      rows.length === 0
        ? ["No table is partitioned."]
        : rows
            .filter(({ partitions }) => partitions.some(({ bound }) => bound === "DEFAULT"))
            .map(
              ({ table }) => `${table} has a default partition, beside which DETACH PARTITION CONCURRENTLY is refused.`,
            ),
    tables:
      rows.length === 0
        ? []
        : [
            {
              title: "Partitioned tables",
              columns: [
                { title: "table", wrap: true },
                { title: "by", wrap: true },
                { title: "parts", align: "right" },
                { title: "rows", align: "right" },
                { title: "until" },
                { title: "periods ahead", align: "right" },
              ],
              rows: rows.map((row) => {
                const horizon = horizonOf(row);
                return [
                  row.table,
                  row.key,
                  `${row.partitions.length}`,
                  formatCount(sum(row.partitions, ({ rows: count }) => count)),
                  horizon && Number.isFinite(horizon.until) ? writeMoment(horizon.until, row.keyType ?? "") : "",
                  horizon && Number.isFinite(horizon.ahead) ? horizon.ahead.toFixed(1) : "",
                ];
              }),
            },
          ],
  }),
});
