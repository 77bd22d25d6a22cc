import { type PoolerPlan } from "../../../model/database/pooler";
import { type ServerSetting } from "../../../model/database/server";

/**
 * Settings of `postgresql.conf` that the operator writes itself and refuses from anybody else (CloudNativePG 1.30,
 * `FixedConfigurationParameters`). What they are set to here: the archive goes through the plugin, logs to the instance
 * manager as JSON, certificates are the operator's, libraries follow from the settings that begin with their names.
 */
export const operatorsSettings: readonly string[] = [
  "allow_system_table_mods",
  "archive_cleanup_command",
  "archive_command",
  "archive_mode",
  "cluster_name",
  "config_file",
  "data_directory",
  "hba_file",
  "hot_standby",
  "ident_file",
  "listen_addresses",
  "log_destination",
  "log_directory",
  "log_file_mode",
  "log_filename",
  "log_rotation_age",
  "log_rotation_size",
  "log_truncate_on_rotation",
  "logging_collector",
  "port",
  "primary_conninfo",
  "primary_slot_name",
  "restart_after_crash",
  "restore_command",
  "shared_preload_libraries",
  "ssl",
  "ssl_ca_file",
  "ssl_cert_file",
  "ssl_key_file",
  "synchronous_standby_names",
  "temp_tablespaces",
  "unix_socket_directories",
  "unix_socket_group",
  "unix_socket_permissions",
];

/** Libraries that the operator loads, and whose extension it makes, when a setting of theirs is given. */
const managedLibraries: readonly string[] = ["auto_explain", "pg_stat_statements", "pgaudit", "pg_failover_slots"];

/** The settings as a Cluster takes them: all but the operator's own. */
export function serverParameters(settings: readonly ServerSetting[]): Record<string, string> {
  return Object.fromEntries(
    settings.filter(({ name }) => !operatorsSettings.includes(name)).map(({ name, value }) => [name, value]),
  );
}

/** Libraries that are loaded besides those that the operator loads by itself. */
export function otherLibraries(settings: readonly ServerSetting[]): string[] {
  const wanted = settings.find(({ name }) => name === "shared_preload_libraries")?.value ?? "";
  return wanted
    .split(",")
    .map((library) => library.trim())
    .filter((library) => library !== "" && !managedLibraries.includes(library));
}

/** What a Pooler says with fields of its own, or leaves no choice about; everything else of a plan is a parameter. */
const poolersOwn: readonly string[] = ["pool_mode", "so_reuseport", "default_pool_size"];

/**
 * The plan as a Pooler takes it. The operator writes one entry for all databases and none for a role, so every pool has
 * the size of the largest; what a role may have altogether is its limit at the server, and what one pooler may open is
 * `max_db_connections`.
 */
export function poolerParameters({ pools, settings, ...plan }: PoolerPlan): Record<string, string> {
  const given = Object.entries(settings).filter(([name]) => !poolersOwn.includes(name));
  return {
    ...Object.fromEntries(given),
    default_pool_size: String(Math.max(1, ...pools.map(({ size }) => size))),
    max_client_conn: String(plan.maxClientConnections),
    max_db_connections: String(plan.maxDatabaseConnections),
  };
}
