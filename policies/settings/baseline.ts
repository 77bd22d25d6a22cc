import { readFileSync } from "node:fs";
import path from "node:path";
import { SettingsError } from "./error";

/** The rule whose settings may name a file. */
const ruleId = "ALT-OPS-004";

/**
 * Rule settings as a stack has them, with the lines of the file that ALT-OPS-004 names in place of its name: rules read no
 * files.
 *
 * @param root Folder that the file's name starts from: the project's.
 * @throws SettingsError when the file cannot be read.
 */
export function withBaseline(given: unknown, root: string): unknown {
  if (!isObject(given)) return given;
  const own = given[ruleId];
  if (!isObject(own) || typeof own.file !== "string") return given;
  const file = path.resolve(root, own.file);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const { code = "unknown error" } = error as NodeJS.ErrnoException;
    throw new SettingsError([
      {
        setting: `altlas:policySettings.${ruleId}.file`,
        value: own.file,
        why: code === "ENOENT" ? "There is no such file in the project's folder." : `It cannot be read (${code}).`,
        remedy: "Name the file with the URNs of the stack, such as tests/golden/<stack>/urns.txt, or leave it out.",
      },
    ]);
  }
  const urns = text.split("\n").flatMap((line) => (line.trim() === "" ? [] : [line.trim()]));
  return { ...given, [ruleId]: { ...own, urns } };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
