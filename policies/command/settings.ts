import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { load } from "js-yaml";
import { z } from "zod";
import { type Rule } from "../rule";
import { type PolicySettings, readPolicySettings } from "../settings";
import { CannotRun } from "./cannot-run";
import { nearest } from "./options";
import { configAsText, stackNames } from "./stack-files";

/** Beside YAML that belongs to no stack: what a stack's configuration would say to the rules. */
export const settingsFile = "altlas-policy.yaml";

const ownSettings = z.strictObject({
  environment: z.string().min(1).optional(),
  exemptions: z.unknown().optional(),
  policySettings: z.unknown().optional(),
  policyLevels: z.unknown().optional(),
});

/** The settings of a stack. @throws CannotRun when there is no such stack. */
export function stackSettings(root: string, stack: string, rules: readonly Rule[]): PolicySettings {
  const names = stackNames(root);
  if (!names.includes(stack)) throw new CannotRun(`There is no Pulumi.${stack}.yaml. ${alternatives(stack, names)}`);
  const file = path.join(root, `Pulumi.${stack}.yaml`);
  const { config } = (readYaml(file) ?? {}) as { config?: Readonly<Record<string, unknown>> };
  return readPolicySettings(configAsText(config ?? {}), rules, root);
}

/**
 * The settings that lie beside YAML, when there are some.
 *
 * @throws CannotRun when they are malformed.
 */
export function settingsBeside(folder: string, rules: readonly Rule[]): PolicySettings | undefined {
  const file = path.join(folder, settingsFile);
  if (!existsSync(file)) return undefined;
  const parsed = ownSettings.safeParse(readYaml(file) ?? {});
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path: keys, message }) => `${keys.join(".") || "the document"}: ${message}`,
    );
    throw new CannotRun(
      `${file} cannot be used: ${problems.join("; ")}. It may hold environment, exemptions, policySettings and policyLevels.`,
    );
  }
  const entries = Object.entries(parsed.data).map(([key, value]) => [`altlas:${key}`, value] as const);
  return readPolicySettings(configAsText(Object.fromEntries(entries)), rules, folder);
}

/** `Did you mean dev?`, or all there is. */
export function alternatives(given: string, names: readonly string[]): string {
  const near = nearest(given, names);
  if (near !== undefined) return `Did you mean ${near}?`;
  return names.length === 0 ? "There is no stack at all." : `There is ${names.join(", ")}.`;
}

function readYaml(file: string): unknown {
  try {
    return load(readFileSync(file, "utf8"));
  } catch (error) {
    const why = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    throw new CannotRun(`${file} cannot be read: ${why}. Correct it, and run the command again.`);
  }
}
