import { type Context, defineCheck, type Finding } from "../check";
import { formatCount, formatSeconds, plural } from "../format";
import { groupTables, nameOf, sum, type TableGroup, type TableRow } from "./table-row";
import sql from "./tables.sql";

/** Tells tables that the planner knows too little of: never analysed, or changed far beyond what autovacuum waits for. */
export function statisticsFindings(rows: readonly TableRow[], { thresholds }: Context): Finding[] {
  const parents = new Map(rows.filter(({ partitioned }) => partitioned).map((row) => [row.table, row]));
  return groupTables(rows).flatMap((group) => {
    const filled = group.members.filter(
      ({ liveRows, rows: counted }) => Math.max(liveRows, counted) >= thresholds.rowsOfNoConcern,
    );
    const never = filled.filter(
      ({ analyzedSecondsAgo, neverCounted, changedSinceAnalyze, analyzeThreshold }) =>
        // Statistics of use may have been lost with a crash; then a table that was counted is no concern until it changes.
        analyzedSecondsAgo === null &&
        (neverCounted || changedSinceAnalyze > analyzeThreshold * thresholds.autovacuumFactor),
    );
    const stale = filled.filter((row) => row.analyzedSecondsAgo !== null && isStale(row, thresholds));
    const parent = parents.get(group.name);
    return [
      ...(never.length > 0 ? [neverAnalyzed(group, never)] : []),
      ...(stale.length > 0 ? [staleStatistics(group, stale)] : []),
      ...(parent && filled.length > 0 && never.length === 0 && parent.analyzedSecondsAgo === null
        ? [parentNever(group, filled)]
        : []),
    ];
  });
}

function isStale(
  { changedSinceAnalyze: changed, analyzeThreshold, autovacuumEnabled }: TableRow,
  { autovacuumFactor, rowsOfNoConcern }: Context["thresholds"],
): boolean {
  const factor = autovacuumEnabled ? autovacuumFactor : 1;
  return changed >= rowsOfNoConcern && changed > analyzeThreshold * factor;
}

function neverAnalyzed(group: TableGroup, never: readonly TableRow[]): Finding {
  const rows = sum(never, ({ liveRows }) => liveRows);
  return {
    kind: "statistics.never",
    severity: "medium",
    objects: never.map(({ table }) => table),
    what: `${nameOf(group, never)} with ${plural(rows, "row")} was never analysed.`,
    numbers: { rows, tables: never.length },
    why: "The planner guesses how many rows a condition leaves, and chooses plans that can be slower by orders of magnitude.",
    remedy: "Analyse it now. If that comes again, autovacuum is off, held up, or has too few workers.",
    sql: never.map(({ table }) => `ANALYZE ${table};`),
  };
}

function staleStatistics(group: TableGroup, stale: readonly TableRow[]): Finding {
  const changed = sum(stale, ({ changedSinceAnalyze }) => changedSinceAnalyze);
  const rows = sum(stale, ({ liveRows }) => liveRows);
  const threshold = sum(stale, ({ analyzeThreshold }) => analyzeThreshold);
  const age = Math.max(...stale.map(({ analyzedSecondsAgo }) => analyzedSecondsAgo ?? 0));
  return {
    kind: "statistics.stale",
    severity: "medium",
    objects: stale.map(({ table }) => table),
    what: `${plural(changed, "row")} of ${nameOf(group, stale)} changed since the last ANALYZE ${formatSeconds(age)} ago; autovacuum should have come at ${formatCount(threshold)}, and ${formatCount(rows)} are there.`,
    numbers: {
      changedRows: changed,
      rows,
      analyzeThreshold: Math.round(threshold),
      analyzedSecondsAgo: Math.round(age),
    },
    why: "The planner reckons with what the table held then, and chooses plans for it.",
    remedy: "Analyse it now, and let autovacuum come earlier for large tables.",
    sql: stale.flatMap(({ table }) => [
      `ALTER TABLE ${table} SET (autovacuum_enabled = true, autovacuum_analyze_scale_factor = 0.02);`,
      `ANALYZE ${table};`,
    ]),
  };
}

function parentNever({ name }: TableGroup, partitions: readonly TableRow[]): Finding {
  const rows = sum(partitions, ({ liveRows }) => liveRows);
  return {
    kind: "statistics.parent",
    severity: "low",
    objects: [name],
    what: `The partitioned table ${name} was never analysed itself; its ${plural(partitions.length, "partition")} hold ${plural(rows, "row")}.`,
    numbers: { rows, partitions: partitions.length },
    why: "Autovacuum analyses partitions only: joins and groups over all of them are planned on guesses.",
    remedy: "Analyse the parent now and then by a job, after its partitions changed much.",
    sql: [`ANALYZE ${name};`],
  };
}

export const statisticsCheck = defineCheck<TableRow>({
  name: "statistics",
  title: "Planner statistics",
  sql,
  read: (rows, context) => {
    const changed = rows
      .filter(({ partitioned, changedSinceAnalyze }) => !partitioned && changedSinceAnalyze > 0)
      .sort((a, b) => b.changedSinceAnalyze / b.analyzeThreshold - a.changedSinceAnalyze / a.analyzeThreshold)
      .slice(0, 10);
    return {
      findings: statisticsFindings(rows, context),
      tables:
        changed.length === 0
          ? []
          : [
              {
                title: "Most changed since the last ANALYZE",
                columns: [
                  { title: "table", wrap: true },
                  { title: "rows", align: "right" },
                  { title: "changed", align: "right" },
                  { title: "autovacuum at", align: "right" },
                  { title: "analysed", align: "right" },
                ],
                rows: changed.map((row) => [
                  row.table,
                  formatCount(row.liveRows),
                  formatCount(row.changedSinceAnalyze),
                  formatCount(row.analyzeThreshold),
                  row.analyzedSecondsAgo === null ? "never" : `${formatSeconds(row.analyzedSecondsAgo)} ago`,
                ]),
              },
            ],
    };
  },
});
