import { type Bytes } from "../quantity";

/** Where base backups and the write-ahead log go. */
export type BackupTarget =
  /** A bucket with encryption by default; rights come from the pod's role, so that no key is kept. */
  | { readonly kind: "s3"; readonly bucket: string; readonly region: string; readonly prefix: string }
  /** A volume of its own, for clusters without object storage; lost with the cluster. */
  | { readonly kind: "volume"; readonly size: Bytes };

/** How the databases are saved, and how it is proven that they can be restored. */
export interface BackupPlan {
  readonly target: BackupTarget;
  /** Cron expression (UTC) of the base backup. */
  readonly schedule: string;
  /** Days that backups and log are kept. */
  readonly retentionDays: number;
  /** Cron expression (UTC) of the drill that restores the last backup and checks it; at most 31 days apart (ALT-DB-008). */
  readonly drillSchedule: string;
  /** Seconds after which an unfinished segment of the log is archived: how much a lost volume loses. */
  readonly archiveTimeoutSeconds: number;
}
