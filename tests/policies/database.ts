// Databases as careful stacks have them, in both forms; every rule on databases passes.
import { add, type Edit, find, type Manifest, type PropertyPath, set } from "./fixtures";
import { namespaced } from "./objects";

const zone = "topology.kubernetes.io/zone";
const labels = { "app.kubernetes.io/name": "postgresql" };

export const storageClass: Manifest = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "retained" },
  provisioner: "ebs.csi.aws.com",
  parameters: { type: "gp3", encrypted: "true" },
  allowVolumeExpansion: true,
  reclaimPolicy: "Retain",
};

/** Settings that both forms have. */
const serverSettings = {
  shared_buffers: "512MB",
  work_mem: "4MB",
  max_parallel_workers: "2",
  maintenance_work_mem: "64MB",
  max_connections: "100",
  max_slot_wal_keep_size: "8GB",
  log_min_duration_statement: "500ms",
  archive_timeout: "300s",
};

/** A Cluster of CloudNativePG. */
export const cluster: Manifest = namespaced("postgresql.cnpg.io/v1", "Cluster", "postgresql", {
  spec: {
    instances: 3,
    imageName: "ghcr.io/cloudnative-pg/postgresql:18.4",
    affinity: { enablePodAntiAffinity: true, topologyKey: zone },
    resources: { requests: { cpu: "1", memory: "3Gi" }, limits: { cpu: "2", memory: "3Gi" } },
    storage: { size: "100Gi", storageClass: "retained" },
    walStorage: { size: "25Gi", storageClass: "retained" },
    postgresql: {
      parameters: { ...serverSettings, "pg_stat_statements.max": "10000" },
      shared_preload_libraries: ["pg_stat_statements"],
      pg_hba: ["hostssl all all all scram-sha-256", "host all all all reject"],
    },
    plugins: [
      {
        name: "barman-cloud.cloudnative-pg.io",
        isWALArchiver: true,
        parameters: { barmanObjectName: "postgresql", serverName: "postgresql" },
      },
    ],
  },
});

/** A configuration file of the plain form. */
export const configuration = (settings: Readonly<Record<string, string>> = {}): string =>
  Object.entries({ ...serverSettings, shared_preload_libraries: "pg_stat_statements,auto_explain", ...settings })
    .map(([name, value]) => `${name} = '${value}'`)
    .join("\n");

export const configMap: Manifest = namespaced("v1", "ConfigMap", "postgresql", {
  data: { "postgresql.conf": configuration(), "pg_hba.conf": "hostssl all all all scram-sha-256\n" },
});

const claim = (name: string, storage: string) => ({
  metadata: { name },
  spec: { accessModes: ["ReadWriteOnce"], storageClassName: "retained", resources: { requests: { storage } } },
});

/** The server as a StatefulSet of the official image. */
export const statefulSet: Manifest = namespaced("apps/v1", "StatefulSet", "postgresql", {
  spec: {
    replicas: 3,
    serviceName: "postgresql",
    selector: { matchLabels: labels },
    volumeClaimTemplates: [claim("data", "100Gi"), claim("wal", "25Gi")],
    template: {
      metadata: { labels },
      spec: {
        topologySpreadConstraints: [
          {
            maxSkew: 1,
            topologyKey: zone,
            whenUnsatisfiable: "ScheduleAnyway",
            labelSelector: { matchLabels: labels },
          },
        ],
        containers: [
          {
            name: "postgresql",
            image: "docker.io/library/postgres:18.4",
            args: ["-c", "config_file=/etc/postgresql/postgresql.conf"],
            resources: { requests: { cpu: "1", memory: "3Gi" }, limits: { cpu: "2", memory: "3Gi" } },
            volumeMounts: [
              { name: "data", mountPath: "/var/lib/postgresql" },
              { name: "wal", mountPath: "/var/lib/postgresql-wal" },
              { name: "configuration", mountPath: "/etc/postgresql" },
            ],
          },
        ],
        volumes: [{ name: "configuration", configMap: { name: "postgresql" } }],
      },
    },
  },
});

/** Where the ConfigMap's name stands in the StatefulSet. */
export const configurationPath = "spec.template.spec.volumes[0].configMap.name";

export const operated: readonly Edit[] = [add(cluster, storageClass)];
export const plain: readonly Edit[] = [add(statefulSet, configMap, storageClass)];

/** Sets a property of the Cluster. */
export const ofCluster = (path: PropertyPath, value: unknown): Edit => set("Cluster", path, value);
/** Sets one setting of the Cluster's servers. */
export const parameter = (name: string, value: unknown): Edit =>
  set("Cluster", ["spec", "postgresql", "parameters", name], value);
/** Sets settings in the plain form's file. */
export const configured = (settings: Readonly<Record<string, string>>): Edit =>
  set("ConfigMap/postgresql", ["data", "postgresql.conf"], configuration(settings));

/** A partition plan as the ConfigMap carries it. */
export const planned = (...tables: readonly Manifest[]): Manifest =>
  namespaced("v1", "ConfigMap", "postgresql-partitions", { data: { "plan.json": JSON.stringify({ tables }) } });

/** A table of a plan: jobs by month. */
export const table = (changes: Manifest = {}): Manifest => ({
  schema: "platform",
  name: "jobs",
  key: "created_at",
  primaryKey: ["id", "created_at"],
  method: { kind: "range", interval: "month", premake: 3, retain: 12, graceDays: 7 },
  bytesPerDay: 20_000_000,
  storage: { autovacuum_vacuum_scale_factor: "0.02" },
  ...changes,
});

/** A schema of jobs as migrations make it. */
export const schema = `
CREATE TYPE platform.job_state AS ENUM ('queued', 'done');
CREATE TABLE platform.jobs (
  id uuid NOT NULL,
  created_at timestamptz NOT NULL, -- the partition key
  status platform.job_state NOT NULL,
  PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);
CREATE INDEX jobs_queued ON platform.jobs (created_at) WHERE status = 'queued';
CREATE FUNCTION platform.check_job() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER check_job BEFORE INSERT OR UPDATE ON platform.jobs FOR EACH ROW EXECUTE FUNCTION platform.check_job();
CREATE FUNCTION platform.announce_job() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO platform.outbox (id) VALUES (NEW.id);
END $$;
CREATE TRIGGER announce_job AFTER UPDATE ON platform.jobs FOR EACH ROW EXECUTE FUNCTION platform.announce_job();
`;

/** The ConfigMap of the migration Job. */
export const migrations = (sql: string): Manifest =>
  namespaced("v1", "ConfigMap", "postgresql-migrations", { data: { "0001_jobs.sql": sql } });

/** Changes one text of a ConfigMap. @throws Error when it has no such passage, so that a mutant mutates. */
export const inText =
  (reference: string, key: string, passage: string | RegExp, to: string): Edit =>
  (manifests) => {
    const data = find(manifests, reference).data as Record<string, string>;
    const before = data[key] ?? "";
    const after = before.replace(passage, to);
    if (after === before) throw new Error(`${reference} has no such passage in ${key}`);
    data[key] = after;
  };
