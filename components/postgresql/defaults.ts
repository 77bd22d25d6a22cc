/** User and group `postgres` of the official image (docker-library/postgres, Dockerfile); initdb asks who it is. */
export const serverUser = 999;

/** Name of the server's port, on pods and Services. */
export const serverPortName = "postgresql";

/** Folders of the plain form's servers. */
export const serverFolders = {
  /** Mount of the volume; the data lies one level below, because a new file system brings a folder of its own. */
  volume: "/var/lib/postgresql",
  data: "/var/lib/postgresql/data",
  logVolume: "/var/lib/postgresql-wal",
  log: "/var/lib/postgresql-wal/pg_wal",
  configuration: "/etc/postgresql-server",
  /** Sockets, and what is made anew at each start; in memory. */
  run: "/var/run/postgresql",
  certificate: "/etc/postgresql-tls",
  sharedMemory: "/dev/shm",
} as const;

/** Names of the plain form's objects besides those that every form has. */
export const plainNames = {
  configuration: "postgresql-configuration",
  /** Headless Service that gives each server a name. */
  nodes: "postgresql-nodes",
  /** Service of all servers, for reads that may be a moment old. */
  readers: "postgresql-readers",
  claims: { data: "data", log: "wal" },
} as const;

/** Disk of the node that a container takes: its log, which the kubelet cuts at 5 files of 10 MiB. */
export const logMebibytes = 64;

/** Memory for sockets, passwords and certificates of a pod. */
export const runMebibytes = 8;

/**
 * Part of the memory limit that `/dev/shm` may hold: there parallel queries share what they hash, `work_mem` times
 * `hash_mem_multiplier` for each process of one. A runtime's own 64 MiB end them with "could not resize shared memory".
 */
export const sharedMemoryPart = 1 / 8;

/** Largest ratio between limit and request (plan; ALT-K8S-004). */
export const limitRatio = 2;

/** Seconds that a client waits for a connection to be made. */
export const connectSeconds = 10;
