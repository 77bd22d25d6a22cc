/** User and group of all processes; the images have no files of their own user. */
export const poolerUser = 10001;

/** Name of the port that clients come to. */
export const poolerPortName = "postgresql";

export const folders = {
  configuration: "/etc/pgbouncer",
  /** Passwords, certificate, socket and process id; in memory, made anew with each pod. */
  run: "/var/run/pgbouncer",
  certificate: "/etc/pgbouncer-tls",
  authority: "/etc/pgbouncer-authority",
} as const;

/** Files of `folders.run`. */
export const runFiles = { users: "users.txt", passfile: "pgpass", process: "pgbouncer.pid" } as const;

/** Memory for them. */
export const runMebibytes = 8;

/** Seconds of a pod's end. */
export const seconds = {
  /** Goes on taking connections until every node has heard that it is no endpoint any more. */
  leave: 10,
  /** Then lets the transactions that are under way end; longer ones are over `idle_transaction_timeout` anyway. */
  finish: 60,
  /** Between that and the kill. */
  margin: 5,
} as const;

/** Disk of the node that each container takes: its log, which the kubelet cuts at 5 files of 10 MiB. */
export const ephemeralMebibytes = { limit: 64, request: 32 } as const;

/** Sizes of the exporter beside each pooler: some 15 MiB, and one query to the console for each scrape. */
export const exporterResources = {
  requests: { cpu: "20m", memory: "32Mi" },
  limits: { cpu: "40m", memory: "64Mi" },
} as const;
