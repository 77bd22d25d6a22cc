import type * as types from "@pulumi/kubernetes/types";
import { databaseFolders, databaseObjects, systemRoles } from "../../../model/database/names";
import { formatMebibytes } from "../../../model/quantity";
import { type Resources } from "../../../model/service";
import { objectLabels, podLabels } from "../../shared/labels";
import { poolAffinity, poolTolerations } from "../../shared/placement";
import { type Plain } from "../../shared/plain";
import { restrictedContainer, restrictedPod } from "../../shared/security";
import { type PostgresqlBackupArgs } from "../args";
import { backupFolders, backupResources, backupVolumes, ephemeralMebibytes, restoreResources } from "../defaults";
import { archiveMounts, archiveVolumes } from "./server";

/** A run of one of the scripts. */
export interface Run {
  /** Name of the CronJob, of its container, and label of its pods, by which the edges know them. */
  readonly name: string;
  /** File in the folder of scripts. */
  readonly script: string;
  readonly resources: Resources;
  /** As whom it connects; absent for a run that connects to nothing. */
  readonly login?: { readonly role: string; readonly database?: string };
  readonly environment: Readonly<Record<string, string>>;
  readonly volumes: Plain<types.input.core.v1.Volume>[];
  readonly mounts: Plain<types.input.core.v1.VolumeMount>[];
  /** Whether it may write to backups and log. */
  readonly writes: boolean;
}

/** A base backup, and what has become too old. */
export function backupRun({ plan }: PostgresqlBackupArgs): Run {
  return {
    name: databaseObjects.backup,
    script: "base-backup.sh",
    resources: backupResources,
    login: { role: systemRoles.replication },
    environment: { RETENTION_DAYS: String(plan.retentionDays) },
    volumes: [],
    mounts: [],
    writes: true,
  };
}

/** A restore that nobody needs, to know that the one that somebody needs will work. */
export function drillRun({ database, schema, scratch, partOf, labels }: PostgresqlBackupArgs): Run {
  const { storageClassName, size } = scratch;
  const name = databaseObjects.restoreDrill;
  return {
    name,
    script: "restore-drill.sh",
    resources: restoreResources,
    login: { role: systemRoles.maintenance, database },
    environment: { SCRATCH: backupFolders.scratch, SCHEMA: schema },
    volumes: [
      {
        name: backupVolumes.scratch,
        ephemeral: {
          volumeClaimTemplate: {
            metadata: { labels: objectLabels(name, { partOf, ...(labels ? { labels } : {}) }) },
            spec: { accessModes: ["ReadWriteOnce"], storageClassName, resources: { requests: { storage: size } } },
          },
        },
      },
    ],
    mounts: [{ name: backupVolumes.scratch, mountPath: backupFolders.scratch }],
    // It must not be able to spoil what it checks.
    writes: false,
  };
}

/** A restore into the primary's volumes, which are free only while no server runs. */
export function restoreRun({ primary }: PostgresqlBackupArgs): Run {
  const { claims, mounts, folders } = primary;
  const volume = (name: string, claimName: string) => ({ name, persistentVolumeClaim: { claimName } });
  return {
    name: databaseObjects.restore,
    script: "restore.sh",
    resources: backupResources,
    environment: { PGDATA: folders.data, WAL_FOLDER: folders.log, TARGET_TIME: "", BACKUP: "", ASIDE: "" },
    volumes: [volume(backupVolumes.data, claims.data), volume(backupVolumes.log, claims.log)],
    mounts: [
      { name: backupVolumes.data, mountPath: mounts.data },
      { name: backupVolumes.log, mountPath: mounts.log },
    ],
    writes: false,
  };
}

/** The pod of a run. */
export function runPod(run: Run, args: PostgresqlBackupArgs): Plain<types.input.core.v1.PodTemplateSpec> {
  const { name, login, resources, writes } = run;
  const { pool } = args;
  const connection = login ? connectionOf(login, name, args) : { environment: {}, volumes: [], mounts: [] };
  const environment = { BACKUPS: backupFolders.backups, ...run.environment, ...connection.environment };
  return {
    metadata: { labels: podLabels(name, args) },
    spec: {
      serviceAccountName: databaseObjects.backup,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: restrictedPod(args.userId),
      priorityClassName: args.priorityClassName,
      restartPolicy: "Never",
      affinity: poolAffinity(pool),
      ...(pool.taints.length > 0 ? { tolerations: poolTolerations(pool) } : {}),
      containers: [
        {
          name,
          image: args.image,
          imagePullPolicy: "IfNotPresent",
          command: ["sh", `${backupFolders.scripts}/${run.script}`],
          env: Object.entries(environment).map(([variable, value]) => ({ name: variable, value })),
          resources: {
            requests: { ...resources.requests, "ephemeral-storage": formatMebibytes(ephemeralMebibytes.request) },
            limits: { ...resources.limits, "ephemeral-storage": formatMebibytes(ephemeralMebibytes.limit) },
          },
          securityContext: restrictedContainer(),
          terminationMessagePolicy: "FallbackToLogsOnError",
          volumeMounts: [
            ...archiveMounts.map((mount) => (writes ? mount : { ...mount, readOnly: true })),
            ...run.mounts,
            ...connection.mounts,
          ],
        },
      ],
      volumes: [...archiveVolumes, ...run.volumes, ...connection.volumes],
    },
  };
}

/** Environment and files by which the programs of PostgreSQL find the primary and are known there. */
function connectionOf(
  { role, database }: NonNullable<Run["login"]>,
  application: string,
  { server: { host, port, authority }, passwordsSecret }: PostgresqlBackupArgs,
) {
  const items = [{ key: role, path: role }];
  return {
    environment: {
      PGHOST: host,
      PGPORT: String(port),
      PGUSER: role,
      ...(database === undefined ? {} : { PGDATABASE: database }),
      PGAPPNAME: application,
      PGCONNECT_TIMEOUT: "10",
      // Encrypted always; with an authority the server must also be who it says.
      ...(authority
        ? { PGSSLMODE: "verify-full", PGSSLROOTCERT: `${backupFolders.authority}/${authority.key}` }
        : { PGSSLMODE: "require" }),
      PASSWORD_FILE: `${databaseFolders.passwords}/${role}`,
    },
    volumes: [
      { name: backupVolumes.password, secret: { secretName: passwordsSecret, items, defaultMode: 0o440 } },
      ...(authority
        ? [
            {
              name: backupVolumes.authority,
              secret: { secretName: authority.secretName, items: [{ key: authority.key, path: authority.key }] },
            },
          ]
        : []),
    ],
    mounts: [
      { name: backupVolumes.password, mountPath: databaseFolders.passwords, readOnly: true },
      ...(authority ? [{ name: backupVolumes.authority, mountPath: backupFolders.authority, readOnly: true }] : []),
    ],
  };
}
