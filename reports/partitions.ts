import { type PartitionedTable } from "../model/database/partitioned-table";
import {
  type CalendarEntry,
  maintenance,
  mostPartitions,
  partitionCalendar,
  partitionSizes,
  type PartitionSizes,
  periodStart,
  volumeShare,
} from "../model/database/partitions";
import { fewestAhead, largestPartition, reckonedDays, smallestPartition } from "../model/database/partitions/limits";
import { formatSize } from "../model/database/partitions/text";
import { type Bytes, bytes } from "../model/quantity";
import { resolvePlatform } from "../stacks/platform/resolve";
import { drawCalendar } from "./pictures/calendar";
import { defineReport } from "./report";
import { type Paper } from "./text/paper";

/** A table with what it comes to, and what exists of it on the day. */
interface ReportedTable extends PartitionSizes {
  readonly table: string;
  readonly key: string;
  readonly method: PartitionedTable["method"];
  readonly rowsPerDay: number;
  readonly bytesPerRow: number;
  readonly growth: string;
  readonly why: string;
  /** Days on which the next partition is made, the oldest one detached, and the longest detached one dropped. */
  readonly next?: { readonly made: string; readonly detached: string; readonly dropped: string };
  readonly calendar: readonly CalendarEntry[];
}

/** Something that holds for all tables, with the number nearest to its bound. */
interface Proof {
  readonly what: string;
  readonly bound: string;
  readonly found: string;
}

/** The figures of the report. */
export interface PartitionsData {
  readonly stack: string;
  readonly day: string;
  /** Absent where the server is somebody else's. */
  readonly volume?: Bytes;
  readonly bytesKept: number;
  readonly schedule: string;
  readonly tables: readonly ReportedTable[];
  readonly proofs: readonly Proof[];
}

/** Which partitions there are when, how large they are, and what is proven about them. */
export const partitionsReport = defineReport<PartitionsData>({
  name: "partitions",
  purpose: "which partitions exist when, how large they become, and what is proven about them",
  ofDay: true,
  data: ({ stack, settings, catalogue, day }) => {
    if (day === undefined) throw new Error("the report on partitions needs a day");
    const { volume, form, definition } = resolvePlatform(settings, catalogue).database;
    const tables = definition.tables.map((table) => reportTable(table, new Date(`${day}T00:00:00Z`)));
    const bytesKept = tables.reduce((sum, table) => sum + table.bytesKept, 0);
    const known = form.kind === "external" ? {} : { volume };
    return {
      stack,
      day,
      ...known,
      bytesKept,
      schedule: maintenance.schedule,
      tables,
      proofs: proofs(definition.tables, tables, known.volume),
    };
  },
  print: printPartitions,
  draw: ({ stack, day, tables }) =>
    drawCalendar(
      `Partitions of stack ${stack} on ${day}`,
      day,
      tables.map((table) => ({ name: table.table, note: describeMethod(table), bars: table.calendar })),
    ),
});

function reportTable(table: PartitionedTable, at: Date): ReportedTable {
  const { method, growth } = table;
  const calendar = partitionCalendar(table, at);
  return {
    table: `${table.schema}.${table.name}`,
    key: table.key,
    method,
    ...partitionSizes(table),
    rowsPerDay: growth.rowsPerDay,
    bytesPerRow: growth.bytesPerRow,
    growth: growth.why,
    why: table.why,
    ...(method.kind === "range" && { next: nextDays(method.interval, calendar, at) }),
    calendar,
  };
}

function nextDays(interval: "day" | "week" | "month", calendar: readonly CalendarEntry[], at: Date) {
  const next = periodStart(interval, at, 1).toISOString().slice(0, 10);
  const [first] = calendar;
  return { made: next, detached: next, dropped: first?.dropped ?? next };
}

