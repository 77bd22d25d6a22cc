import { type Finding } from "../check";
import { formatBytes } from "../format";
import { type IndexRow } from "./index-row";
import { dropIndex } from "./unused-indexes";

/** What REINDEX CONCURRENTLY leaves behind when it is interrupted. */
const leftOver = /_cc(new|old)\d*$/;

/** Tells indexes that are written but never read, because building them failed. */
export function invalidIndexes(rows: readonly IndexRow[]): Finding[] {
  return rows.flatMap((row): Finding[] => {
    const { index, table, valid, beingBuilt, partitioned, name, bytes } = row;
    if (valid || beingBuilt) return [];
    const head = { severity: "high", objects: [index], numbers: { bytes } } as const;
    const why =
      "No query reads it, while each write to the table pays for it; a unique one keeps out rows and proves nothing.";
    if (partitioned) {
      return [
        {
          ...head,
          kind: "indexes.incomplete",
          what: `The partitioned index ${index} on ${table} is not valid: some partition has no index that is attached to it.`,
          why: "The partitions without it are scanned whole, and a unique index proves nothing.",
          remedy:
            "Build it on the partitions that lack it and attach it: ALTER INDEX … ATTACH PARTITION …; with the last one it becomes valid.",
          sql: [],
        },
      ];
    }
    return [
      leftOver.test(name)
        ? {
            ...head,
            kind: "indexes.leftOver",
            what: `${index} on ${table} is left over from an interrupted REINDEX CONCURRENTLY and has ${formatBytes(bytes)}.`,
            why,
            remedy:
              "Drop it; the index that it was to replace is there. With the ending _ccold it is the one that was replaced.",
            sql: dropIndex(row),
          }
        : {
            ...head,
            kind: "indexes.invalid",
            what: `${index} on ${table} is not valid: building it concurrently failed; it has ${formatBytes(bytes)}.`,
            why,
            remedy:
              "Build it again; when a unique index fails again, remove the rows that are there twice first. Or drop it.",
            sql: [`REINDEX INDEX CONCURRENTLY ${index};`],
          },
    ];
  });
}
