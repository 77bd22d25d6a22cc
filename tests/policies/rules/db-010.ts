import { fromObjects } from "../../../policies/sources/objects";
import { type Mutant, type RuleCases } from "../case";
import { cluster, configurationPath, configured, operated, parameter, plain } from "../database";
import { drop, set, unknown, without } from "../fixtures";

const buffers = "spec.postgresql.parameters.shared_buffers";
const limit = "spec.resources.limits.memory";
const container = "spec.template.spec.containers[0]";

export const cases: RuleCases = {
  pass: [
    { title: "a Cluster within its limit", edits: operated },
    { title: "a StatefulSet within its limit", edits: plain },
    {
      title: "the server's defaults in a gibibyte",
      edits: [
        ...plain,
        without("ConfigMap/postgresql"),
        drop("StatefulSet", "spec.template.spec.volumes"),
        drop("StatefulSet", `${container}.args`),
        set("StatefulSet", `${container}.resources.limits.memory`, "1Gi"),
      ],
    },
    { title: "exactly the limit", edits: [...operated, set("Cluster", limit, "1168Mi")] },
  ],
  fail: [
    {
      title: "sorts that do not fit",
      edits: [...operated, parameter("work_mem", "16MB")],
      says: /Cluster altlas\/postgresql may take 2368 MiB \(shared_buffers 512 MiB, work_mem 16 MiB × 100 connections, maintenance 64 MiB \+ 3 × 64 MiB\) of its limit of 2048 MiB/,
      at: buffers,
    },
    {
      title: "buffers without a unit, which are blocks",
      edits: [...operated, parameter("shared_buffers", 262144)],
      says: /shared_buffers 2048 MiB/,
      at: buffers,
    },
    {
      title: "more connections",
      edits: [...plain, configured({ max_connections: "400" })],
      says: /StatefulSet altlas\/postgresql may take 2368 MiB .*work_mem 4 MiB × 400 connections/,
      at: configurationPath,
    },
    {
      title: "vacuum of its own size",
      edits: [...plain, configured({ autovacuum_work_mem: "512MB", autovacuum_max_workers: "4" })],
      says: /maintenance 64 MiB \+ 4 × 512 MiB/,
      at: configurationPath,
    },
    {
      title: "a byte above the limit",
      edits: [...operated, set("Cluster", limit, "1167Mi")],
      says: /may take 1168 MiB .* of its limit of 1167 MiB/,
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
  configured: [
    {
      title: "half of the limit",
      edits: operated,
      options: { settings: { "ALT-DB-010": { share: 0.5 } } },
      outcome: "fail",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "a server joins that takes more than its limit",
    change: (resources) =>
      resources.push(
        ...fromObjects([
          { ...cluster, spec: { ...(cluster.spec as object), resources: { limits: { memory: "1Gi" } } } },
        ]),
      ),
    says: /may take 1168 MiB .* of its limit of 1024 MiB/,
  },
];
