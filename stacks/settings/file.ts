import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { closest } from "fastest-levenshtein";
import { load } from "js-yaml";
import { type Problem } from "../../model/problem";

const stackFile = /^Pulumi\.([A-Za-z0-9._-]+)\.yaml$/;

/** Stacks that have a configuration file in the project's folder. */
export function stackNames(projectFolder: string): string[] {
  return readdirSync(projectFolder)
    .flatMap((name) => stackFile.exec(name)?.[1] ?? [])
    .sort();
}

/**
 * A stack's configuration as the engine would hand it to the program, read from its file, for commands that explain the
 * model without running the engine. An encrypted value stays what it is in the file; no setting of ours is one.
 */
export function readStackFile(
  stack: string,
  projectFolder: string,
): { readonly config: Readonly<Record<string, string>> } | { readonly problems: readonly Problem[] } {
  const names = stackNames(projectFolder);
  const refuse = (why: string, remedy: string) => ({ problems: [{ setting: "stack", value: stack, why, remedy }] });
  if (!names.includes(stack)) {
    const hint = names.length > 0 ? `Did you mean ${closest(stack, names)}? Known: ${names.join(", ")}.` : "";
    return refuse(`There is no Pulumi.${stack}.yaml in the project's folder.`, hint || "Write one; see README.md.");
  }
  let content: unknown;
  try {
    content = load(readFileSync(join(projectFolder, `Pulumi.${stack}.yaml`), "utf8"));
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    return refuse(`Pulumi.${stack}.yaml cannot be read: ${reason}.`, "Mend the file at that place.");
  }
  const config = (content as { config?: Record<string, unknown> } | null)?.config ?? {};
  return {
    config: Object.fromEntries(
      Object.entries(config).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
    ),
  };
}
