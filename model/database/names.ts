/** Roles that belong to no service. Their passwords are generated, one for each that logs in. */
export const systemRoles = {
  /** Superuser of our own servers; used by the migration Job alone. */
  administrator: "postgres",
  /** Owns schema and tables; nobody logs in as it. */
  owner: "platform_owner",
  /** Makes and drops partitions, refreshes views, writes the results of restore drills. */
  maintenance: "platform_maintenance",
  /** Reads statistics and no rows (`pg_monitor`): exporters and the database report. */
  monitoring: "monitoring",
  /** PgBouncer's look at the password of whoever connects, through one SECURITY DEFINER function. */
  pooler: "pgbouncer",
  /** Streaming replicas and base backups. */
  replication: "replicator",
} as const;

/** Names of Kubernetes objects in the namespace of the data concern, the same in each form. */
export const databaseObjects = {
  /** Service of the primary, name of the workload or Cluster, and value of its pods' label app.kubernetes.io/name. */
  server: "postgresql",
  /** Service, workload or Pooler, and the label of its pods. */
  pooler: "pgbouncer",
  /** Secret with the password of each role, keyed by the role's name. */
  passwords: "postgresql-roles",
  /**
   * Secret of type `kubernetes.io/basic-auth` with the administrator's name and password, as an operator reads it
   * (`username`, `password`); only where CloudNativePG runs the servers.
   */
  administrator: "postgresql-administrator",
  /** ConfigMap with the SQL that the migration Job applies. */
  migrations: "postgresql-migrations",
  /** ConfigMap with the partition plan as JSON (`plan.json`), which policies and dashboards read. */
  partitions: "postgresql-partitions",
  maintenance: "postgresql-maintenance",
  refresh: "postgresql-refresh",
  backup: "postgresql-backup",
  restoreDrill: "postgresql-restore-drill",
  /** Suspended CronJob of the plain form from which somebody makes the Job of a real restore. */
  restore: "postgresql-restore",
  /** ObjectStore in which CloudNativePG keeps base backups and log. */
  backupStore: "postgresql-backups",
  postgresExporter: "postgres-exporter",
  pgbouncerExporter: "pgbouncer-exporter",
} as const;

/**
 * Labels by which policies know the pods of servers and poolers, in every form. CloudNativePG writes them itself, over
 * whatever a template says, and gives its poolers the name `postgresql` too; so the component tells them apart.
 */
export const databasePods = {
  server: { "app.kubernetes.io/name": databaseObjects.server, "app.kubernetes.io/component": "database" },
  pooler: { "app.kubernetes.io/component": "pooler" },
} as const;

/** Folders of the jobs' containers. */
export const databaseFolders = {
  /** One file for each role, named after it, with its password. */
  passwords: "/etc/postgresql-roles",
  migrations: "/etc/postgresql-migrations",
} as const;

/** Port of servers and poolers on their pods; CloudNativePG leaves no choice for either. */
export const postgresqlPort = 5432;

/** Ports at which metrics are told: those of upstream's exporters, which CloudNativePG's own pods keep too. */
export const metricsPorts = { server: 9187, pooler: 9127 } as const;

/**
 * PgBouncer's `auth_query`. The migrations make the function in each database, so that the pooler may ask in whichever it
 * connects to; it tells nothing of superusers, of roles that replicate, and of passwords that are out of date.
 */
export const poolerAuthQuery = "SELECT uname, phash FROM pgbouncer.user_lookup($1)";
