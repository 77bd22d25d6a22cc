import { z } from "zod";
import { alertsSetting, hasAlert } from "../checks/database/alerts";
import { partitionPlans } from "../checks/database/plans";
import { sqlSchemas } from "../checks/database/sql";
import { defineRule, each, NotApplicable, part } from "../rule";
import { object } from "./examples";

const settings = z.strictObject({ alerts: alertsSetting });
type Settings = z.infer<typeof settings>;

const sql = (text: string) => object("v1", "ConfigMap", "migrations", { data: { "1.sql": text } });
const table = "CREATE TABLE jobs (id uuid, at timestamptz) PARTITION BY RANGE (at);";

/** Alerts that every plan needs, with what happens without them. */
const needed = [
  {
    about: "horizon",
    problem: "may run out of partitions without anybody being told",
    fix: "alert on the periods that are left",
  },
  {
    about: "insertErrors",
    problem: "may refuse rows for which it has no partition without anybody being told",
    fix: "alert on inserts that find no partition",
  },
] as const;

export const rule = defineRule<Settings>({
  id: "ALT-DB-003",
  slug: "postgresql-table-without-default-partition",
  title: "No table has a default partition, and alerts tell when the horizon shrinks or a row finds no partition",
  severity: "high",
  gate: "mandatory",
  scope: "stack",
  why:
    "Rows in a default partition block the partition that should have held them, and PostgreSQL refuses to detach any " +
    "partition concurrently beside one: what was to be a safety net stops retention. Without one a missing partition is an " +
    "error, which is only better where somebody is told of it.",
  fix: "Drop the default partition once its rows are moved, make partitions ahead, and alert on horizon and refused inserts.",
  planSteps: ["3.5.4"],
  peers: [],
  settings,
  examples: {
    pass: {
      title: "a partition for each period and no other",
      manifests: [
        sql(`${table} CREATE TABLE jobs_1 PARTITION OF jobs FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');`),
      ],
    },
    fail: {
      title: "a default partition",
      manifests: [sql(`${table} CREATE TABLE jobs_rest PARTITION OF jobs DEFAULT;`)],
    },
  },
  parts: [
    part(
      ({ graph }) => sqlSchemas(graph),
      function* ({ tables, partitions }) {
        if (partitions.length === 0 && tables.every(({ partitionedBy }) => partitionedBy === undefined)) {
          return new NotApplicable("It makes no partitions.");
        }
        for (const { parent, name, bound, path } of partitions) {
          if (bound.kind !== "default") continue;
          const problem = `gives ${parent} the default partition ${name}, beside which no other can be detached concurrently`;
          yield { problem, path, fix: `make partitions ahead in its place, and drop ${name} once it is empty` };
        }
        return undefined;
      },
    ),
    part(
      ({ graph }) => partitionPlans(graph),
      function* ({ path, tables }, { graph, settings: { alerts } }) {
        if (tables.every(({ table: { method } }) => method.kind === "hash")) {
          return new NotApplicable("It plans no partitions by time.");
        }
        return yield* each(needed, function* ({ about, problem, fix }) {
          if (!hasAlert(about, alerts, graph)) yield { problem, path, fix };
        });
      },
    ),
  ],
});
