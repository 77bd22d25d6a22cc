import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { closest } from "fastest-levenshtein";
import { load } from "js-yaml";
import { type Problem } from "../../model/problem";

const stackFile = /^Pulumi\.([A-Za-z0-9._-]+)\.yaml$/;

/** The project's folder, for a command: the one with Pulumi.yaml above its file, wherever the bundle of it lies. */
export function projectFolderAbove(from: string): string {
  if (existsSync(join(from, "Pulumi.yaml"))) return from;
  if (dirname(from) === from) throw new Error("no folder with Pulumi.yaml above the program");
  return projectFolderAbove(dirname(from));
}

/** Stacks that have a configuration file in the project's folder. */
export function stackNames(projectFolder: string): string[] {
  return readdirSync(projectFolder)
    .flatMap((name) => stackFile.exec(name)?.[1] ?? [])
    .sort();
}

/** The file that a stack's configuration stands in. */
export function stackPath(stack: string, projectFolder: string): string {
  return join(projectFolder, `Pulumi.${stack}.yaml`);
}

/** A stack's configuration, or why there is none. */
type ReadFile =
  | { readonly config: Readonly<Record<string, string>>; readonly text: string }
  | { readonly problems: readonly Problem[] };

/**
 * A stack's configuration as the engine would hand it to the program, read from its file, for commands that explain the
 * model without running the engine. An encrypted value stays what it is in the file; no setting of ours is one.
 */
export function readStackFile(stack: string, projectFolder: string): ReadFile {
  const names = stackNames(projectFolder);
  if (!names.includes(stack)) {
    const hint = names.length > 0 ? `Did you mean ${closest(stack, names)}? Known: ${names.join(", ")}.` : "";
    return refuse(
      stack,
      `There is no Pulumi.${stack}.yaml in the project's folder.`,
      hint || "Write one; see docs/environments.md.",
    );
  }
  try {
    return readStackText(stack, readFileSync(stackPath(stack, projectFolder), "utf8"));
  } catch (error) {
    return unreadable(stack, error);
  }
}

/** The same of a file's text. */
export function readStackText(stack: string, text: string): ReadFile {
  let content: unknown;
  try {
    content = load(text);
  } catch (error) {
    return unreadable(stack, error);
  }
  const config = (content as { config?: Record<string, unknown> } | null)?.config ?? {};
  return {
    text,
    config: Object.fromEntries(
      Object.entries(config).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
    ),
  };
}

function unreadable(stack: string, error: unknown): ReadFile {
  const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
  return refuse(stack, `Pulumi.${stack}.yaml cannot be read: ${reason}.`, "Mend the file at that place.");
}

function refuse(stack: string, why: string, remedy: string): ReadFile {
  return { problems: [{ setting: "stack", value: stack, why, remedy }] };
}
