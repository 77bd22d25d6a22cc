import { readdirSync } from "node:fs";

/** The stacks of a project: those with a configuration. */
export function stackNames(project: string): string[] {
  return readdirSync(project)
    .flatMap((name) => /^Pulumi\.([\w.-]+)\.yaml$/.exec(name)?.[1] ?? [])
    .sort();
}

/** A stack's configuration as the engine hands it to the program: structured values as JSON text. */
export function configAsText(config: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, typeof value === "string" ? value : JSON.stringify(value)]],
    ),
  );
}
