import { describe, expect, test } from "vitest";
import { deadlineSeconds } from "../../../../components/postgresql-backup/defaults";
import { type PostgresqlArgs } from "../../../../components/postgresql/args";
import { postgresqlFootprints } from "../../../../components/postgresql/objects";
import { plain } from "../../../../components/postgresql/plain";
import { configurationFiles } from "../../../../components/postgresql/plain/configuration";
import { type BackupPlan } from "../../../../model/database/backup";
import { databaseObjects, systemRoles } from "../../../../model/database/names";
import { somePostgresqlArgs } from "../../../support/postgresql-args";
import { type PodSpec, type Workload } from "../../../support/registered/workload";

const plan: BackupPlan = {
  target: { kind: "volume", size: "50Gi" },
  schedule: "15 1 * * *",
  retentionDays: 7,
  drillSchedule: "45 3 * * 0",
  archiveTimeoutSeconds: 300,
};

function saved(changes: Partial<PostgresqlArgs> = {}, backup = plan): PostgresqlArgs {
  return somePostgresqlArgs({
    sharedStorageClassName: "shared",
    scratchStorageClassName: "scratch",
    ...changes,
    database: { backup },
  });
}

function objectOf(kind: string, name: string, args = saved()): unknown {
  return plain.objects(args).find(({ manifest }) => manifest.kind === kind && manifest.metadata.name === name)
    ?.manifest;
}

interface CronJob {
  readonly spec: {
    readonly jobTemplate: { readonly spec: Workload["spec"] & { readonly activeDeadlineSeconds: number } };
  };
}

function podOf(name: string, args = saved()): PodSpec & { readonly containers: readonly { readonly env?: object }[] } {
  return (objectOf("CronJob", name, args) as CronJob).spec.jobTemplate.spec.template.spec;
}

const jobs = [databaseObjects.backup, databaseObjects.restoreDrill, databaseObjects.restore];

describe("backups of the plain form", () => {
  test("lie on a volume that servers and jobs of every node write to", () => {
    expect(objectOf("PersistentVolumeClaim", databaseObjects.backup)).toMatchObject({
      spec: {
        accessModes: ["ReadWriteMany"],
        storageClassName: "shared",
        resources: { requests: { storage: "50Gi" } },
      },
    });
    const { spec } = (objectOf("StatefulSet", databaseObjects.server) as Workload).spec.template;
    expect(spec.volumes).toContainEqual({
      name: "backups",
      persistentVolumeClaim: { claimName: databaseObjects.backup },
    });
    expect(configurationFiles(saved())["postgresql.conf"]).toContain(
      `archive_command = 'sh /etc/postgresql-backup/archive.sh /var/lib/postgresql-backup "%p" "%f"'`,
    );
  });

  test("are there before the servers that write to them, and without a plan there is nothing of them", () => {
    const objects = plain.objects(saved());
    const servers = objects.find(({ manifest }) => manifest.kind === "StatefulSet");
    expect(servers?.after).toEqual(expect.arrayContaining(["backup-volume", "backup-scripts"]));
    const none = plain.objects(somePostgresqlArgs({ sharedStorageClassName: "shared" }));
    expect(none.filter(({ manifest }) => /backup|restore/.test(manifest.metadata.name))).toEqual([]);
    expect(JSON.stringify(none)).not.toMatch(/archive_mode|postgresql-backup/);
  });

  test("are refused where this form cannot keep them", () => {
    const s3 = { ...plan, target: { kind: "s3", bucket: "b", region: "r", prefix: "p" } } as const;
    expect(() => plain.objects(saved({}, s3))).toThrow("saves to a volume, not to object storage");
    expect(() => plain.objects(somePostgresqlArgs({ database: { backup: plan } }))).toThrow("sharedStorageClassName");
  });

  test("are made and tried by jobs that never overlap, end, and start by themselves but for the real restore", () => {
    const when = jobs.map((name) => (objectOf("CronJob", name) as { spec: Record<string, unknown> }).spec);
    expect(when.map(({ schedule, suspend }) => [schedule, suspend])).toEqual([
      ["15 1 * * *", undefined],
      ["45 3 * * 0", undefined],
      ["45 3 * * 0", true],
    ]);
    for (const spec of when) expect(spec).toMatchObject({ concurrencyPolicy: "Forbid", timeZone: "Etc/UTC" });
    for (const name of jobs) {
      const { activeDeadlineSeconds } = (objectOf("CronJob", name) as CronJob).spec.jobTemplate.spec;
      // 100 GiB of data and 25 GiB of log.
      expect(activeDeadlineSeconds).toBe(deadlineSeconds("125Gi"));
    }
    expect(deadlineSeconds("125Gi")).toBe(3600 + 32_000);
  });

  test("run as the servers' user, with one password and no more rights than the job needs", () => {
    for (const name of jobs) {
      const pod = podOf(name);
      const [container] = pod.containers;
      expect(pod).toMatchObject({ automountServiceAccountToken: false, securityContext: { runAsUser: 999 } });
      expect(container).toMatchObject({
        securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false },
        image: saved().database.images.server,
      });
      const mount = container?.volumeMounts?.find((each) => each.name === "backups");
      // What only reads must not be able to spoil what it reads.
      expect(mount).toEqual({
        name: "backups",
        mountPath: "/var/lib/postgresql-backup",
        ...(name === databaseObjects.backup ? {} : { readOnly: true }),
      });
    }
    const passwords = jobs.map((name) => podOf(name).volumes?.find((each) => each.secret)?.secret?.items);
    const only = (role: string) => [{ key: role, path: role }];
    expect(passwords).toEqual([only(systemRoles.replication), only(systemRoles.maintenance), undefined]);
  });

  test("come over an encrypted connection, to a server that is verified where it can be", () => {
    const variables = (args: PostgresqlArgs) => podOf(databaseObjects.backup, args).containers[0]?.env;
    expect(variables(saved())).toContainEqual({ name: "PGSSLMODE", value: "require" });
    const verified = variables(saved({ certificateSecret: "certificate" }));
    expect(verified).toContainEqual({ name: "PGSSLMODE", value: "verify-full" });
    expect(verified).toContainEqual({ name: "PGSSLROOTCERT", value: "/etc/postgresql-authority/ca.crt" });
  });

  test("are reckoned with: a job of each kind while it runs, and the volumes", () => {
    const footprints = postgresqlFootprints(saved()).filter(
      ({ name }) => name === databaseObjects.server || jobs.some((job) => job === name),
    );
    expect(footprints.map(({ name, volumes }) => [name, volumes.map((each) => each.sizeMebibytes)])).toEqual([
      [databaseObjects.backup, []],
      [databaseObjects.restoreDrill, [125 * 1024]],
      [databaseObjects.restore, []],
      // As long as the servers are there, whatever jobs run.
      [databaseObjects.server, [100 * 1024, 25 * 1024, 50 * 1024]],
    ]);
    for (const { pod } of footprints) {
      expect(pod.limits.cpuMillicores).toBeLessThanOrEqual(2 * pod.requests.cpuMillicores);
    }
  });
});
