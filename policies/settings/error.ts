import { type z } from "zod";
import { type Problem, renderProblems } from "../../model/problem";

/** The pack cannot run: its settings are wrong. The message lists every problem. */
export class SettingsError extends Error {
  public override readonly name = "SettingsError";
  public constructor(public readonly problems: readonly Problem[]) {
    super(renderProblems("The policy pack cannot run: its settings are wrong", problems));
  }
}

/** What a schema found wrong, as sentences for the person who wrote it. */
export function toProblems(setting: string, value: unknown, error: z.ZodError): Problem[] {
  return error.issues.map((issue) => ({
    setting: issue.path.reduce<string>(
      (path, key) => (typeof key === "number" ? `${path}[${key}]` : `${path}.${String(key)}`),
      setting,
    ),
    value: issue.path.reduce<unknown>(
      (current, key) =>
        typeof current === "object" && current !== null ? (current as Record<PropertyKey, unknown>)[key] : undefined,
      value,
    ),
    why: `${issue.message.charAt(0).toUpperCase()}${issue.message.slice(1)}.`,
    remedy: "Correct it in the stack's configuration, or remove the entry.",
  }));
}
