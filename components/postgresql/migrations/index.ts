import { type RefreshedView } from "../../../model/database/definition";
import { databaseFolders, systemRoles } from "../../../model/database/names";
import { planSql } from "../../../model/database/partitions";
import { type PlatformDatabase } from "../../../model/database/platform-database";
import { partitioningSql } from "../partitioning";
import { fileName, routineFileName } from "./names";
import check from "./sql/check.sql";
import extensions from "./sql/extensions.sql";
import grants from "./sql/grants.sql";
import lock from "./sql/lock.sql";
import migrate from "./sql/migrate.sql";
import nextMigration from "./sql/next-migration.sql";
import nextPassword from "./sql/next-password.sql";
import nextRoutine from "./sql/next-routine.sql";
import ownDatabase from "./sql/own-database.sql";
import passwords from "./sql/passwords.sql";
import prepare from "./sql/prepare.sql";
import roles from "./sql/roles.sql";
import session from "./sql/session.sql";
import { ownDatabasesSql, wantedDatabaseSql, wantedSql } from "./wanted";

export { loginRoles } from "./wanted";

/** How a run is started. */
export interface MigrationOptions {
  /** Tells what a run would do, and changes nothing. Default false. */
  readonly dryRun?: boolean;
  /**
   * Seconds that it waits for another run to end. Default 60: a run takes a second or two, and a Job that waits longer than
   * its pod may live would never say whom it waits for.
   */
  readonly lockSeconds?: number;
  /** Who runs it; default the superuser of our own servers. */
  readonly administrator?: string;
  /** Host and port of the primary; default what `PGHOST` and `PGPORT` say. */
  readonly server?: { readonly host: string; readonly port: number };
}

/** The files of a run by name, one ConfigMap; they lie in `databaseFolders.migrations`. */
export function migrationFiles(database: PlatformDatabase): Record<string, string> {
  const { migrations, routines, tables } = database.definition;
  return {
    "check.sql": check,
    "extensions.sql": extensions,
    "grants.sql": grants,
    "lock.sql": lock,
    "migrate.sql": migrate,
    "next-migration.sql": nextMigration,
    "next-password.sql": nextPassword,
    "next-routine.sql": nextRoutine,
    "own-database.sql": ownDatabase,
    "own-databases.sql": ownDatabasesSql(database),
    "partition-plan.sql": planSql(tables),
    "partitioning.sql": partitioningSql,
    "passwords.sql": passwords,
    "prepare.sql": prepare,
    "roles.sql": roles,
    "session.sql": session,
    "wanted-database.sql": wantedDatabaseSql(database),
    "wanted.sql": wantedSql(database),
    ...Object.fromEntries(migrations.map((migration) => [fileName(migration), migration.sql])),
    ...Object.fromEntries(routines.map((routine) => [routineFileName(routine), routine.sql])),
  };
}

/**
 * The command of a run: psql of version 16 or later, as the administrator, whose password psql finds in `PGPASSWORD` or
 * `PGPASSFILE`. It exits with 0 when everything is as wanted, with 3 after an error, which it tells on standard error.
 */
export function migrationCommand(options: MigrationOptions = {}): string[] {
  const { dryRun = false, lockSeconds = 60, administrator = systemRoles.administrator, server } = options;
  return [
    "psql",
    "--no-psqlrc",
    "--no-password",
    "--quiet",
    ...(server === undefined ? [] : [`--host=${server.host}`, `--port=${server.port}`]),
    `--username=${administrator}`,
    // Every server has it, and the databases of this stack may not be there yet.
    "--dbname=postgres",
    `--set=dry_run=${dryRun ? "on" : "off"}`,
    `--set=lock_seconds=${lockSeconds}`,
    `--set=folder=${databaseFolders.migrations}`,
    `--set=passwords=${databaseFolders.passwords}`,
    `--file=${databaseFolders.migrations}/migrate.sql`,
  ];
}

/** One statement that makes a materialised view anew without locking its readers, for `platform_maintenance`. */
export function refreshStatement({ schema, name }: Pick<RefreshedView, "schema" | "name">): string {
  return `SELECT ${schema}.refresh_view('${name}');`;
}
