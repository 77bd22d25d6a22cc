import { describe, expect, test } from "vitest";
import { type PostgresqlArgs } from "../../../../components/postgresql/args";
import { postgresqlFootprints } from "../../../../components/postgresql/objects";
import { plain } from "../../../../components/postgresql/plain";
import { configurationFiles } from "../../../../components/postgresql/plain/configuration";
import { graceSeconds, statefulSetSpec } from "../../../../components/postgresql/plain/stateful-set";
import { serverSettings } from "../../../../model/database/settings";
import { type Manifest } from "../../../../model/manifest";
import { somePostgresqlArgs } from "../../../support/postgresql-args";

const one = somePostgresqlArgs();
const three = somePostgresqlArgs({ database: { instances: 3 } });

function find(args: PostgresqlArgs, kind: string, name: string): Manifest | undefined {
  return plain.objects(args).find(({ manifest }) => manifest.kind === kind && manifest.metadata.name === name)
    ?.manifest;
}

function selectorOf(args: PostgresqlArgs, service: string): unknown {
  return (find(args, "Service", service) as { spec: { selector: unknown } } | undefined)?.spec.selector;
}

const podName = "statefulset.kubernetes.io/pod-name";

describe("servers of the plain form", () => {
  test("have a budget and a Service for reads only when there are several", () => {
    expect([find(one, "PodDisruptionBudget", "postgresql"), find(one, "Service", "postgresql-readers")]).toEqual([
      undefined,
      undefined,
    ]);
    expect(find(three, "PodDisruptionBudget", "postgresql")).toMatchObject({ spec: { maxUnavailable: 1 } });
    expect(selectorOf(three, "postgresql-readers")).not.toHaveProperty([podName]);
  });

  test("are reached at the primary, which is the pod that the stack says", () => {
    expect(selectorOf(three, "postgresql")).toHaveProperty([podName], "postgresql-0");
    const promoted = somePostgresqlArgs({ database: { instances: 3 }, primaryOrdinal: 2 });
    expect(selectorOf(promoted, "postgresql")).toHaveProperty([podName], "postgresql-2");
    const prepare = statefulSetSpec(promoted).template.spec?.initContainers?.[0];
    expect(prepare?.env).toContainEqual({ name: "PRIMARY_ORDINAL", value: "2" });
  });

  test("never share a node, and keep their volumes whatever becomes of them", () => {
    const { template, persistentVolumeClaimRetentionPolicy, volumeClaimTemplates } = statefulSetSpec(three);
    expect(
      template.spec?.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.[0]?.topologyKey,
    ).toBe("kubernetes.io/hostname");
    expect(statefulSetSpec(one).template.spec?.affinity?.podAntiAffinity).toBeUndefined();
    expect(persistentVolumeClaimRetentionPolicy).toEqual({ whenDeleted: "Retain", whenScaled: "Retain" });
    expect(volumeClaimTemplates?.map(({ metadata, spec }) => [metadata?.name, spec?.resources?.requests])).toEqual([
      ["data", { storage: "100Gi" }],
      ["wal", { storage: "25Gi" }],
    ]);
  });

  test("may write the whole of their buffers before they are killed", () => {
    expect(graceSeconds(one)).toBe(65);
    const resources = { requests: { cpu: "4", memory: "64Gi" }, limits: { cpu: "4", memory: "64Gi" } } as const;
    const large = somePostgresqlArgs({ database: { resources } });
    expect(graceSeconds(large)).toBe(323);
    expect(statefulSetSpec(large).template.spec?.terminationGracePeriodSeconds).toBe(323);
  });

  test("share memory within their limit", () => {
    const shared = statefulSetSpec(one).template.spec?.volumes?.find(({ name }) => name === "shared-memory");
    expect(shared?.emptyDir).toEqual({ medium: "Memory", sizeLimit: "128Mi" });
  });

  test("are new pods when a setting is, and take what their footprint says", () => {
    const setting = { name: "work_mem", value: "8MB", why: "It's known.", restart: false };
    const other = somePostgresqlArgs({ database: { settings: [setting] } });
    const checksum = (args: PostgresqlArgs) =>
      statefulSetSpec(args).template.metadata?.annotations?.["checksum/configuration"];
    expect(checksum(other)).not.toBe(checksum(one));
    expect(postgresqlFootprints(three)[0]).toMatchObject({
      pods: { minimum: 3, expected: 3, maximum: 3 },
      surgePercent: 0,
      spread: { alone: "node", zoneSkew: 1 },
      pod: { requests: { memoryMebibytes: 1024 } },
      volumes: [
        { name: "data", sizeMebibytes: 102_400, per: "pod", zonal: true },
        { name: "wal", sizeMebibytes: 25_600, per: "pod", zonal: true },
      ],
    });
  });
});

describe("their configuration", () => {
  test("writes each setting once with its reason, quoted, and leaves out what is not the stack's to say", () => {
    const settings = [
      { name: "log_line_prefix", value: "it's %m ", why: "Quoted.", restart: false },
      { name: "ssl", value: "off", why: "No.", restart: false },
    ];
    const { "postgresql.conf": text } = configurationFiles(somePostgresqlArgs({ database: { settings } }));
    expect(text).toContain("# Quoted.\nlog_line_prefix = 'it''s %m '\n");
    expect(text?.match(/^ssl = .*$/gm)).toEqual(["ssl = 'on'"]);
  });

  test("has every computed setting, and none twice", () => {
    const settings = serverSettings({ ...one.database, replicas: 2, major: 18 });
    const { "postgresql.conf": text = "" } = configurationFiles(somePostgresqlArgs({ database: { settings } }));
    const names = [...text.matchAll(/^(\S+) = /gm)].map(([, name = ""]) => name.toLowerCase());
    expect(names.length).toBe(new Set(names).size);
    expect(names).toEqual(expect.arrayContaining(settings.map(({ name }) => name.toLowerCase())));
  });

  test("lets roles in by TLS with a scrambled password, each into its database, and rejects everybody else", () => {
    const lines =
      configurationFiles(one)
        ["pg_hba.conf"]?.split("\n")
        .filter((line) => line && !line.startsWith("#")) ?? [];
    for (const { name, access } of one.database.roles) {
      expect(lines).toContain(`hostssl ${access.database} ${name} all scram-sha-256`);
    }
    expect(lines.filter((line) => line.startsWith("host ")).every((line) => line.endsWith("reject"))).toBe(true);
    expect(lines.filter((line) => /trust|md5|password/.test(line))).toEqual([]);
    expect(lines.filter((line) => line.startsWith("local"))).toEqual([
      "local all postgres peer map=container",
      "local all all reject",
    ]);
  });

  test("shows the stack's certificate where there is one", () => {
    const own = somePostgresqlArgs({ certificateSecret: "postgresql-tls" });
    expect(configurationFiles(own)["postgresql.conf"]).toContain("ssl_key_file = '/etc/postgresql-tls/tls.key'");
    expect(configurationFiles(one)["postgresql.conf"]).toContain("ssl_key_file = '/var/run/postgresql/tls.key'");
    const volumes = statefulSetSpec(own).template.spec?.volumes;
    expect(volumes).toContainEqual({
      name: "certificate",
      secret: { secretName: "postgresql-tls", defaultMode: 0o440 },
    });
  });
});
