import { type PartitionedTable, type PartitionMethod } from "../../model/database/partitioned-table";

/** A table by range that nothing is wrong with, with what the test is about in place of its own. */
export function rangeTable(
  method: Partial<Extract<PartitionMethod, { kind: "range" }>>,
  rest: Partial<Omit<PartitionedTable, "method">> = {},
): PartitionedTable {
  return {
    schema: "platform",
    name: "events",
    key: "created_at",
    primaryKey: ["id", "created_at"],
    method: { kind: "range", interval: "month", premake: 3, retain: 3, graceDays: 7, ...method },
    // 310 MB in a month of 31 days.
    growth: { rowsPerDay: 10_000, bytesPerRow: 1000, why: "A test." },
    why: "A test.",
    ...rest,
  };
}

/** A table by hash that nothing is wrong with. */
export function hashTable(modulus: number, rest: Partial<PartitionedTable> = {}): PartitionedTable {
  return {
    ...rangeTable({}),
    name: "usage",
    key: "tenant_id",
    primaryKey: ["tenant_id", "day"],
    method: { kind: "hash", modulus },
    ...rest,
  };
}
