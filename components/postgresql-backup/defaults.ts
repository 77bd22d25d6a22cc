import { type Bytes, mebibytes } from "../../model/quantity";
import { type Resources } from "../../model/service";

/** Folders of the containers that save and restore. */
export const backupFolders = {
  /** Base backups in `base`, the write-ahead log in `wal`. */
  backups: "/var/lib/postgresql-backup",
  scripts: "/etc/postgresql-backup",
  authority: "/etc/postgresql-authority",
  scratch: "/var/lib/postgresql-restore",
} as const;

/** Names of volumes in pods. */
export const backupVolumes = {
  backups: "backups",
  scripts: "backup-scripts",
  password: "password",
  authority: "authority",
  scratch: "scratch",
  data: "data",
  log: "wal",
} as const;

/** Disk of the node that a container takes: its log, which the kubelet cuts at 5 files of 10 MiB. */
export const ephemeralMebibytes = { request: 32, limit: 64 } as const;

/**
 * A base backup is one stream through gzip: pg_basebackup and pg_verifybackup had 14 MB each for a database of 306 MB
 * (largest resident size, 2026-11-26); the rest is for files on their way to the volume.
 */
export const backupResources: Resources = {
  requests: { cpu: "100m", memory: "128Mi" },
  limits: { cpu: "200m", memory: "256Mi" },
};

/** A restored server has 64 MB of shared buffers and one client; pg_amcheck hashes a table at a time. */
export const restoreResources: Resources = {
  requests: { cpu: "100m", memory: "256Mi" },
  limits: { cpu: "200m", memory: "512Mi" },
};

/** Seconds after which a job that could not start is given up until its next time. */
export const startingSeconds = 3600;

/**
 * Seconds that a job may take: an hour, and a second for every 4 MiB of the data. A fifth of a core packs 9 MB a second of
 * what does not get smaller at all and unpacks 70 MB (`gzip -6` of 100 MiB from /dev/urandom, 2026-11-26); a drill also reads
 * it all once and replays the log since the backup.
 */
export function deadlineSeconds(data: Bytes): number {
  return 3600 + Math.ceil(mebibytes(data) / 4);
}
