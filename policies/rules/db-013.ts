import { z } from "zod";
import { plannedTables } from "../checks/database/plans";
import { type SqlSchema, sqlSchemas, type SqlTable } from "../checks/database/sql";
import { triggersOn, type Trigger } from "../checks/database/triggers";
import { type Graph } from "../graph/graph";
import { aspects, defineRule, each, type Failure, NotApplicable, part } from "../rule";
import { object } from "./examples";

const settings = z.strictObject({
  tables: z
    .array(z.string().min(1))
    .default(["jobs", "job_status"])
    .describe("names of tables that hold the present state of jobs, without their schema"),
  states: z.array(z.string().min(1)).default(["status", "state"]).describe("names of the column that holds the state"),
  lookups: z
    .array(z.string().min(1))
    .default([])
    .describe("columns by which jobs are looked up besides their state and their key"),
});
type Settings = z.infer<typeof settings>;

const sql = (...statements: readonly string[]) =>
  object("v1", "ConfigMap", "migrations", { data: { "1.sql": statements.join(";\n") } });
const plan = object("v1", "ConfigMap", "partitions", {
  data: {
    "plan.json": JSON.stringify({
      tables: [
        {
          schema: "platform",
          name: "jobs",
          key: "created_at",
          primaryKey: ["id", "created_at"],
          method: { kind: "range", interval: "month", premake: 3, retain: 12, graceDays: 7 },
          bytesPerDay: 20_000_000,
        },
      ],
    }),
  },
});
const columns = "id uuid, created_at timestamptz";

export const rule = defineRule<Settings>({
  id: "ALT-DB-013",
  slug: "postgresql-job-state-is-kept",
  title: "The server keeps the states of jobs: values and steps are constrained, found by index, ended, and told",
  severity: "high",
  gate: "mandatory",
  scope: "stack",
  why:
    "Five services write the state of a job. Without constraints a late worker sets a finished job back to running, and one " +
    "with a misspelt state is found by nobody. Without a path of notification every client asks again and again, and without " +
    "an index each such question reads all jobs there are.",
  fix:
    "Give the state an enum or CHECK, guard its steps by a trigger, index it, plan the table's retention, and let a trigger " +
    "write an outbox row or notify.",
  planSteps: ["4.3.1", "4.3.2", "4.3.3", "4.3.5"],
  peers: [],
  settings,
  examples: {
    pass: {
      title: "an enum, a guard, an index, an outbox",
      manifests: [
        sql(
          "CREATE TYPE platform.job_state AS ENUM ('queued', 'done')",
          `CREATE TABLE platform.jobs (${columns}, status platform.job_state) PARTITION BY RANGE (created_at)`,
          "CREATE INDEX jobs_queued ON platform.jobs (created_at) WHERE status = 'queued'",
          "CREATE TRIGGER guard BEFORE UPDATE ON platform.jobs FOR EACH ROW EXECUTE FUNCTION platform.guard()",
          "CREATE FUNCTION platform.tell() RETURNS trigger AS $$ BEGIN PERFORM pg_notify('jobs', ''); END $$",
          "CREATE TRIGGER tell AFTER UPDATE ON platform.jobs FOR EACH ROW EXECUTE FUNCTION platform.tell()",
        ),
        plan,
      ],
    },
    fail: {
      title: "any text may be a state",
      manifests: [sql(`CREATE TABLE platform.jobs (${columns}, status text)`), plan],
    },
  },
  parts: [
    part(
      ({ graph }) => sqlSchemas(graph),
      function* (schema, { graph, settings: options }) {
        const found = schema.tables.filter(({ name }) => options.tables.includes(name.split(".").pop() ?? ""));
        if (found.length === 0) return new NotApplicable("It makes no table of jobs.");
        return yield* each(found, (table) => judge(table, schema, graph, options));
      },
    ),
  ],
});

function judge(table: SqlTable, schema: SqlSchema, graph: Graph, options: Settings): Generator<Failure, undefined> {
  const { name, path } = table;
  const triggers = triggersOn(name, schema);
  const state = options.states.find((column) => table.columns.has(column));
  return aspects(
    function* () {
      if (state === undefined) {
        const problem = `makes ${name} without a column of its state (${options.states.join(", ")})`;
        yield { problem, path, fix: "add one, and constrain it" };
      } else {
        yield* checkState(table, state, schema);
        yield* checkIndexes(table, [state, ...options.lookups], schema);
      }
    },
    () => checkTriggers(name, path, triggers),
    () => checkRetention(name, path, graph),
  );
}

function* checkState({ name, columns: own, constraints, path }: SqlTable, state: string, schema: SqlSchema) {
  const definition = own.get(state) ?? "";
  const type = definition.split(" ")[0] ?? "";
  const isEnum = schema.statements.some(({ text }) =>
    text.replaceAll('"', "").toLowerCase().startsWith(`create type ${type.toLowerCase()} as enum`),
  );
  const lists = new RegExp(`CHECK ?\\( ?\\(?${state}\\)? (?:IN ?\\(|= ANY)`, "i");
  const isListed = /\bREFERENCES\b/i.test(definition) || [definition, ...constraints].some((text) => lists.test(text));
  if (isEnum || isListed) return;
  const problem = `lets any ${type || "value"} be the ${state} of ${name}`;
  yield { problem, path, fix: "make it an enum, or list its values in a CHECK" };
}

function* checkIndexes({ name, keys, path }: SqlTable, wanted: readonly string[], { indexes }: SqlSchema) {
  const own = indexes.filter(({ table }) => table === name);
  for (const column of wanted) {
    const mentions = new RegExp(`\\b${column}\\b`);
    const found =
      keys.some(([first]) => first === column) ||
      own.some(({ columns: listed, where = "" }) => listed[0] === column || mentions.test(where));
    if (found) continue;
    const problem = `has no index by which ${name} is found by ${column}`;
    yield { problem, path, fix: `index it, for the states that are of interest if ${column} has few` };
  }
}

function* checkTriggers(name: string, path: string, triggers: readonly Trigger[]): Generator<Failure> {
  if (!triggers.some(({ moment, events }) => moment === "before" && events.includes("UPDATE"))) {
    const problem = `lets a job of ${name} take any step, such as from its end back to the beginning`;
    yield { problem, path, fix: "refuse all but the allowed steps in a BEFORE UPDATE trigger" };
  }
  const tells = ({ moment, body }: Trigger) =>
    moment === "after" && /\bpg_notify\b|\bNOTIFY\b|INSERT INTO [\w.]*outbox\b/i.test(body);
  if (triggers.some(tells)) return;
  const problem = `changes ${name} without telling anybody`;
  yield { problem, path, fix: "write an outbox row or notify in an AFTER trigger" };
}

function* checkRetention(name: string, path: string, graph: Graph): Generator<Failure> {
  const found = plannedTables(graph).find((planned) => planned.name === name);
  if (found?.table.method.kind === "range") return;
  yield { problem: `keeps jobs in ${name} for ever`, path, fix: "plan its partitions by time, with their retention" };
}
