import { z } from "zod";
import { type PartitionedTable } from "../../../model/database/partitioned-table";
import { partitionSizes } from "../../../model/database/partitions";
import { Malformed } from "../../field";
import { type Graph } from "../../graph/graph";
import { type KubernetesObject } from "../../graph/object";
import { attempt } from "../../graph/selection";
import { objects } from "../../graph/subjects";
import { type Subject } from "../../rule";
import { readable } from "./known";

/** A table of a partition plan. */
export interface PlannedTable {
  readonly table: PartitionedTable;
  /** `platform.jobs`. */
  readonly name: string;
  /** The ConfigMap's key that holds the plan. */
  readonly path: string;
}

/** A plan with the object that carries it. */
export interface PartitionPlan {
  readonly object: KubernetesObject;
  readonly tables: readonly PlannedTable[];
  readonly path: string;
}

/** Key of a ConfigMap under which a partition plan stands as JSON. */
const planKey = "plan.json";

const tableSchema = z.looseObject({
  schema: z.string(),
  name: z.string(),
  key: z.string(),
  primaryKey: z.array(z.string()),
  uniqueKeys: z.array(z.array(z.string())).optional(),
  method: z.discriminatedUnion("kind", [
    z.looseObject({
      kind: z.literal("range"),
      interval: z.enum(["day", "week", "month"]),
      premake: z.number(),
      retain: z.number(),
      graceDays: z.number(),
    }),
    z.looseObject({ kind: z.literal("hash"), modulus: z.number(), reason: z.string().optional() }),
  ]),
  storage: z.record(z.string(), z.string()).optional(),
  bytesPerDay: z.number(),
});
const planSchema = z.object({ tables: z.array(tableSchema) });

/** The partition plans of a stack: ConfigMaps with the plan of tables that the maintenance job works by. */
export function partitionPlans(graph: Graph): Subject<PartitionPlan>[] {
  return objects(graph, "ConfigMap")
    .filter((subject) => mayHoldPlan(subject.read()))
    .map((subject) => ({ ...subject, read: () => readPlan(subject.read()) }));
}

function mayHoldPlan({ root }: KubernetesObject): boolean {
  const found = attempt(() => root.at("data").entries());
  // A ConfigMap of which nothing is known is judged by nobody: most hold something else.
  if (!Array.isArray(found)) return false;
  return found.some(([key]) => key === planKey);
}

function readPlan(object: KubernetesObject): PartitionPlan {
  const field = object.root.at("data", planKey);
  const { path } = field;
  const parsed = planSchema.safeParse(parseJson(field.text() ?? ""));
  if (!parsed.success) throw new Malformed(path, "a partition plan");
  const tables = parsed.data.tables.map(({ bytesPerDay, ...table }) => {
    // The plan tells what a day brings, which is all that the arithmetic asks of rows.
    const growth = { rowsPerDay: bytesPerDay, bytesPerRow: 1, why: "" };
    return { table: { ...table, growth, why: "" }, name: `${table.schema}.${table.name}`, path };
  });
  return { object, path, tables };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The tables of all plans. @throws UnknownValue when one that may be a plan is not known. */
export function plannedTables(graph: Graph): readonly PlannedTable[] {
  return readable(partitionPlans(graph)).flatMap(({ tables }) => tables);
}

/** Days ahead for which there are partitions at least; nothing for a hash. */
export function horizonDays({ table }: PlannedTable): number | undefined {
  return partitionSizes(table).horizonDays;
}

/** `3 × month`, for sentences. */
export function periods({ table: { method } }: PlannedTable): string {
  return method.kind === "hash" ? `${method.modulus} remainders` : `${method.premake} × ${method.interval}`;
}
