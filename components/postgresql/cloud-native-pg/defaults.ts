import { type Resources } from "../../../model/service";

/** Name by which a Cluster names the plugin of its backups. */
export const backupPlugin = "barman-cloud.cloudnative-pg.io";

/** Ports of the operator's pods; it leaves no choice (CloudNativePG 1.30, security.md, "Exposed Ports"). */
export const ports = {
  /** The instance manager: the operator asks it for the state, and instances ask each other whether they are cut off. */
  status: 8000,
} as const;

/** Seconds of the server's life. */
export const seconds = {
  /** PgBouncer's connections never end by themselves, so waiting for that only delays the fast shutdown (default 180). */
  smartShutdown: 15,
  /**
   * Until the kubelet kills a server that is to end (default 1800). The shutdown's checkpoint writes at most the shared
   * buffers, some seconds on a volume of 125 MB/s, and the rest of the log is archived.
   */
  stop: 180,
  /** Until a primary that hands over is stopped at once (default 3600): longer is an outage, shorter may lose its last log. */
  switchover: 120,
  /** Until a pod of the pooler is killed; running transactions have ended by then or are over the roles' timeouts. */
  poolerStop: 60,
  /** A pooler that ends goes on taking connections until every node has heard that it is no endpoint any more. */
  poolerDrain: 10,
  /** How long the engine waits for a Cluster: three volumes, initdb, and two replicas one after the other. */
  ready: 1800,
} as const;

/** Part of a server's memory that parallel queries may share at `/dev/shm`; the mount's own limit is 64 MiB. */
export const sharedMemoryPart = 1 / 8;

/** Disk of the node in MiB: instance manager (about 100 MiB), certificates, temporary files of the manager, and logs. */
export const ephemeralMebibytes = { request: 256, limit: 768, temporaryData: 512 } as const;

/** The pooler's, which has the instance manager beside it as well. */
export const poolerEphemeralMebibytes = { request: 192, limit: 384 } as const;

/**
 * The container beside each server that archives and takes base backups. Nobody has measured it: a base backup compresses
 * one stream with snappy and holds parts of 10 MiB for each of two uploads; the limit keeps it from taking the server's CPU.
 */
export const backupContainer: Resources = {
  requests: { cpu: "100m", memory: "256Mi" },
  limits: { cpu: "200m", memory: "512Mi" },
};

/** The server that a restore drill makes: it replays the log and is read once, so that it may be slow. */
export const drillServer = {
  resources: { requests: { cpu: "250m", memory: "1Gi" }, limits: { cpu: "500m", memory: "1Gi" } },
  // Those of a server of that memory; connections and workers stay, because a replaying server needs as many as wrote.
  settings: { shared_buffers: "128MB", maintenance_work_mem: "64MB", effective_cache_size: "512MB" },
} as const satisfies { readonly resources: Resources; readonly settings: Readonly<Record<string, string>> };

/** Seconds of a restore drill. */
export const drillSeconds = {
  /** A full volume of 100 GiB at 50 MB/s in half an hour, its log, and reading all of it again. */
  restore: 4 * 3600,
  /** A Cluster with its pods and claims goes in seconds; a volume is detached in minutes. */
  remove: 420,
  /** For that and for the result when the Job's time is over; the autoscaler waits no longer than 600 (ALT-K8S-060). */
  end: 540,
  /** Checks and the result. */
  rest: 1800,
} as const;
