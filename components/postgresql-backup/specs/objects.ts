import { databaseObjects } from "../../../model/database/names";
import { type Footprint, type VolumeFootprint } from "../../../model/footprint";
import { type Manifest } from "../../../model/manifest";
import { mebibytes } from "../../../model/quantity";
import { objectLabels, podLabels } from "../../shared/labels";
import { type ListedObject } from "../../shared/object-list";
import { quantities } from "../../shared/quantities";
import { type PostgresqlBackupArgs } from "../args";
import {
  backupResources,
  backupVolumes,
  deadlineSeconds,
  ephemeralMebibytes,
  restoreResources,
  startingSeconds,
} from "../defaults";
import archive from "../scripts/archive.sh";
import baseBackup from "../scripts/base-backup.sh";
import restoreDrill from "../scripts/restore-drill.sh";
import restore from "../scripts/restore.sh";
import { backupRun, drillRun, type Run, restoreRun, runPod } from "./pods";

const { backup } = databaseObjects;

/** Suffixes of what a server mounts, which must be there before it. */
export const serverNeeds = ["backup-volume", "backup-scripts"] as const;

/** Suffix of the account of all three jobs. */
const account = "backup-account";

/** Volume, scripts and jobs, in the order in which they are made. */
export function backupObjects(args: PostgresqlBackupArgs): ListedObject[] {
  const { namespace, plan, storageClassName } = args;
  const metadata = { name: backup, namespace, labels: objectLabels(backup, args) };
  const [volume, scripts] = serverNeeds;
  return [
    {
      suffix: volume,
      manifest: {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata,
        spec: {
          accessModes: ["ReadWriteMany"],
          storageClassName,
          resources: { requests: { storage: plan.target.size } },
        },
      },
    },
    {
      suffix: scripts,
      manifest: {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata,
        data: {
          "archive.sh": archive,
          "base-backup.sh": baseBackup,
          "restore.sh": restore,
          "restore-drill.sh": restoreDrill,
        },
      },
    },
    {
      suffix: account,
      manifest: { apiVersion: "v1", kind: "ServiceAccount", metadata, automountServiceAccountToken: false },
    },
    cronJob("backup", { schedule: plan.schedule }, backupRun(args), args),
    cronJob("restore-drill", { schedule: plan.drillSchedule }, drillRun(args), args),
    // Never by itself: it is the form of the Job that somebody makes (README).
    cronJob("restore", { schedule: plan.drillSchedule, suspend: true }, restoreRun(args), args),
  ];
}

function cronJob(
  suffix: string,
  when: { readonly schedule: string; readonly suspend?: true },
  run: Run,
  args: PostgresqlBackupArgs,
): ListedObject {
  const labels = podLabels(run.name, args);
  const manifest: Manifest = {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name: run.name, namespace: args.namespace, labels },
    spec: {
      ...when,
      timeZone: "Etc/UTC",
      // A second run would remove what the first one has not finished.
      concurrencyPolicy: "Forbid",
      startingDeadlineSeconds: startingSeconds,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 3,
      jobTemplate: {
        metadata: { labels },
        spec: {
          // A second try for a lost node or a server that was just restarting; what is damaged stays so.
          backoffLimit: 1,
          activeDeadlineSeconds: deadlineSeconds(args.scratch.size),
          template: runPod(run, args),
        },
      },
    },
  };
  return { suffix, manifest, after: [account, ...serverNeeds] };
}

/** The volume of backups, which is there as long as the servers that write to it. */
export function backupVolume({ plan, storageClassName }: PostgresqlBackupArgs): VolumeFootprint {
  return { name: backup, sizeMebibytes: mebibytes(plan.target.size), per: "once", storageClass: storageClassName };
}

/** What the jobs take while they run. */
export function backupFootprints(args: PostgresqlBackupArgs): Footprint[] {
  const { namespace, pool, scratch } = args;
  const job = (name: string, resources: typeof backupResources, volumes: Footprint["volumes"]): Footprint => ({
    kind: "replicated",
    name,
    namespace,
    pool: pool.name,
    pods: { minimum: 0, expected: 0, maximum: 1 },
    surgePercent: 0,
    pod: {
      requests: quantities(resources.requests, ephemeralMebibytes.request),
      limits: quantities(resources.limits, ephemeralMebibytes.limit),
    },
    volumes,
  });
  return [
    job(databaseObjects.backup, backupResources, []),
    job(databaseObjects.restoreDrill, restoreResources, [
      {
        name: backupVolumes.scratch,
        sizeMebibytes: mebibytes(scratch.size),
        per: "pod",
        storageClass: scratch.storageClassName,
        zonal: true,
      },
    ]),
    // Takes the servers' place, which are stopped for it.
    job(databaseObjects.restore, backupResources, []),
  ];
}
