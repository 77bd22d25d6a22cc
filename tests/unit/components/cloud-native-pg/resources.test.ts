import { BarmanObjectStoreConfiguration } from "@kubernetes-models/cloudnative-pg/github.com/cloudnative-pg/barman-cloud/pkg/api/BarmanObjectStoreConfiguration";
import { Cluster } from "@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/Cluster";
import { Pooler } from "@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/Pooler";
import { ScheduledBackup } from "@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/ScheduledBackup";
import { describe, expect, test } from "vitest";
import { cloudNativePg } from "../../../../components/postgresql/cloud-native-pg";
import { objectStore, scheduledBackup } from "../../../../components/postgresql/cloud-native-pg/backup";
import { cluster } from "../../../../components/postgresql/cloud-native-pg/cluster";
import { pooler } from "../../../../components/postgresql/cloud-native-pg/pooler";
import { databaseObjects } from "../../../../model/database/names";
import { operatorParameters } from "../../../../model/database/settings";
import { sampleArgs, sampleDatabase } from "./sample";

/** Published schemas by kind. */
const models = { Cluster, Pooler, ScheduledBackup } as const;

type Custom = keyof typeof models;

/** Validates an object against its kind's published schema. */
function validate(object: { kind: string }, change: (copy: Record<string, unknown>) => void = () => undefined): void {
  const copy = structuredClone(object) as unknown as Record<string, unknown>;
  change(copy);
  new models[object.kind as Custom](copy as never).validate();
}

function storeConfiguration(change: object = {}): void {
  const { configuration } = objectStore(sampleArgs(), sampleDatabase.backup!).spec;
  new BarmanObjectStoreConfiguration({ ...configuration, ...change }).validate();
}

describe("the published schemas", () => {
  const custom = cloudNativePg.objects(sampleArgs()).filter(({ manifest }) => manifest.kind in models);

  test("take each resource of the operator's", () => {
    expect(custom.map(({ manifest }) => manifest.kind)).toEqual(["Cluster", "Pooler", "ScheduledBackup"]);
    for (const { manifest } of custom) expect(() => validate(manifest)).not.toThrow();
    expect(() => storeConfiguration()).not.toThrow();
  });

  test("take it with one server, without backups, and with a certificate of somebody else's", () => {
    const without = sampleArgs({ instances: 1, backup: undefined }, { certificateSecret: "own" });
    for (const { manifest } of cloudNativePg.objects(without).filter(({ manifest }) => manifest.kind in models)) {
      expect(() => validate(manifest)).not.toThrow();
    }
    expect(cluster(without).spec.certificates).toEqual({ serverTLSSecret: "own", serverCASecret: "own" });
  });

  test.each<[string, object & { kind: string }, (copy: never) => void]>([
    [
      "a number in words",
      cluster(sampleArgs()),
      ({ spec }: { spec: Record<string, unknown> }) => {
        spec.instances = "three";
      },
    ],
    [
      "no number",
      cluster(sampleArgs()),
      ({ spec }: { spec: Record<string, unknown> }) => {
        delete spec.instances;
      },
    ],
    [
      "a way to update that there is not",
      cluster(sampleArgs()),
      ({ spec }: { spec: Record<string, unknown> }) => {
        spec.primaryUpdateMethod = "hope";
      },
    ],
    [
      "a quorum of its own",
      cluster(sampleArgs()),
      ({ spec }: { spec: { postgresql: Record<string, unknown> } }) => {
        spec.postgresql.synchronous = { method: "most", number: 1 };
      },
    ],
    [
      "a setting that is no text",
      cluster(sampleArgs()),
      ({ spec }: { spec: { postgresql: Record<string, unknown> } }) => {
        spec.postgresql.parameters = { max_connections: 200 };
      },
    ],
    [
      "pooling by statement",
      pooler(sampleArgs()),
      ({ spec }: { spec: { pgbouncer: Record<string, unknown> } }) => {
        spec.pgbouncer.poolMode = "statement";
      },
    ],
    [
      "a pooler of no cluster",
      pooler(sampleArgs()),
      ({ spec }: { spec: Record<string, unknown> }) => {
        delete spec.cluster;
      },
    ],
    [
      "a backup by magic",
      scheduledBackup(sampleArgs(), sampleDatabase.backup!),
      ({ spec }: { spec: Record<string, unknown> }) => {
        spec.method = "magic";
      },
    ],
    [
      "a backup without a schedule",
      scheduledBackup(sampleArgs(), sampleDatabase.backup!),
      ({ spec }: { spec: Record<string, unknown> }) => {
        delete spec.schedule;
      },
    ],
  ])("refuse %s", (_, object, change) => {
    expect(() => validate(object, change as (copy: Record<string, unknown>) => void)).toThrow("data/spec");
  });

  test("refuse a store with a compression that Barman has not", () => {
    expect(() => storeConfiguration({ wal: { compression: "rar" } })).toThrow("wal/compression");
    expect(() => storeConfiguration({ destinationPath: undefined })).toThrow("destinationPath");
  });
});

