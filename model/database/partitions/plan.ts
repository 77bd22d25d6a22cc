import { type PartitionedTable } from "../partitioned-table";
import { maintenance } from "./limits";
import { partitionSizes, type PartitionSizes } from "./sizes";

/**
 * Rows of `partitioning.plan` as one script, the same for the same tables. Applied again it changes nothing; a table that is
 * no longer named is marked as unmanaged, and its partitions stay.
 */
export function planSql(tables: readonly PartitionedTable[]): string {
  const planned = inOrder(tables);
  const names = planned.map(({ schema, name }) => `(${quote(schema)}, ${quote(name)})`);
  const leave = [
    "UPDATE partitioning.plan SET managed = false",
    `WHERE managed${names.length > 0 ? ` AND (table_schema, table_name) NOT IN (${names.join(", ")})` : ""};`,
  ];
  if (planned.length === 0) return `${leave.join("\n")}\n`;
  const changed = ["key", "method", "period", "premake", "retain", "grace_days", "modulus", "storage", "managed"];
  return [
    "INSERT INTO partitioning.plan",
    "  (table_schema, table_name, key, method, period, premake, retain, grace_days, modulus, storage, managed)",
    "VALUES",
    planned.map((table) => `  (${row(table).join(", ")})`).join(",\n"),
    "ON CONFLICT (table_schema, table_name) DO UPDATE SET",
    `${changed.map((column) => `  ${column} = excluded.${column}`).join(",\n")};`,
    "",
    ...leave,
    "",
  ].join("\n");
}

function row({ schema, name, key, method, storage = {} }: PartitionedTable): string[] {
  const sorted = Object.fromEntries(Object.entries(storage).sort(([a], [b]) => compare(a, b)));
  const ofMethod =
    method.kind === "range"
      ? [quote(method.interval), method.premake, method.retain, method.graceDays, "NULL"]
      : ["NULL", "NULL", "NULL", "NULL", method.modulus];
  return [
    ...[schema, name, key, method.kind].map(quote),
    ...ofMethod.map(String),
    `${quote(JSON.stringify(sorted))}::jsonb`,
    "true",
  ];
}

/** A text as a literal of SQL; the server's standard_conforming_strings is on. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A table in the plan that policies and dashboards read. */
export type PlannedTable = Pick<PartitionedTable, "schema" | "name" | "key" | "primaryKey" | "method"> & {
  readonly uniqueKeys: readonly (readonly string[])[];
  readonly storage: Readonly<Record<string, string>>;
} & PartitionSizes;

/** Content of `plan.json`: what the CronJob keeps, and how. */
export interface PartitionPlan {
  readonly maintenance: typeof maintenance;
  /** In the order of schema and name. */
  readonly tables: readonly PlannedTable[];
}

/** The plan as plain data. */
export function partitionPlan(tables: readonly PartitionedTable[]): PartitionPlan {
  return {
    maintenance,
    tables: inOrder(tables).map((table) => ({
      schema: table.schema,
      name: table.name,
      key: table.key,
      primaryKey: table.primaryKey,
      uniqueKeys: table.uniqueKeys ?? [],
      method: table.method,
      storage: table.storage ?? {},
      ...partitionSizes(table),
    })),
  };
}

/** The plan as the ConfigMap holds it; the same bytes for the same tables, in whatever order they come. */
export function planJson(tables: readonly PartitionedTable[]): string {
  return `${JSON.stringify(partitionPlan(tables), undefined, 2)}\n`;
}

function inOrder(tables: readonly PartitionedTable[]): PartitionedTable[] {
  return [...tables].sort((a, b) => compare(a.schema, b.schema) || compare(a.name, b.name));
}

/** By code units, so that no locale decides. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
