import { type PostgresqlArgs } from "../../../../components/postgresql/args";
import { type PlatformDatabase } from "../../../../model/database/platform-database";

/** A database by the operator, with one of everything that the form turns into something. */
export const sampleDatabase: PlatformDatabase = {
  form: { kind: "cloudNativePg" },
  instances: 3,
  resources: { requests: { cpu: "1", memory: "6Gi" }, limits: { cpu: "2", memory: "6Gi" } },
  volume: "100Gi",
  walVolume: "25Gi",
  maxConnections: 200,
  settings: [
    setting("shared_buffers", "1536MB"),
    setting("wal_level", "replica"),
    setting("shared_preload_libraries", "pg_stat_statements,auto_explain,pg_prewarm"),
    setting("pg_stat_statements.max", "10000"),
    setting("archive_mode", "on"),
    setting("archive_command", "true"),
    setting("ssl", "on"),
  ],
  ownDatabases: [{ name: "atlas_db", owner: "archive" }],
  roles: [],
  pooler: {
    replicas: 2,
    resources: { requests: { cpu: "200m", memory: "128Mi" }, limits: { cpu: "400m", memory: "256Mi" } },
    pools: [
      { role: "archive", database: "atlas_db", size: 20 },
      { role: "gateway", database: "altlas", size: 8 },
    ],
    maxClientConnections: 1000,
    maxDatabaseConnections: 70,
    settings: { pool_mode: "transaction", max_prepared_statements: "200", query_wait_timeout: "30" },
  },
  backup: {
    target: { kind: "s3", bucket: "demo-backups", region: "eu-central-1", prefix: "postgresql" },
    schedule: "15 1 * * *",
    retentionDays: 30,
    drillSchedule: "45 3 * * 0",
    archiveTimeoutSeconds: 300,
  },
  definition: { name: "altlas", schema: "platform", migrations: [], routines: [], tables: [], queries: [], views: [] },
  images: {
    server: "ghcr.io/cloudnative-pg/postgresql:18.6-minimal-trixie",
    pooler: "ghcr.io/cloudnative-pg/pgbouncer:1.25.1",
    postgresExporter: "quay.io/prometheuscommunity/postgres-exporter:v0.20.1",
    pgbouncerExporter: "quay.io/prometheuscommunity/pgbouncer-exporter:v0.12.1",
    kubectl: "registry.k8s.io/kubectl:v1.36.2",
  },
};

/** Arguments of the component for {@link sampleDatabase}. */
export function sampleArgs(
  database: Partial<PlatformDatabase> = {},
  changes: Partial<PostgresqlArgs> = {},
): PostgresqlArgs {
  return {
    namespace: "demo-data",
    partOf: "demo",
    labels: { owner: "me", "app.kubernetes.io/managed-by": "pulumi" },
    database: { ...sampleDatabase, ...database },
    pool: {
      name: "memory",
      allocatable: { cpu: "8", memory: "64Gi", pods: 58 },
      minimum: 3,
      maximum: 6,
      zones: ["a", "b", "c"],
      taints: [{ key: "memory", value: "high", effect: "NoSchedule" }],
    },
    priorityClassNames: { servers: "data", jobs: "batch" },
    storageClassName: "block",
    scratchStorageClassName: "scratch",
    passwordsSecret: "postgresql-roles",
    apiServerNetworks: ["10.0.0.0/16", "172.20.0.1/32"],
    ...changes,
  };
}

function setting(name: string, value: string) {
  return { name, value, why: "for the test", restart: false };
}
