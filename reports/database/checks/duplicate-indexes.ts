import { type Finding } from "../check";
import { formatBytes, plural } from "../format";
import { quoteName } from "../statements";
import { type IndexRow } from "./index-row";
import { sum } from "./table-row";
import { dropIndex, shapeOf } from "./unused-indexes";

interface Pair {
  readonly kept: IndexRow;
  readonly gone: IndexRow;
  readonly kind: "duplicate" | "prefix";
}

/** Tells indexes that another one of the same table replaces, and which indexes those are. */
export function duplicateIndexes(rows: readonly IndexRow[]): {
  readonly findings: Finding[];
  readonly told: ReadonlySet<number>;
} {
  const pairs = findPairs(rows.filter(({ valid, beingBuilt }) => valid && !beingBuilt));
  const groups = new Map<string, Pair[]>();
  for (const pair of pairs) {
    const { gone, kept, kind } = pair;
    // Indexes that partitions have each by itself are told once.
    const key =
      gone.tableRoot === null ? `${gone.id}` : JSON.stringify([gone.tableRoot, kind, shapeOf(gone), shapeOf(kept)]);
    groups.set(key, [...(groups.get(key) ?? []), pair]);
  }
  const parts = new Map<number, IndexRow[]>();
  for (const row of rows) if (row.rootId !== null) parts.set(row.rootId, [...(parts.get(row.rootId) ?? []), row]);
  return {
    findings: [...groups.values()].map((group) => finding(group, parts)),
    told: new Set(pairs.map(({ gone }) => gone.id)),
  };
}

function findPairs(rows: readonly IndexRow[]): Pair[] {
  const byTable = new Map<string, IndexRow[]>();
  for (const row of rows) byTable.set(row.table, [...(byTable.get(row.table) ?? []), row]);
  return [...byTable.values()].flatMap((indexes) => {
    const gone = new Set<number>();
    const pairs: Pair[] = [];
    const take = (kind: Pair["kind"], replaces: (kept: IndexRow, other: IndexRow) => boolean) => {
      for (const candidate of [...indexes].sort(leastFirst)) {
        const kept = indexes.find((other) => other !== candidate && !gone.has(other.id) && replaces(other, candidate));
        if (!kept || gone.has(candidate.id)) continue;
        gone.add(candidate.id);
        pairs.push({ kept, gone: candidate, kind });
      }
    };
    take("duplicate", (kept, other) => isSpare(other) && sameIndex(kept, other));
    take("prefix", (kept, other) => isSpare(other) && isPrefix(other, kept));
    return pairs;
  });
}

/** Which of two like indexes goes first: the one that serves least, then the newer one. */
function leastFirst(a: IndexRow, b: IndexRow): number {
  const rank = ({ constraint, unique }: IndexRow) => (constraint === null ? 0 : 2) + (unique ? 1 : 0);
  return rank(a) - rank(b) || a.scans - b.scans || b.id - a.id;
}

/** Whether it may go by itself: no part of a partitioned index, no replica identity, no target of a foreign key. */
function isSpare({ rootId, replicaIdentity, referenced }: IndexRow): boolean {
  return rootId === null && !replicaIdentity && !referenced;
}

/** Whether `kept` does all that `other` does, with the same keys. */
function sameIndex(kept: IndexRow, other: IndexRow): boolean {
  const same =
    kept.method === other.method &&
    kept.predicate === other.predicate &&
    equal(kept.keys, other.keys) &&
    other.included.every((column) => kept.included.includes(column));
  // A unique index also keeps out second rows; only another unique one, as strict, does that too.
  const unique = !other.unique || (kept.unique && (kept.nullsNotDistinct || !other.nullsNotDistinct));
  return same && unique && (other.constraint === null || kept.constraint !== null);
}

/** Whether `longer` begins with all of `shorter`, which nothing but queries needs. */
function isPrefix(shorter: IndexRow, longer: IndexRow): boolean {
  const { keys } = shorter;
  const columns = [...longer.keys.map((key) => key.split("|")[0] ?? ""), ...longer.included];
  return (
    shorter.method === "btree" &&
    longer.method === "btree" &&
    !shorter.unique &&
    shorter.constraint === null &&
    shorter.predicate === longer.predicate &&
    keys.length < longer.keys.length &&
    equal(keys, longer.keys.slice(0, keys.length)) &&
    shorter.included.every((column) => columns.includes(column))
  );
}

function equal(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, index) => text === b[index]);
}

function finding(group: readonly Pair[], parts: ReadonlyMap<number, readonly IndexRow[]>): Finding {
  const [{ kept, gone, kind } = undefined as never] = group;
  const all = group.flatMap((pair) => [pair.gone, ...(parts.get(pair.gone.id) ?? [])]);
  const bytes = sum(all, (row) => row.bytes);
  const scans = sum(all, (row) => row.scans);
  const where = group.length > 1 ? ` (and so on ${plural(group.length, "partition")} of ${gone.tableRoot ?? ""})` : "";
  const numbers = { bytes, scans, indexes: group.length };
  const objects = group.map((pair) => pair.gone.index);
  if (kind === "prefix") {
    return {
      kind: "indexes.prefix",
      severity: "low",
      objects,
      what: `${kept.index} begins with all columns of ${gone.index} on ${gone.table}${where}; the shorter has ${formatBytes(bytes)} and ${plural(scans, "scan")}.`,
      numbers,
      why: "Queries that use the shorter one can use the longer one, while each write goes to both.",
      remedy: `Drop the shorter one, unless the longer is so much wider that its scans would read more. To have it back: ${gone.definition.replace(" ON ONLY ", " ON ")};`,
      sql: group.flatMap((pair) => dropIndex(pair.gone)),
    };
  }
  return {
    kind: "indexes.duplicate",
    severity: "medium",
    objects,
    what: `${gone.index} on ${gone.table} does nothing that ${kept.index} does not${where}; it has ${formatBytes(bytes)}.`,
    numbers,
    why: "Each write to the table goes to both, and both take memory and disk.",
    remedy:
      gone.constraint === null
        ? `Drop it. To have it back: ${gone.definition.replace(" ON ONLY ", " ON ")};`
        : `Its constraint ${gone.constraint} says what the other one's says: drop the constraint.`,
    sql: group.flatMap((pair) =>
      pair.gone.constraint === null
        ? dropIndex(pair.gone)
        : [`ALTER TABLE ${pair.gone.table} DROP CONSTRAINT ${quoteName(pair.gone.constraint)};`],
    ),
  };
}
