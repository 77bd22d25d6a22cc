import { type Mutant, type RuleCases } from "../case";
import { configurationPath, configured, inText, operated, parameter, plain, planned, table } from "../database";
import { add, drop, set, unknown, without } from "../fixtures";

const parameters = "spec.postgresql.parameters";
const container = "spec.template.spec.containers[0]";
const churning = {
  settings: {
    "ALT-DB-012": { churningTables: [{ table: "platform.jobs", reason: "Each job changes its state six times." }] },
  },
};

export const cases: RuleCases = {
  pass: [
    { title: "both under the operator", edits: operated },
    { title: "both in a file", edits: plain },
    {
      title: "a library that the operator loads for its setting",
      edits: [...operated, drop("Cluster", "spec.postgresql.shared_preload_libraries")],
    },
    { title: "every statement is logged", edits: [...operated, parameter("log_min_duration_statement", 0)] },
    {
      title: "both among the arguments",
      edits: [
        ...plain,
        without("ConfigMap/postgresql"),
        set("StatefulSet", `${container}.args`, [
          "--log-min-duration-statement=1s",
          "-cshared_preload_libraries=pg_stat_statements",
        ]),
      ],
    },
    {
      title: "a table of which nobody says that it changes",
      edits: [...operated, add(planned(table({ storage: {} })))],
    },
  ],
  fail: [
    {
      title: "slow queries are not logged",
      edits: [...operated, drop("Cluster", `${parameters}.log_min_duration_statement`)],
      says: /Cluster altlas\/postgresql logs no slow queries \(log_min_duration_statement = -1, its default\)/,
      at: parameters,
    },
    {
      title: "only very slow ones are",
      edits: [...plain, configured({ log_min_duration_statement: "1min" })],
      says: /logs queries only from 60 s on \(log_min_duration_statement = 1min in ConfigMap postgresql\).*set it to 1000 ms or less/,
      at: configurationPath,
    },
    {
      title: "statements are not counted",
      edits: [...plain, configured({ shared_preload_libraries: "auto_explain" })],
      says: /counts no statements \(shared_preload_libraries = auto_explain in ConfigMap postgresql\)/,
      at: configurationPath,
    },
    {
      title: "the official image without any settings",
      edits: [
        ...plain,
        without("ConfigMap/postgresql"),
        drop("StatefulSet", "spec.template.spec.volumes"),
        drop("StatefulSet", `${container}.args`),
      ],
      says: /(logs no slow queries|counts no statements \(shared_preload_libraries = '', its default\))/,
      at: `${container}.args`,
      count: 2,
    },
    {
      title: "a busy table with the server's vacuum",
      edits: [...operated, add(planned(table({ storage: { fillfactor: "90" } })))],
      options: churning,
      says: /leaves the vacuum of platform\.jobs to the server's settings .*Each job changes its state six times/,
      at: 'data["plan.json"]',
    },
    {
      title: "a plan that is none",
      edits: [add({ ...planned(), data: { "plan.json": "tables: []" } })],
      says: /has a property that is not a partition plan/,
      at: 'data["plan.json"]',
    },
  ],
  notApplicable: [
    { title: "no database" },
    {
      title: "settings that the image makes",
      edits: [
        ...plain,
        without("ConfigMap/postgresql"),
        drop("StatefulSet", "spec.template.spec.volumes"),
        drop("StatefulSet", `${container}.args`),
        set("StatefulSet", `${container}.image`, "docker.io/bitnami/postgresql:18.4"),
      ],
    },
    {
      title: "a configuration that is made elsewhere",
      edits: [...plain, without("ConfigMap/postgresql"), drop("StatefulSet", `${container}.args`)],
    },
  ],
  unknown: [
    {
      title: "a setting from an output",
      edits: [...operated, unknown("Cluster", `${parameters}.log_min_duration_statement`)],
      because: `${parameters}.log_min_duration_statement`,
    },
    {
      title: "a plan from an output",
      edits: [add(planned(table())), unknown("ConfigMap/postgresql-partitions", ["data", "plan.json"])],
      because: 'data["plan.json"]',
    },
  ],
  configured: [
    {
      title: "a slower log",
      edits: [...operated, parameter("log_min_duration_statement", "5s")],
      options: { settings: { "ALT-DB-012": { slowestMilliseconds: 5000 } } },
      outcome: "pass",
    },
    { title: "a busy table", edits: [add(planned(table({ storage: {} })))], options: churning, outcome: "fail" },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "slow queries are logged no more",
    edits: [
      inText(
        "ConfigMap/postgresql-configuration",
        "postgresql.conf",
        /log_min_duration_statement = '.*'/,
        "log_min_duration_statement = '-1'",
      ),
    ],
    says: /StatefulSet altlas-data\/postgresql logs no slow queries/,
  },
  {
    title: "jobs are vacuumed as everything else",
    edits: [inText("ConfigMap/postgresql-partitions", "plan.json", /autovacuum_vacuum_/g, "toast.autovacuum_")],
    says: /leaves the vacuum of platform\.jobs to the server's settings/,
  },
];
