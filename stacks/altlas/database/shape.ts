import { type DatabaseSettings } from "../../settings/database";
import { type Settings } from "../../settings/schema";
import { databaseSizes } from "./sizes";

/** What decides which calls the data systems make among themselves. */
export interface DatabaseShape {
  readonly form: DatabaseSettings["form"];
  /** Servers of ours. */
  readonly instances: number;
  /** Whether backups are the program's to take. */
  readonly backup: boolean;
}

/** The stack's form of PostgreSQL: as it says, else the smallest that works in dev and the one with failover elsewhere. */
export function databaseOf({ database, environment }: Pick<Settings, "database" | "environment">): DatabaseSettings {
  return database ?? { form: environment === "dev" ? "plain" : "cloudNativePg", settings: {} };
}

/** The shape of a stack's data systems. */
export function databaseShape(settings: Pick<Settings, "database" | "environment">): DatabaseShape {
  const database = databaseOf(settings);
  const { form } = database;
  if (form === "external") return { form, instances: 0, backup: false };
  return { form, instances: database.instances ?? databaseSizes[form].instances, backup: true };
}
