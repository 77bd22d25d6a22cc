import { createProgress } from "../../sandbox/progress";
import { allTools, ensureTools } from "../../sandbox/toolchain";

/** Vitest's global set-up of the engine tests: every tool is there before the first test's clock starts. */
export default async function setup(): Promise<void> {
  if (process.env.ALTLAS_SKIP_ENGINE_TESTS === "1") return;
  await ensureTools(allTools, createProgress());
}
