import { z } from "zod";
import { databaseServers } from "../checks/database/servers";
import { partitionPlans, plannedTables, type PlannedTable } from "../checks/database/plans";
import { readable } from "../checks/database/known";
import { sqlSchemas } from "../checks/database/sql";
import { type Graph } from "../graph/graph";
import { aspects, defineRule, each, type Failure, NotApplicable, part } from "../rule";
import { object } from "./examples";

const settings = z.strictObject({
  tables: z
    .array(z.strictObject({ table: z.string().min(1), reason: z.string().min(20) }))
    .default([])
    .describe("tables (schema.name) that must be partitioned, each with what it grows by"),
});
type Settings = z.infer<typeof settings>;

const plan = (key: string) =>
  object("v1", "ConfigMap", "partitions", {
    data: {
      "plan.json": JSON.stringify({
        tables: [
          {
            schema: "platform",
            name: "jobs",
            key,
            primaryKey: ["id", "created_at"],
            method: { kind: "range", interval: "month", premake: 3, retain: 12, graceDays: 7 },
            bytesPerDay: 20_000_000,
          },
        ],
      }),
    },
  });
const sql = object("v1", "ConfigMap", "migrations", {
  data: {
    "1.sql":
      "CREATE TABLE platform.jobs (id uuid, created_at timestamptz, PRIMARY KEY (id, created_at)) PARTITION BY RANGE (created_at);",
  },
});

export const rule = defineRule<Settings>({
  id: "ALT-DB-001",
  slug: "postgresql-table-is-partitioned-as-planned",
  title: "Tables that grow without end are partitioned, and the schema does it by the plan's key and method",
  severity: "high",
  gate: "mandatory",
  scope: "stack",
  why:
    "A table of jobs or logs grows until no index of it fits into memory, and deleting old rows then takes hours and leaves " +
    "the holes behind. It cannot be partitioned later without copying every row while nobody writes; and a plan that says " +
    "another key than the table has is carried out by nobody.",
  fix: "Plan the table with key and method, and make it with the same PARTITION BY.",
  planSteps: ["3.5.1", "3.5.2", "3.5.3"],
  peers: [],
  settings,
  examples: {
    pass: { title: "planned and made by month", manifests: [plan("created_at"), sql] },
    fail: { title: "the plan says another key than the table", manifests: [plan("id"), sql] },
  },
  parts: [
    part(
      ({ graph }) => partitionPlans(graph),
      ({ tables, path }, { graph, settings: options }) =>
        aspects(
          () => each(tables, (table) => checkSchema(table, graph)),
          () => checkPresence(tables, path, options),
        ),
    ),
    part(
      ({ graph }) => databaseServers(graph),
      function* (_, { graph, settings: options }) {
        if (options.tables.length === 0)
          return new NotApplicable("Nothing says that it has a table that must be partitioned.");
        if (plannedTables(graph).length > 0)
          return new NotApplicable("The stack has a plan, which is judged by itself.");
        const names = options.tables.map(({ table }) => table).join(", ");
        const problem = `has no plan by which ${names} would be partitioned`;
        yield { problem, path: "metadata.name", fix: "register the partition plan, and the job that carries it out" };
        return undefined;
      },
    ),
  ],
});

function* checkPresence(planned: readonly PlannedTable[], path: string, { tables }: Settings): Generator<Failure> {
  for (const { table, reason } of tables) {
    if (planned.some(({ name }) => name === table)) continue;
    const problem = `does not plan ${table}`;
    yield {
      problem,
      path,
      fix: `partition it: ${reason.charAt(0).toLowerCase()}${reason.slice(1).replace(/\.$/, "")}`,
    };
  }
}

function* checkSchema({ table, name, path }: PlannedTable, graph: Graph): Generator<Failure> {
  const schemas = readable(sqlSchemas(graph));
  // Migrations that are nowhere among the manifests are somebody else's to judge.
  if (schemas.every(({ tables }) => tables.length === 0)) return;
  const made = schemas.flatMap(({ tables }) => tables).find((each_) => each_.name === name);
  const wanted = `PARTITION BY ${table.method.kind.toUpperCase()} (${table.key})`;
  if (made === undefined) {
    const problem = `plans ${name}, which no SQL of the stack makes`;
    yield { problem, path, fix: `make it with ${wanted}` };
    return;
  }
  const actual = made.partitionedBy;
  if (actual?.method === table.method.kind && actual.columns.join() === table.key) return;
  const is = actual
    ? `partitioned by ${actual.method.toUpperCase()} (${actual.columns.join(", ")})`
    : "not partitioned";
  const problem = `plans ${name} by ${table.method.kind} of ${table.key}, and its table is ${is}`;
  yield { problem, path, fix: `make it with ${wanted}, or plan what it is` };
}
