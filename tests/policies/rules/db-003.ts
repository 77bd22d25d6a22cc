import { type Mutant, type RuleCases } from "../case";
import { inText, migrations, planned, schema, table } from "../database";
import { add, unknown } from "../fixtures";
import { namespaced } from "../objects";

const plan = add(planned(table()));
const path = 'data["plan.json"]';
const partition = (bound: string) => `${schema}\nCREATE TABLE platform.jobs_x PARTITION OF platform.jobs ${bound};`;
const alerts = [
  { name: "PartitionHorizonShort", expression: "a < 2" },
  { name: "B", expression: "increase(postgresql_inserts_without_partition_total[5m]) > 0" },
];
const told = { settings: { "ALT-DB-003": { alerts } } };
const operatorAlerts = (...exprs: string[]) =>
  add(
    namespaced("monitoring.coreos.com/v1", "PrometheusRule", "p", {
      spec: { groups: [{ rules: exprs.map((expr, index) => ({ alert: `A${index}`, expr })) }] },
    }),
  );

export const cases: RuleCases = {
  pass: [
    {
      title: "a partition for each month",
      edits: [add(migrations(partition("FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')")))],
    },
    { title: "both alerts of the stack's own", edits: [plan], options: told },
    {
      title: "both alerts by the operator's rules",
      edits: [
        plan,
        operatorAlerts("partition_horizon_periods < 2", "increase(postgresql_insert_errors_total[5m]) > 0"),
      ],
    },
  ],
  fail: [
    {
      title: "a default partition",
      edits: [add(migrations(partition("DEFAULT")))],
      says: /ConfigMap altlas\/postgresql-migrations gives platform\.jobs the default partition platform\.jobs_x/,
      at: 'data["0001_jobs.sql"]',
    },
    {
      title: "one that is attached later",
      edits: [add(migrations(`${schema} ALTER TABLE platform.jobs ATTACH PARTITION platform.rest DEFAULT;`))],
      says: /gives platform\.jobs the default partition platform\.rest/,
      at: 'data["0001_jobs.sql"]',
    },
    {
      title: "nobody is told",
      edits: [plan, operatorAlerts("up == 0")],
      says: /(may run out of partitions|may refuse rows for which it has no partition) without anybody being told/,
      at: path,
      count: 2,
    },
    {
      title: "nobody is told of refused rows",
      edits: [plan],
      options: { settings: { "ALT-DB-003": { alerts: alerts.slice(0, 1) } } },
      says: /may refuse rows for which it has no partition without anybody being told/,
      at: path,
    },
  ],
  notApplicable: [
    { title: "no SQL and no plan" },
    { title: "tables without partitions", edits: [add(migrations("CREATE TABLE a (b text DEFAULT 'c');"))] },
    {
      title: "a plan of hash partitions alone",
      edits: [add(planned(table({ method: { kind: "hash", modulus: 4 } })))],
    },
  ],
  unknown: [
    {
      title: "SQL from an output",
      edits: [add(migrations(schema)), unknown("ConfigMap/postgresql-migrations", ["data", "0001_jobs.sql"])],
      because: 'data["0001_jobs.sql"]',
    },
    {
      title: "an alert from an output",
      edits: [plan, operatorAlerts("up == 0"), unknown("PrometheusRule", "spec.groups")],
      because: "spec.groups",
    },
  ],
  configured: [{ title: "alerts outside the manifests", edits: [plan], options: told, outcome: "pass" }],
};

export const mutants: readonly Mutant[] = [
  {
    title: "a migration adds a default partition",
    edits: [
      inText(
        "ConfigMap/postgresql-migrations",
        "0002_jobs.sql",
        /$/,
        "\nCREATE TABLE platform.jobs_rest PARTITION OF platform.jobs DEFAULT;",
      ),
    ],
    says: /gives platform\.jobs the default partition platform\.jobs_rest/,
  },
];
