import { projectRoot } from "../../sandbox/paths";
import { readStackFile } from "../../stacks/settings/file";

/** The project's folder; every test runs from it. */
export const projectFolder = projectRoot();

/** A stack's configuration as the engine gives it, with keys of `changes` (without namespace) replaced or, by `undefined`, taken away. */
export function stackConfig(stack: string, changes: Readonly<Record<string, unknown>> = {}): Record<string, string> {
  const read = readStackFile(stack, projectFolder);
  if ("problems" in read) throw new Error(`no configuration of stack ${stack}`);
  const config = new Map(Object.entries(read.config));
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) config.delete(`altlas:${key}`);
    else config.set(`altlas:${key}`, typeof value === "string" ? value : JSON.stringify(value));
  }
  return Object.fromEntries(config);
}
