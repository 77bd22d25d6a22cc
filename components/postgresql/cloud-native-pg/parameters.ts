import { type PoolerPlan } from "../../../model/database/pooler";
import { type ServerSetting } from "../../../model/database/server";
import { cloudNativePgSettings } from "../../../model/database/settings";

/** Libraries that the operator loads, and whose extension it makes, when a setting of theirs is given. */
const managedLibraries: readonly string[] = ["auto_explain", "pg_stat_statements", "pgaudit", "pg_failover_slots"];

/** The settings as a Cluster takes them: all but the operator's own. */
export function serverParameters(settings: readonly ServerSetting[]): Record<string, string> {
  return Object.fromEntries(cloudNativePgSettings(settings).map(({ name, value }) => [name, value]));
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
