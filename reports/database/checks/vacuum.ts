import { type Context, defineCheck, type Finding } from "../check";
import { formatBytes, formatCount, formatPart, formatSeconds, plural } from "../format";
import { groupTables, nameOf, sum, type TableGroup, type TableRow } from "./table-row";
import sql from "./tables.sql";

/** Tells dead rows far beyond what autovacuum waits for, and tables that it may not enter. */
export function vacuumFindings(rows: readonly TableRow[], { thresholds }: Context): Finding[] {
  return groupTables(rows).flatMap((group) => {
    const dead = group.members.filter(
      ({ deadRows, vacuumThreshold }) =>
        deadRows >= thresholds.rowsOfNoConcern && deadRows > vacuumThreshold * thresholds.autovacuumFactor,
    );
    const off = group.members.filter(({ autovacuumEnabled }) => !autovacuumEnabled);
    return [...(dead.length > 0 ? [deadRows(group, dead)] : []), ...(off.length > 0 ? [switchedOff(group, off)] : [])];
  });
}

function deadRows(group: TableGroup, dead: readonly TableRow[]): Finding {
  const count = sum(dead, (row) => row.deadRows);
  const live = sum(dead, ({ liveRows }) => liveRows);
  const threshold = sum(dead, ({ vacuumThreshold }) => vacuumThreshold);
  const ages = dead.map(({ vacuumedSecondsAgo }) => vacuumedSecondsAgo);
  const last = ages.some((age) => age === null)
    ? "it was never vacuumed"
    : `the last VACUUM was ${formatSeconds(Math.max(...ages.map(Number)))} ago`;
  return {
    kind: "vacuum.deadRows",
    severity: count > live ? "high" : "medium",
    objects: dead.map(({ table }) => table),
    what: `${plural(count, "dead row")} in ${nameOf(group, dead)} beside ${formatCount(live)} live ones; autovacuum should have come at ${formatCount(threshold)}, and ${last}.`,
    numbers: { deadRows: count, liveRows: live, vacuumThreshold: Math.round(threshold) },
    why: "Every scan reads the dead rows too, and the table grows by what they keep.",
    remedy: "Vacuum it now; if dead rows stay, look at what holds vacuum back. Let autovacuum come earlier for it.",
    sql: dead.flatMap(({ table }) => [
      `ALTER TABLE ${table} SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_limit = 2000);`,
      `VACUUM (ANALYZE) ${table};`,
    ]),
  };
}

function switchedOff(group: TableGroup, off: readonly TableRow[]): Finding {
  return {
    kind: "vacuum.off",
    severity: "medium",
    objects: off.map(({ table }) => table),
    what: `autovacuum_enabled is off for ${nameOf(group, off)}, with ${plural(
      sum(off, ({ liveRows }) => liveRows),
      "row",
    )}.`,
    numbers: { tables: off.length, rows: sum(off, ({ liveRows }) => liveRows) },
    why: "Nobody removes its dead rows or renews its statistics, and a forced vacuum against wraparound comes at a time of its own.",
    remedy: "Switch it on again; where a bulk load needs it off, switch it on at the load's end.",
    sql: off.map(({ table }) => `ALTER TABLE ${table} RESET (autovacuum_enabled);`),
  };
}

export const vacuumCheck = defineCheck<TableRow>({
  name: "vacuum",
  title: "Vacuum",
  sql,
  read: (rows, context) => {
    const most = rows
      .filter(({ deadRows: dead }) => dead > 0)
      .sort((a, b) => b.deadRows - a.deadRows)
      .slice(0, 10);
    const part = (row: TableRow) => row.deadRows / Math.max(1, row.deadRows + row.liveRows);
    return {
      findings: vacuumFindings(rows, context),
      charts: [
        {
          title: "Dead rows",
          legend: ["live rows", "dead rows"],
          rows: most.map((row) => ({
            name: row.table,
            parts: [row.liveRows, row.deadRows],
            text: `${formatCount(row.deadRows)} dead, ${formatPart(part(row))}`,
          })),
        },
      ],
      tables:
        most.length === 0
          ? []
          : [
              {
                title: "Most dead rows",
                columns: [
                  { title: "table", wrap: true },
                  { title: "size", align: "right" },
                  { title: "live", align: "right" },
                  { title: "dead", align: "right" },
                  { title: "autovacuum at", align: "right" },
                  { title: "vacuumed", align: "right" },
                ],
                rows: most.map((row) => [
                  row.table,
                  formatBytes(row.heapBytes),
                  formatCount(row.liveRows),
                  formatCount(row.deadRows),
                  formatCount(row.vacuumThreshold),
                  row.vacuumedSecondsAgo === null ? "never" : `${formatSeconds(row.vacuumedSecondsAgo)} ago`,
                ]),
              },
            ],
    };
  },
});
