import { type Mutant, type RuleCases } from "../case";
import { configurationPath, configured, inText, operated, parameter, plain } from "../database";
import { drop, set, unknown, without } from "../fixtures";

const buffers = "spec.postgresql.parameters.shared_buffers";
const limit = "spec.resources.limits.memory";
const container = "spec.template.spec.containers[0]";

export const cases: RuleCases = {
  pass: [
    { title: "a Cluster within its limit", edits: operated },
    { title: "a StatefulSet within its limit", edits: plain },
    {
      title: "the server's defaults in three gibibytes",
      edits: [
        ...plain,
        without("ConfigMap/postgresql"),
        drop("StatefulSet", "spec.template.spec.volumes"),
        drop("StatefulSet", `${container}.args`),
      ],
    },
    {
      title: "settings of an older major",
      edits: [...plain, set("StatefulSet", `${container}.image`, "postgres:15.19")],
    },
    { title: "a limit in another unit", edits: [...operated, set("Cluster", limit, "3G")] },
  ],
  fail: [
    {
      title: "sorts that do not fit",
      edits: [...operated, parameter("work_mem", "16MB")],
      says: /Cluster altlas\/postgresql may take \d{4} MiB of its limit of 3Gi: shared_buffers = 512 MiB, .*\(100 connections \+ 2 parallel workers\) × work_mem × 2 = 3264 MiB/,
      at: buffers,
    },
    {
      title: "parallel workers of the operator's own number",
      edits: [
        ...operated,
        drop("Cluster", "spec.postgresql.parameters.max_parallel_workers"),
        parameter("work_mem", "8MB"),
      ],
      says: /\(100 connections \+ 32 parallel workers\) × work_mem × 2 = 2112 MiB/,
      at: buffers,
    },
    {
      title: "buffers without a unit, which are blocks",
      edits: [...operated, parameter("shared_buffers", 262144)],
      says: /shared_buffers = 2048 MiB/,
      at: buffers,
    },
    {
      title: "more connections",
      edits: [...plain, configured({ max_connections: "400" })],
      says: /StatefulSet altlas\/postgresql may take \d{4} MiB .*\(400 connections \+ 2 parallel workers\) × work_mem × 2 = 3216 MiB/,
      at: configurationPath,
    },
    {
      title: "vacuum of its own size",
      edits: [...plain, configured({ autovacuum_work_mem: "512MB", autovacuum_max_workers: "4" })],
      says: /4 workers × autovacuum_work_mem = 2048 MiB/,
      at: configurationPath,
    },
    {
      title: "a limit below the buffers",
      edits: [...operated, set("Cluster", limit, "256Mi")],
      says: /of its limit of 256Mi/,
      at: buffers,
    },
  ],
  notApplicable: [
    { title: "no database" },
    { title: "no limit", edits: [...operated, drop("Cluster", "spec.resources")] },
    {
      title: "settings that the image makes",
      edits: [
        ...plain,
        without("ConfigMap/postgresql"),
        drop("StatefulSet", `${container}.args`),
        set("StatefulSet", `${container}.image`, "docker.io/bitnami/postgresql:18"),
      ],
    },
  ],
  unknown: [
    { title: "a limit from an output", edits: [...operated, unknown("Cluster", limit)], because: limit },
    { title: "a setting from an output", edits: [...operated, unknown("Cluster", buffers)], because: buffers },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "sorts grow beyond the limit",
    edits: [
      inText("ConfigMap/postgresql-configuration", "postgresql.conf", /\nwork_mem = '.*'/, "\nwork_mem = '256MB'"),
    ],
    says: /StatefulSet altlas-data\/postgresql may take \d+ MiB of its limit of/,
  },
  {
    title: "beta's server gets a quarter of its memory",
    stack: "beta",
    edits: [set("Cluster/postgresql", "spec.resources.limits.memory", "1Gi")],
    says: /Cluster altlas-data\/postgresql may take \d+ MiB of its limit of 1Gi/,
  },
];
