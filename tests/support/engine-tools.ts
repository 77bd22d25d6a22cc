import path from "node:path";
import { createProgress } from "../../sandbox/progress";
import { allTools, ensureTools, type ToolName } from "../../sandbox/toolchain";

/** What an engine test's file runs besides the sandbox's own tools: what takes minutes to build, and only it needs. */
export const ownTools: Readonly<Record<string, readonly ToolName[]>> = {
  "metrics-server.test.ts": ["metrics-server"],
};

/** The tools that these engine tests run. */
export function toolsOf(files: readonly string[]): ToolName[] {
  return [...allTools, ...files.flatMap((file) => ownTools[path.basename(file)] ?? [])];
}

/**
 * Vitest's global set-up of the engine tests: the tools are there before the first test's clock starts. `npm test` has got
 * those of single files as well; under vitest alone such a file gets its own.
 */
export default async function setup(): Promise<void> {
  if (process.env.ALTLAS_SKIP_ENGINE_TESTS === "1") return;
  await ensureTools(allTools, createProgress());
}