describe("the servers", () => {
  const { spec } = cluster(sampleArgs());

  test("have the plan's sizes, and shared memory in proportion", () => {
    expect(spec).toMatchObject({
      instances: 3,
      imageName: sampleDatabase.images.server,
      resources: { requests: { cpu: "1", memory: "6Gi" }, limits: { cpu: "2", memory: "6Gi" } },
      storage: { storageClass: "block", size: "100Gi", resizeInUseVolumes: true },
      walStorage: { storageClass: "block", size: "25Gi", resizeInUseVolumes: true },
      ephemeralVolumesSizeLimit: { shm: "768Mi" },
      priorityClassName: "data",
    });
    const small = cluster(
      sampleArgs({ resources: { requests: { cpu: "1", memory: "256Mi" }, limits: { cpu: "1", memory: "256Mi" } } }),
    );
    expect(small.spec.ephemeralVolumesSizeLimit?.shm).toBe("64Mi");
  });

  test("have every setting but the operator's own, and every library", () => {
    const names = sampleDatabase.settings.map(({ name }) => name);
    const ours = names.filter((name) => !operatorParameters.has(name));
    const own = ["timezone", "log_timezone", "lc_messages", "archive_timeout"];
    expect(Object.keys(spec.postgresql?.parameters ?? {})).toEqual([...ours, ...own]);
    expect(ours).toEqual(["shared_buffers", "wal_level", "pg_stat_statements.max"]);
    // The operator adds those of its settings; a second time it would load them twice.
    expect(spec.postgresql?.shared_preload_libraries).toEqual(["pg_prewarm"]);
  });

  test("are one on a node, in the pool, and even over its zones", () => {
    expect(spec.affinity).toMatchObject({
      podAntiAffinityType: "required",
      topologyKey: "kubernetes.io/hostname",
      tolerations: [{ key: "memory", operator: "Equal", value: "high", effect: "NoSchedule" }],
    });
    expect(JSON.stringify(spec.affinity?.nodeAffinity)).toContain('"values":["memory"]');
    expect(spec.topologySpreadConstraints).toMatchObject([
      { topologyKey: "topology.kubernetes.io/zone", whenUnsatisfiable: "DoNotSchedule" },
    ]);
  });

  test("wait for one replica at each commit, where there is one", () => {
    expect(spec.postgresql?.synchronous).toMatchObject({ method: "any", number: 1, failoverQuorum: true });
    expect(cluster(sampleArgs({ instances: 1 })).spec.postgresql?.synchronous).toBeUndefined();
  });

  test("answer under the name that edges use, and come to nobody without encryption", () => {
    expect(spec.managed?.services?.additional).toMatchObject([
      { selectorType: "rw", serviceTemplate: { metadata: { name: databaseObjects.server } } },
    ]);
    expect(spec.postgresql?.pg_hba?.at(-1)).toBe("host all all all reject");
  });

  test("let go of nothing that the operator labels itself", () => {
    expect(spec.inheritedMetadata?.labels).toEqual({ owner: "me", "app.kubernetes.io/part-of": "demo" });
  });

  test("have nothing of backups where there are none", () => {
    const bare = cloudNativePg.objects(sampleArgs({ backup: undefined }));
    const kinds = bare.map(({ manifest }) => manifest.kind);
    expect(kinds).not.toContain("ObjectStore");
    expect(kinds).not.toContain("ScheduledBackup");
    expect(cluster(sampleArgs({ backup: undefined })).spec.plugins).toBeUndefined();
    expect(JSON.stringify(bare)).not.toContain("0.0.0.0/0");
  });
});

