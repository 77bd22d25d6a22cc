import { type ChartRow, type Context, defineCheck, type Finding } from "../check";
import { formatBytes, formatCount, formatSeconds } from "../format";
import { groupTables, sum, type TableGroup, type TableRow, totalBytes } from "./table-row";
import sql from "./tables.sql";

/** How a table grows, and what follows if it goes on so. */
export interface Growth {
  readonly table: string;
  readonly bytes: number;
  readonly bytesPerDay: number;
  /** Days until it is twice its size; absent where it does not grow. */
  readonly doublingDays?: number;
}

const day = 86_400;
const shown = 15;
/** Below this many seconds of counting, a rate says nothing about a day. */
const leastSeconds = 3600;
/** Days ahead of the forecast. */
const forecast = [30, 90, 365] as const;

/** Bytes a day from rows inserted and deleted in `seconds`, at today's bytes for each row. */
export function growthOf(group: TableGroup, before: TableGroup | undefined, seconds: number): Growth {
  const bytes = sum(group.members, totalBytes);
  const net = (of: TableGroup) => sum(of.members, ({ inserted, deleted }) => inserted - deleted);
  const rows = sum(group.members, ({ liveRows, deadRows }) => liveRows + deadRows);
  // Partitions dropped between two samples took their counts with them: no growth then, rather than a negative one.
  const added = Math.max(0, net(group) - (before ? net(before) : 0));
  // Rows that were there before counting began are no growth, and no table can have grown by more than it has.
  const grown = rows > 0 ? (Math.min(added, rows) * bytes) / rows : 0;
  const bytesPerDay = seconds > 0 ? (grown / seconds) * day : 0;
  return { table: group.name, bytes, bytesPerDay, ...(bytesPerDay > 0 && { doublingDays: bytes / bytesPerDay }) };
}

/** Growth of every table, and over how many seconds it was counted; none where that is too short to say anything. */
export function growthOfAll(
  rows: readonly TableRow[],
  { facts, earlier }: Context,
): { seconds: number; growth: Growth[] } {
  const seconds = earlier?.seconds ?? facts.statisticsSeconds;
  const groups = groupTables(rows);
  if (!earlier && seconds < leastSeconds) return { seconds, growth: [] };
  const before = new Map(groupTables((earlier?.rows ?? []) as readonly TableRow[]).map((group) => [group.name, group]));
  return { seconds, growth: groups.map((group) => growthOf(group, before.get(group.name), seconds)) };
}

/** Tells tables that will soon be twice as large. */
export function growthFindings(growth: readonly Growth[], { thresholds }: Context): Finding[] {
  return growth.flatMap(({ table, bytes, bytesPerDay, doublingDays }): Finding[] => {
    if (doublingDays === undefined || doublingDays >= thresholds.doublingDays || bytes < thresholds.growingBytes)
      return [];
    return [
      {
        kind: "sizes.growing",
        severity: "medium",
        objects: [table],
        what: `${table} has ${formatBytes(bytes)} and grows by ${formatBytes(bytesPerDay)} a day: twice its size in ${formatSeconds(doublingDays * day)}.`,
        numbers: { bytes, bytesPerDay: Math.round(bytesPerDay), doublingDays },
        why: "A volume that is full stops the server, and deleting rows later gives no space back to it.",
        remedy:
          "Compare it with the volume. Where old rows may go, partition it by time, so that they go by dropping a partition.",
        sql: [],
      },
    ];
  });
}

function chartRows(groups: readonly TableGroup[]): ChartRow[] {
  return groups.map(({ name, members }) => ({
    name,
    parts: [
      sum(members, (row) => row.heapBytes),
      sum(members, (row) => row.toastBytes),
      sum(members, (row) => row.indexBytes),
    ],
    text: formatBytes(sum(members, totalBytes)),
  }));
}

export const sizesCheck = defineCheck<TableRow>({
  name: "sizes",
  title: "Sizes and growth",
  sql,
  sampled: true,
  read: (rows, context) => {
    const groups = groupTables(rows).sort((a, b) => sum(b.members, totalBytes) - sum(a.members, totalBytes));
    const largest = groups.slice(0, shown);
    const { seconds, growth } = growthOfAll(rows, context);
    const rates = new Map(growth.map((one) => [one.table, one.bytesPerDay]));
    const total = sum(rows, totalBytes);
    const daily = sum(growth, ({ bytesPerDay }) => bytesPerDay);
    const rate = (name: string) => rates.get(name);
    return {
      findings: growthFindings(growth, context),
      notes:
        growth.length > 0
          ? [
              `Tables with their indexes have ${formatBytes(total)} and grow by ${formatBytes(daily)} a day, as counted over ${formatSeconds(seconds)}. If that goes on: ${forecast.map((days) => `${formatBytes(total + daily * days)} in ${days} days`).join(", ")}.`,
            ]
          : [
              `Tables with their indexes have ${formatBytes(total)}. Rows are counted for ${formatSeconds(seconds)} only, too short to tell growth: ask again later, or with --samples 2 --interval 60s.`,
            ],
      charts: [
        { title: "Largest tables", legend: ["table", "TOAST", "indexes"], rows: chartRows(largest) },
        ...(daily > 0
          ? [
              {
                title: "All tables, if growth goes on",
                legend: ["today", "growth"],
                rows: [0, ...forecast].map((days) => ({
                  name: days === 0 ? "today" : `in ${days} days`,
                  parts: [total, daily * days],
                  text: formatBytes(total + daily * days),
                })),
              },
            ]
          : []),
      ],
      tables: [
        {
          title: `Largest tables (${largest.length} of ${groups.length}; partitions are reckoned with their table)`,
          columns: [
            { title: "table", wrap: true },
            { title: "parts", align: "right" },
            { title: "rows", align: "right" },
            { title: "table", align: "right" },
            { title: "TOAST", align: "right" },
            { title: "indexes", align: "right" },
            { title: "a day", align: "right" },
          ],
          rows: largest.map(({ name, members, partitioned }) => [
            name,
            partitioned ? `${members.length}` : "",
            formatCount(sum(members, ({ liveRows }) => liveRows)),
            formatBytes(sum(members, (row) => row.heapBytes)),
            formatBytes(sum(members, (row) => row.toastBytes)),
            formatBytes(sum(members, (row) => row.indexBytes)),
            rate(name) === undefined ? "" : formatBytes(rate(name) ?? 0),
          ]),
        },
      ],
    };
  },
});
