import { rmSync } from "node:fs";
import path from "node:path";
import { createProgress } from "../../sandbox/progress";
import { allTools, ensureTools, type ToolName } from "../../sandbox/toolchain";
import { folderVariable, makeRunFolder } from "./postgresql/programs";

/** What an engine test's file runs besides the sandbox's own tools: what only it needs, and some take minutes to build. */
export const ownTools: Readonly<Record<string, readonly ToolName[]>> = {
  "postgresql-backup.test.ts": ["postgresql-18"],
  "postgresql-server.test.ts": ["postgresql-18", "postgresql-15", "pgbouncer"],
  "postgresql-archive.test.ts": ["postgresql-18"],
  "postgresql-migrations.test.ts": ["postgresql-18", "postgresql-15"],
  "postgresql-queries.test.ts": ["postgresql-18"],
  "postgresql-roles.test.ts": ["postgresql-18"],
  "pgbouncer.test.ts": ["postgresql-18", "pgbouncer", "pgbouncer_exporter"],
  "postgresql-plain.test.ts": ["postgresql-18", "postgres_exporter"],
  "cloud-native-pg-drill.test.ts": ["postgresql-18"],
  "metrics-server.test.ts": ["metrics-server"],
};

/** The tools that these engine tests run. */
export function toolsOf(files: readonly string[]): ToolName[] {
  return [...allTools, ...files.flatMap((file) => ownTools[path.basename(file)] ?? [])];
}

/**
 * Vitest's global set-up of the engine tests: the tools are there before the first test's clock starts. `npm test` has got
 * those of single files as well; under vitest alone such a file gets its own.
 *
 * @returns what takes away what the workers share.
 */
export default async function setup(): Promise<(() => void) | undefined> {
  if (process.env.ALTLAS_SKIP_ENGINE_TESTS === "1") return undefined;
  await ensureTools(allTools, createProgress());
  const folder = makeRunFolder();
  process.env[folderVariable] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