describe("the poolers", () => {
  const { spec } = pooler(sampleArgs());

  test("have the plan's limits; the largest pool for all, since there is one entry for every database", () => {
    expect(spec.pgbouncer.parameters).toEqual({
      max_prepared_statements: "200",
      query_wait_timeout: "30",
      default_pool_size: "20",
      max_client_conn: "1000",
      max_db_connections: "70",
    });
    expect(spec.pgbouncer.poolMode).toBe("transaction");
    expect(spec.instances).toBe(2);
  });

  test("leave the look-up of passwords to the operator, which needs no password for it", () => {
    expect(spec.pgbouncer).not.toHaveProperty("authQuery");
    expect(spec.pgbouncer).not.toHaveProperty("authQuerySecret");
  });

  test("have time to hand their callers on before they end", () => {
    const template = spec.template?.spec;
    const drain = template?.containers[0]?.lifecycle?.preStop?.sleep?.seconds ?? 0;
    expect(drain).toBeGreaterThan(0);
    expect(template?.terminationGracePeriodSeconds).toBeGreaterThan(drain);
  });
});

describe("the backups", () => {
  test("go to the bucket by the role of the servers' account, and end after the plan's days", () => {
    expect(objectStore(sampleArgs(), sampleDatabase.backup!).spec).toMatchObject({
      configuration: { destinationPath: "s3://demo-backups/postgresql", s3Credentials: { inheritFromIAMRole: true } },
      retentionPolicy: "30d",
    });
    expect(cluster(sampleArgs()).spec).toMatchObject({
      serviceAccountName: "postgresql",
      plugins: [{ isWALArchiver: true, parameters: { barmanObjectName: databaseObjects.backupStore } }],
    });
  });

  test("are taken when the plan says, in the operator's expression, which begins with seconds", () => {
    const { spec } = scheduledBackup(sampleArgs(), sampleDatabase.backup!);
    expect(spec).toMatchObject({ schedule: "0 15 1 * * *", method: "plugin", immediate: true });
  });

  test("need object storage", () => {
    const backup = { ...sampleDatabase.backup!, target: { kind: "volume" as const, size: "20Gi" as const } };
    expect(() => objectStore(sampleArgs(), backup)).toThrow("object storage");
  });
});

test("objects are made in an order in which each finds what it needs", () => {
  const seen = new Set<string>();
  for (const { suffix, after = [] } of cloudNativePg.objects(sampleArgs())) {
    for (const earlier of after) expect(seen, suffix).toContain(earlier);
    seen.add(suffix);
  }
  expect(seen.size).toBe(cloudNativePg.objects(sampleArgs()).length);
  for (const suffix of cloudNativePg.ready) expect(seen).toContain(suffix);
});

test("the footprint is what the operator makes of it: the container that archives is counted, and both volumes", () => {
  const [server, poolers] = cloudNativePg.footprints(sampleArgs());
  expect(server).toMatchObject({
    name: "postgresql",
    pool: "memory",
    pods: { minimum: 3, maximum: 3 },
    spread: { alone: "node", zoneSkew: 1 },
    pod: { requests: { cpuMillicores: 1100, memoryMebibytes: 6144 + 256 } },
    volumes: [{ sizeMebibytes: 100 * 1024 }, { sizeMebibytes: 25 * 1024 }],
  });
  expect(poolers).toMatchObject({ name: "pgbouncer", pods: { maximum: 2 }, surgePercent: 50 });
  const bare = cloudNativePg.footprints(sampleArgs({ backup: undefined }))[0];
  expect(bare?.pod.requests.cpuMillicores).toBe(1000);
});
