import { type Bytes, type Cpu } from "../../../model/quantity";

/** Size of PostgreSQL where a stack says nothing. */
export interface DatabaseSize {
  readonly instances: number;
  /** What a server asks for; it may use twice the CPU, and no more memory. */
  readonly resources: { readonly cpu: Cpu; readonly memory: Bytes };
  readonly volume: Bytes;
  readonly walVolume: Bytes;
  readonly maxConnections: number;
}

/**
 * Sizes by form. Plain is for dev: the smallest in which every part still works. CloudNativePG has the plan's load:
 * a primary and two replicas, one in each zone (scaling plan: two read replicas).
 */
export const databaseSizes: Readonly<Record<"plain" | "cloudNativePg", DatabaseSize>> = {
  plain: {
    instances: 1,
    resources: { cpu: "250m", memory: "512Mi" },
    volume: "20Gi",
    walVolume: "4Gi",
    maxConnections: 60,
  },
  cloudNativePg: {
    instances: 3,
    // A quarter of 6 GiB as shared buffers holds the working set of the five services.
    resources: { cpu: "1", memory: "6Gi" },
    volume: "100Gi",
    walVolume: "25Gi",
    maxConnections: 200,
  },
};

/** When backups are taken and restored where a stack says nothing; UTC, outside of office hours of the plan's users. */
export const backupDefaults = {
  // Each night; between two, the archived log is enough.
  schedule: "15 1 * * *",
  // Two of the plan's release cycles of two weeks, and a few days to notice.
  retentionDays: 30,
  // Each week, on a Sunday; ALT-DB-008 wants one in 31 days at least.
  drillSchedule: "45 3 * * 0",
  // At most five minutes of commits are lost with a volume (the plan's recovery point is not stated; five minutes is
  // CloudNativePG's own default).
  archiveTimeoutSeconds: 300,
  /** Volume of backups and log in the plain form: two base backups of a full volume, and the log between. */
  volume: "20Gi",
} as const;

/** Poolers: one may be away. */
export const poolerReplicas = 2;
