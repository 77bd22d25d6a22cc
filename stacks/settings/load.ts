import { type z } from "zod";
import { type Problem } from "../../model/problem";
import { configNamespace, toProblems, unknownKey } from "./problems";
import { settingsShape, type Settings } from "./schema";

type Key = keyof Settings;

/** What could be read: every key that is right, and every problem of those that are not. */
export interface ReadSettings {
  readonly settings: Partial<Settings>;
  readonly problems: readonly Problem[];
}

/**
 * Reads the stack configuration as the engine hands it over (`altlas:key` to text; structured values are JSON).
 * Keys are judged one by one, so that one message can name every problem and later checks see all that is right.
 */
export function readSettings(config: Readonly<Record<string, string>>): ReadSettings {
  const prefix = `${configNamespace}:`;
  const given = new Map(
    Object.entries(config).flatMap(([name, text]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), text] as const] : [],
    ),
  );
  const known = Object.keys(settingsShape) as Key[];
  const problems: Problem[] = [];
  const settings: Record<string, unknown> = {};
  for (const key of known) {
    const schema: z.ZodType = settingsShape[key];
    const value = parseValue(schema, given.get(key));
    const result = schema.safeParse(value);
    if (result.success) settings[key] = result.data;
    else problems.push(...toProblems(key, schema, value, result.error));
  }
  for (const [key, text] of given) {
    if (!Object.hasOwn(settingsShape, key)) problems.push(unknownKey(`${prefix}${key}`, text, key, known));
  }
  return { settings, problems };
}

/** The engine gives everything as text; what is not a text by its schema is JSON. */
function parseValue(schema: z.ZodType, text: string | undefined): unknown {
  if (text === undefined || schema.safeParse(text).success) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