function proofs(planned: readonly PartitionedTable[], tables: readonly ReportedTable[], volume?: Bytes): Proof[] {
  if (tables.length === 0) return [];
  const keys = planned.reduce((sum, { uniqueKeys = [] }) => sum + 1 + uniqueKeys.length, 0);
  const ranges = tables.filter(({ method }) => method.kind === "range");
  const hashes = tables.filter(({ method }) => method.kind === "hash");
  const shortest = least(ranges, ({ horizonDays = 0 }) => horizonDays);
  const briefest = least(ranges, ({ method }) => (method.kind === "range" ? method.graceDays : 0));
  const most = least(tables, ({ partitions }) => -partitions);
  const [small, large] = [least(tables, (of) => of.bytesPerPartition), least(tables, (of) => -of.bytesPerPartition)];
  const kept = tables.reduce((sum, { bytesKept }) => sum + bytesKept, 0);
  return [
    {
      what: "every primary and unique key contains the partition key",
      bound: "all",
      found: `${keys} of ${keys} keys`,
    },
    ...(shortest
      ? [
          {
            what: "partitions ahead",
            bound: `≥ ${fewestAhead} periods and ${2 * maintenance.intervalHours} h`,
            found: `${shortest.table}: ${describeAhead(shortest)}`,
          },
        ]
      : []),
    ...(briefest?.method.kind === "range"
      ? [
          {
            what: "days between detach and drop",
            bound: "≥ 1",
            found: `${briefest.table}: ${briefest.method.graceDays}`,
          },
        ]
      : []),
    ...(most
      ? [
          {
            what: "partitions of a table, and made by a run",
            bound: `≤ ${mostPartitions}`,
            found: `${most.table}: ${most.partitions}`,
          },
        ]
      : []),
    ...(small && large
      ? [
          {
            what: "a full partition",
            bound: `${formatSize(smallestPartition)} to ${formatSize(largestPartition)}`,
            found: `${small.table}: ${formatSize(small.bytesPerPartition)}; ${large.table}: ${formatSize(large.bytesPerPartition)}`,
          },
        ]
      : []),
    ...hashes.map(({ table, method }) => ({
      what: "remainders of a hash, each with a partition",
      bound: "a power of two, or a reason",
      found: `${table}: ${method.kind === "hash" ? method.modulus : 0}`,
    })),
    {
      what: "kept on the volume, detached ones included",
      bound: volume
        ? `≤ ${volumeShare * 100} % of ${volume}: ${formatSize(bytes(volume) * volumeShare)}`
        : "its owner's",
      found: formatSize(kept),
    },
  ];
}

/** The first of those for which `of` is least. */
function least<Item>(items: readonly Item[], of: (item: Item) => number): Item | undefined {
  return [...items].sort((a, b) => of(a) - of(b))[0];
}

function printPartitions(data: PartitionsData, paper: Paper): void {
  paper.heading(`Partitions of stack ${data.stack} on ${data.day}`);
  if (data.tables.length === 0) {
    paper.paragraph("No table is partitioned.");
    return;
  }
  paper.paragraph(
    `Maintenance runs at ${data.schedule} (UTC). Sizes are what a period comes to at the planned growth; a hash keeps everything, and ${reckonedDays} days are reckoned with.`,
  );
  paper.blank();
  paper.table(
    [
      { title: "table" },
      { title: "by", wrap: true },
      { title: "ahead", align: "right" },
      { title: "kept", align: "right" },
      { title: "grace", align: "right" },
      { title: "partitions", align: "right" },
      { title: "one has", align: "right" },
      { title: "in all", align: "right" },
    ],
    data.tables.map((table) => [
      table.table,
      `${table.key}, ${describeMethod(table)}`,
      days(table.horizonDays),
      days(table.retentionDays),
      days(table.method.kind === "range" ? table.method.graceDays : undefined),
      `${table.partitions}`,
      formatSize(table.bytesPerPartition),
      formatSize(table.bytesKept),
    ]),
  );
  paper.heading("Proven before anything is registered");
  paper.table(
    [
      { title: "what", wrap: true },
      { title: "bound", wrap: true },
      { title: "nearest to it", wrap: true },
    ],
    data.proofs.map(({ what, bound, found }) => [what, bound, found]),
  );
  paper.heading("What happens next");
  paper.table(
    [
      { title: "table" },
      { title: "present" },
      { title: "one more made" },
      { title: "oldest detached" },
      { title: "next dropped" },
    ],
    data.tables
      .filter(({ next }) => next !== undefined)
      .map(({ table, next, calendar }) => [
        table,
        calendar.find(({ state }) => state === "present")?.name ?? "",
        next?.made ?? "",
        next?.detached ?? "",
        next?.dropped ?? "",
      ]),
  );
  paper.heading("Why so");
  for (const { table, why, growth, rowsPerDay, bytesPerRow } of data.tables) {
    paper.paragraph(`${table}: ${why}`, { bullet: "- " });
    paper.paragraph(`${rowsPerDay} rows a day of ${bytesPerRow} bytes: ${growth}`, { indent: 2 });
  }
}

function describeMethod({ method }: Pick<ReportedTable, "method">): string {
  return method.kind === "range" ? `by ${method.interval}` : `hash of ${method.modulus}`;
}

function describeAhead({ method, horizonDays = 0 }: ReportedTable): string {
  return method.kind === "range" ? `${method.premake} × ${method.interval}, ${horizonDays} days` : "";
}

function days(number: number | undefined): string {
  return number === undefined ? "-" : `${number} d`;
}
