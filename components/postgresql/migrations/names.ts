import { type Migration, type Routine } from "../../../model/database/definition";

/** Name of a migration's file, `0001_identifiers.sql`. */
export function fileName({ version, name }: Pick<Migration, "version" | "name">): string {
  return `${String(version).padStart(4, "0")}_${name}.sql`;
}

/** Name of a routine's file, `routine_jobs.sql`. */
export function routineFileName({ name }: Pick<Routine, "name">): string {
  return `routine_${name}.sql`;
}
