import { type Mutant, type RuleCases } from "../case";
import { configurationPath, configured, operated, plain } from "../database";
import { add, drop, type Edit, type Manifest, set, unknown, without } from "../fixtures";
import { autoscaler, namespaced } from "../objects";

const max = "spec.postgresql.parameters.max_connections";
const operatedPooler: Manifest = namespaced("postgresql.cnpg.io/v1", "Pooler", "pgbouncer", {
  spec: {
    cluster: { name: "postgresql" },
    instances: 2,
    pgbouncer: { poolMode: "transaction", parameters: { max_db_connections: "40" } },
  },
});
const pooled: readonly Edit[] = [...operated, add(operatedPooler)];
const ini = (lines: string) => `; pooler\n[databases]\naltlas = host=postgresql\natlas_db = host=postgresql\n${lines}`;
const bounded = "\n[pgbouncer]\nreserve_pool_size = 2\nmax_db_connections = 20 ";
const poolerOf = (text: string, container: Manifest = {}) => [
  add(
    namespaced("apps/v1", "Deployment", "pgbouncer", {
      spec: {
        replicas: 2,
        template: {
          spec: {
            containers: [
              {
                name: "pgbouncer",
                image: "ghcr.io/cloudnative-pg/pgbouncer:1.24.1",
                volumeMounts: [{ name: "configuration", mountPath: "/etc/pgbouncer" }],
                ...container,
              },
            ],
            volumes: [{ name: "configuration", configMap: { name: "pgbouncer" } }],
          },
        },
      },
    }),
    namespaced("v1", "ConfigMap", "pgbouncer", { data: { "pgbouncer.ini": text } }),
  ),
];
const client = { workload: "Deployment/altlas/archive-service", to: "postgresql", connections: 7 };
const called = (...clients: Partial<typeof client>[]) => ({
  settings: { "ALT-DB-009": { clients: clients.map((each) => ({ ...client, ...each })) } },
});

export const cases: RuleCases = {
  pass: [
    { title: "two poolers of 40", edits: pooled },
    { title: "twelve pods of seven", edits: operated, options: called({}) },
    { title: "the rest past the pooler", edits: pooled, options: called({ connections: 1 }) },
    {
      title: "callers of the pooler, who share its connections",
      edits: pooled,
      options: called({ to: "pgbouncer", connections: 99 }),
    },
    { title: "a pooler of our own with two databases", edits: [...plain, ...poolerOf(ini(bounded))] },
    {
      title: "pools of users that stay below the databases' bound",
      edits: [
        ...plain,
        ...poolerOf(ini(`[users]\na = pool_size=15\nb = pool_size=25\n${bounded.replace("20", "90")}`)),
      ],
    },
    {
      title: "a bound in the environment",
      edits: [...plain, ...poolerOf("", { env: [{ name: "PGBOUNCER_MAX_DB_CONNECTIONS", value: "40" }] })],
    },
    {
      title: "a caller that is not there",
      edits: pooled,
      options: called({ workload: "Deployment/altlas/other", connections: 99 }),
    },
  ],
  fail: [
    {
      title: "two poolers of 80",
      edits: [...pooled, set("Pooler", "spec.pgbouncer.parameters.max_db_connections", "80")],
      says: /Cluster altlas\/postgresql takes 97 connections \(max_connections = 100, 3 of them reserved\) and may be asked for 160: Pooler pgbouncer 2 × 80/,
      at: max,
    },
    {
      title: "two databases of 40",
      edits: pooled,
      options: { settings: { "ALT-DB-009": { databases: 2 } } },
      says: /may be asked for 160: Pooler pgbouncer 2 × 40 to each of 2 databases/,
      at: max,
    },
    {
      title: "poolers that nothing bounds",
      edits: [...pooled, drop("Pooler", "spec.pgbouncer.parameters")],
      says: /is asked by Pooler pgbouncer for as many connections as its pools come to.*set max_db_connections of Pooler pgbouncer/,
      at: max,
    },
    {
      title: "a bound of 0, which is none",
      edits: [...pooled, set("Pooler", "spec.pgbouncer.parameters.max_db_connections", "0")],
      says: /which nothing bounds/,
      at: max,
    },
    {
      title: "twelve pods of nine, at the autoscaler's maximum",
      edits: operated,
      options: called({ connections: 9 }),
      says: /may be asked for 108: Deployment archive-service 12 × 9/,
      at: max,
    },
    {
      title: "callers of a pooler that is not there",
      edits: operated,
      options: called({ to: "pgbouncer", connections: 9 }),
      says: /may be asked for 108/,
      at: max,
    },
    {
      title: "too many past the pooler",
      edits: pooled,
      options: called({ connections: 2 }),
      says: /may be asked for 104: Pooler pgbouncer 2 × 40, Deployment archive-service 12 × 2/,
      at: max,
    },
    {
      title: "what is reserved",
      edits: [...plain, configured({ max_connections: "83", reserved_connections: "5" }), ...poolerOf(ini(bounded))],
      says: /takes 75 connections \(max_connections = 83 in ConfigMap postgresql, 8 of them reserved\) and may be asked for 80: Deployment pgbouncer 2 × 20 to each of 2 databases/,
      at: configurationPath,
    },
    {
      title: "pools of users",
      edits: [
        ...plain,
        ...poolerOf(ini(`[users]\na = pool_size=25\nb = pool_size=25\n${bounded.replace("20", "90")}`)),
      ],
      says: /may be asked for 108: Deployment pgbouncer 2 × 54 of its users/,
      at: configurationPath,
    },
  ],
  notApplicable: [
    { title: "no database" },
    { title: "a database of whose callers nothing is known", edits: operated },
    {
      title: "settings that the image makes",
      edits: [
        ...plain,
        without("ConfigMap/postgresql"),
        drop("StatefulSet", "spec.template.spec.containers[0].args"),
        set("StatefulSet", "spec.template.spec.containers[0].image", "docker.io/bitnami/postgresql:18"),
      ],
      options: called({}),
    },
    { title: "a pooler of another server", edits: [...pooled, set("Pooler", "spec.cluster.name", "other")] },
  ],
  unknown: [
    {
      title: "poolers from an output",
      edits: [...pooled, unknown("Pooler", "spec.instances")],
      because: "spec.instances",
    },
    { title: "the server's connections from an output", edits: [...pooled, unknown("Cluster", max)], because: max },
    {
      title: "a maximum of pods from an output",
      edits: [...operated, unknown(autoscaler, "spec.maxReplicas")],
      options: called({}),
      because: "spec.maxReplicas",
    },
  ],
  configured: [
    { title: "callers", edits: operated, options: called({ connections: 9 }), outcome: "fail" },
    { title: "databases", edits: pooled, options: { settings: { "ALT-DB-009": { databases: 2 } } }, outcome: "fail" },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "fifty poolers in place of two",
    edits: [set("Deployment/pgbouncer", "spec.replicas", 50)],
    says: /StatefulSet altlas-data\/postgresql takes \d+ connections .* and may be asked for \d+: Deployment pgbouncer 50 ×/,
  },
  {
    title: "beta's poolers bound nothing",
    stack: "beta",
    edits: [drop("Pooler/pgbouncer", "spec.pgbouncer.parameters.max_db_connections")],
    says: /is asked by Pooler pgbouncer for as many connections as its pools come to/,
  },
];
