import { type Context, type Finding } from "../check";
import { formatBytes, formatSeconds, plural } from "../format";
import { inShortTransaction } from "../statements";
import { type IndexRow } from "./index-row";
import { sum } from "./table-row";

/** An index of a table, or a partitioned index with all its parts. */
interface IndexGroup {
  readonly head: IndexRow;
  /** Those that have storage and are scanned. */
  readonly parts: readonly IndexRow[];
  /** Indexes to drop: the head, or the same index of several partitions that belongs to no partitioned index. */
  readonly drop: readonly IndexRow[];
}

/** What makes two indexes the same but for their table. */
export function shapeOf({ method, keys, included, predicate, unique, nullsNotDistinct }: IndexRow): string {
  return JSON.stringify([method, keys, included, predicate, unique, nullsNotDistinct]);
}

/** Puts the parts of a partitioned index together, and like indexes that partitions have each by itself. */
export function groupIndexes(rows: readonly IndexRow[]): IndexGroup[] {
  const byHead = new Map<number, IndexRow[]>();
  const local = new Map<string, IndexRow[]>();
  for (const row of rows) {
    const head = row.rootId ?? row.id;
    if (row.rootId === null && !row.partitioned && row.tableRoot !== null) {
      const key = `${row.tableRoot} ${shapeOf(row)}`;
      local.set(key, [...(local.get(key) ?? []), row]);
    } else byHead.set(head, [...(byHead.get(head) ?? []), row]);
  }
  const attached = [...byHead].flatMap(([id, group]): IndexGroup[] => {
    const head = group.find((row) => row.id === id);
    return head ? [{ head, parts: group.filter(({ partitioned }) => !partitioned), drop: [head] }] : [];
  });
  const alone = [...local.values()].flatMap((group): IndexGroup[] => {
    const unused = group.filter(({ scans }) => scans === 0);
    return unused[0] ? [{ head: unused[0], parts: unused, drop: unused }] : [];
  });
  return [...attached, ...alone];
}

/** Statements that drop an index without holding others up: a partitioned one cannot go concurrently. */
export function dropIndex({ index, partitioned }: IndexRow): string[] {
  return partitioned ? inShortTransaction([`DROP INDEX ${index};`]) : [`DROP INDEX CONCURRENTLY ${index};`];
}

/** Whether somebody needs it though no query reads it. */
export function isNeeded({ unique, constraint, replicaIdentity, referenced, servesForeignKey }: IndexRow): boolean {
  return unique || constraint !== null || replicaIdentity || referenced || servesForeignKey;
}

/** Tells indexes that no query used; those in `told` already have a finding. */
export function unusedIndexes(rows: readonly IndexRow[], context: Context, told: ReadonlySet<number>): Finding[] {
  const { facts, thresholds } = context;
  const age = facts.statisticsSeconds;
  const trusted = age >= thresholds.statisticsDays * 86_400;
  return groupIndexes(rows).flatMap(({ head, parts, drop }): Finding[] => {
    const bytes = sum(parts, (row) => row.bytes);
    const used = sum(parts, ({ scans }) => scans) > 0;
    const concerned = [head, ...parts].some((row) => isNeeded(row) || told.has(row.id) || row.beingBuilt || !row.valid);
    if (used || concerned || parts.length === 0 || bytes < thresholds.bytesOfNoConcern) return [];
    const writes = sum(parts, (row) => row.writes);
    const several =
      drop.length > 1
        ? `${drop.length} indexes like ${head.index} on partitions of ${head.tableRoot ?? ""}`
        : head.index;
    const split = head.partitioned ? ` in ${plural(parts.length, "partition")}` : "";
    return [
      {
        kind: "indexes.unused",
        severity: trusted ? "medium" : "low",
        objects: drop.map(({ index }) => index),
        what: `No query used ${several} on ${head.tableRoot ?? head.table} in the ${formatSeconds(age)} that use is counted; it has ${formatBytes(bytes)}${split}, and ${plural(writes, "row")} were written to its table meanwhile.`,
        numbers: { bytes, writes, scans: 0, statisticsSeconds: Math.round(age), indexes: drop.length },
        why: "Each write to the table also writes to the index, and it takes memory from what is read.",
        remedy: `${careOf(context, trusted)} To have it back: ${head.definition.replace(" ON ONLY ", " ON ")};`,
        sql: drop.flatMap(dropIndex),
      },
    ];
  });
}

function careOf({ facts, thresholds }: Context, trusted: boolean): string {
  const young = trusted
    ? ""
    : `Wait: use is counted for less than ${thresholds.statisticsDays} days, and a job of the week or month may need it. `;
  const replicas =
    facts.standbys > 0 || facts.inRecovery
      ? "This server has standbys, or is one: use is counted at each server alone, so ask all of them first. "
      : "";
  return `${young}${replicas}Drop it where nobody knows a query for it.`;
}
