import { z } from "zod";
import { databaseServers } from "../checks/database/servers";
import { type GivenSettings, listOf, numberIn, pathOf, quote, settingsOf } from "../checks/database/settings";
import { partitionPlans, type PlannedTable } from "../checks/database/plans";
import { aspects, defineRule, each, type Failure, NotApplicable, part } from "../rule";
import { object } from "./examples";

const settings = z.strictObject({
  slowestMilliseconds: z
    .int()
    .min(1)
    .default(1000)
    .describe("longest time after which a statement must be in the slow-query log"),
  churningTables: z
    .array(z.strictObject({ table: z.string().min(1), reason: z.string().min(20) }))
    .default([])
    .describe("tables (schema.name) whose rows change so often that the server's own vacuum settings come too late"),
});
type Settings = z.infer<typeof settings>;

const cluster = (parameters: Record<string, string>) =>
  object("postgresql.cnpg.io/v1", "Cluster", "postgresql", { spec: { postgresql: { parameters } } });

export const rule = defineRule<Settings>({
  id: "ALT-DB-012",
  slug: "postgresql-server-shows-slow-queries",
  title: "A server logs slow queries and counts statements, and tables that change all the time have their own vacuum",
  severity: "medium",
  gate: "mandatory-outside-dev",
  scope: "stack",
  why:
    "A query that became slow is found in its log and in the statistics of all statements, or it is not found. Vacuum waits " +
    "by default until a fifth of a table is dead rows: for a table of job states that is after every query has read them.",
  fix:
    "Set log_min_duration_statement, load pg_stat_statements, and give each partition of a busy table a lower " +
    "autovacuum_vacuum_scale_factor.",
  planSteps: ["3.1.1", "3.4.4"],
  peers: [],
  settings,
  examples: {
    pass: {
      title: "statements from half a second are logged, all are counted",
      manifests: [cluster({ log_min_duration_statement: "500ms", "pg_stat_statements.max": "10000" })],
    },
    fail: { title: "the server's defaults", manifests: [cluster({})] },
  },
  parts: [
    part(
      ({ graph }) => databaseServers(graph),
      (server, { graph, settings: options }) => judgeServer(settingsOf(server, graph), options),
    ),
    part(
      ({ graph }) => partitionPlans(graph),
      ({ tables }, { settings: { churningTables } }) => each(tables, (table) => checkChurn(table, churningTables)),
    ),
  ],
});

function* judgeServer(given: GivenSettings, options: Settings): Generator<Failure, NotApplicable | undefined> {
  const { hidden } = given;
  if (hidden !== undefined && given.given.size === 0) return new NotApplicable(hidden);
  return yield* aspects(
    () => checkSlowLog(given, options),
    function* () {
      const name = "shared_preload_libraries";
      if (listOf(given, name).includes("pg_stat_statements")) return;
      const problem = `counts no statements (${quote(given, name)})`;
      yield { problem, path: pathOf(given, name), fix: "add pg_stat_statements to shared_preload_libraries" };
    },
  );
}

function* checkSlowLog(given: GivenSettings, { slowestMilliseconds }: Settings): Generator<Failure> {
  const name = "log_min_duration_statement";
  const after = numberIn(given, name);
  if (after >= 0 && after <= slowestMilliseconds) return;
  const problem = after < 0 ? "logs no slow queries" : `logs queries only from ${after / 1000} s on`;
  const path = pathOf(given, name);
  yield { problem: `${problem} (${quote(given, name)})`, path, fix: `set it to ${slowestMilliseconds} ms or less` };
}

function* checkChurn({ table, name, path }: PlannedTable, churning: Settings["churningTables"]): Generator<Failure> {
  const found = churning.find((each_) => each_.table === name);
  if (found === undefined) return;
  if (Object.keys(table.storage ?? {}).some((key) => key.startsWith("autovacuum_vacuum_"))) return;
  const problem = `leaves the vacuum of ${name} to the server's settings`;
  const fix = `set autovacuum_vacuum_scale_factor in its storage: ${found.reason.replace(/\.$/, "")}`;
  yield { problem, path, fix };
}
