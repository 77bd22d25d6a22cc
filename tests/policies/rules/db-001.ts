import { type Mutant, type RuleCases } from "../case";
import { inText, migrations, operated, planned, schema, table } from "../database";
import { add, unknown } from "../fixtures";

const plan = add(planned(table()));
const sql = add(migrations(schema));
const path = 'data["plan.json"]';
const wanted = (...names: string[]) => ({
  settings: {
    "ALT-DB-001": { tables: names.map((name) => ({ table: name, reason: "It grows by 20 000 rows a day." })) },
  },
});

export const cases: RuleCases = {
  pass: [
    { title: "planned and made alike", edits: [plan, sql] },
    { title: "planned, with migrations elsewhere", edits: [plan] },
    { title: "every table that is asked for", edits: [plan, sql], options: wanted("platform.jobs") },
    {
      title: "a hash",
      edits: [
        add(planned(table({ key: "id", method: { kind: "hash", modulus: 4 } }))),
        add(migrations(schema.replace("RANGE (created_at)", "HASH (id)"))),
      ],
    },
  ],
  fail: [
    {
      title: "a table that is not planned",
      edits: [plan, sql],
      options: wanted("platform.jobs", "platform.audit_log"),
      says: /ConfigMap altlas\/postgresql-partitions does not plan platform\.audit_log .*partition it: it grows by 20 000 rows a day/,
      at: path,
    },
    {
      title: "a table that is not partitioned",
      edits: [plan, add(migrations(schema.replace(/\) PARTITION BY .*;/, ");")))],
      says: /plans platform\.jobs by range of created_at, and its table is not partitioned.*make it with PARTITION BY RANGE \(created_at\)/,
      at: path,
    },
    {
      title: "another key",
      edits: [plan, add(migrations(schema.replace("RANGE (created_at)", "RANGE (updated_at)")))],
      says: /its table is partitioned by RANGE \(updated_at\)/,
      at: path,
    },
    {
      title: "another method",
      edits: [plan, add(migrations(schema.replace("RANGE (created_at)", "LIST (created_at)")))],
      says: /its table is partitioned by LIST \(created_at\)/,
      at: path,
    },
    {
      title: "a table that nobody makes",
      edits: [plan, add(planned(table({ name: "other" }))), sql],
      says: /plans platform\.other, which no SQL of the stack makes/,
      at: path,
    },
    {
      title: "a database without any plan",
      edits: operated,
      options: wanted("platform.jobs"),
      says: /Cluster altlas\/postgresql has no plan by which platform\.jobs would be partitioned/,
      at: "metadata.name",
    },
    {
      title: "no plan at all in a plan",
      edits: [add({ ...planned(), data: { "plan.json": "{}" } })],
      says: /has a property that is not a partition plan/,
      at: path,
    },
  ],
  notApplicable: [
    { title: "no database" },
    { title: "a database of which nobody says what it holds", edits: operated },
  ],
  unknown: [
    {
      title: "a plan from an output",
      edits: [plan, unknown("ConfigMap/postgresql-partitions", ["data", "plan.json"])],
      because: path,
    },
    {
      title: "SQL from an output",
      edits: [plan, sql, unknown("ConfigMap/postgresql-migrations", ["data", "0001_jobs.sql"])],
      because: 'data["0001_jobs.sql"]',
    },
  ],
  configured: [
    { title: "a table that must be partitioned", edits: [plan], options: wanted("platform.usage"), outcome: "fail" },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "the plan says another key than the migration",
    edits: [inText("ConfigMap/postgresql-partitions", "plan.json", /"key": "created_at"/, '"key": "id"')],
    says: /plans platform\.jobs by range of id, and its table is partitioned by RANGE \(created_at\)/,
  },
  {
    title: "a table leaves the plan unseen",
    edits: [inText("ConfigMap/postgresql-partitions", "plan.json", '"name": "audit_log"', '"name": "audit_log_old"')],
    says: /does not plan platform\.audit_log/,
  },
];
