import { projectRoot } from "../../sandbox/paths";
import { readStackFile } from "../../stacks/settings/file";

/** The project's folder; every test runs from it. */
export const projectFolder = projectRoot();

/** A stack's configuration as the engine gives it, with keys of `changes` (without namespace) replaced or, by `undefined`, taken away. */
export function stackConfig(stack: string, changes: Readonly<Record<string, unknown>> = {}): Record<string, string> {
  const read = readStackFile(stack, projectFolder);
  if ("problems" in read) throw new Error(`no configuration of stack ${stack}`);
  const config: Record<string, string> = { ...read.config };
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) delete config[`altlas:${key}`];
    else config[`altlas:${key}`] = typeof value === "string" ? value : JSON.stringify(value);
  }
  return config;
}
