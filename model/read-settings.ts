import { type z } from "zod";
import { type Problem } from "./problem";
import { configNamespace, toProblems, unknownKey } from "./setting-problems";

/** The keys of a program's configuration below the project's namespace, each with its schema. */
export type SettingsShape = Readonly<Record<string, z.ZodType>>;

/** A program's configuration, checked. */
export type SettingsOf<Shape extends SettingsShape> = { readonly [Key in keyof Shape]: z.infer<Shape[Key]> };

/** What could be read: every key that is right, and every problem of those that are not. */
export interface Reading<Shape extends SettingsShape> {
  readonly settings: Partial<SettingsOf<Shape>>;
  readonly problems: readonly Problem[];
}

/**
 * Reads a configuration as the engine hands it over (`altlas:key` to text; structured values are JSON).
 * Keys are judged one by one, so that one message can name every problem and later checks see all that is right.
 */
export function readShape<Shape extends SettingsShape>(
  shape: Shape,
  config: Readonly<Record<string, string>>,
): Reading<Shape> {
  const prefix = `${configNamespace}:`;
  const given = new Map(
    Object.entries(config).flatMap(([name, text]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), text] as const] : [],
    ),
  );
  const known = Object.keys(shape);
  const problems: Problem[] = [];
  const settings: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(shape)) {
    const value = parseValue(schema, given.get(key));
    const result = schema.safeParse(value);
    if (result.success) settings[key] = result.data;
    else problems.push(...toProblems(key, schema, value, result.error));
  }
  for (const [key, text] of given) {
    if (!Object.hasOwn(shape, key)) problems.push(unknownKey(`${prefix}${key}`, text, key, known));
  }
  return { settings: settings as Partial<SettingsOf<Shape>>, problems };
}

/** The engine gives everything as text; what is not a text by its schema is JSON. */
function parseValue(schema: z.ZodType, text: string | undefined): unknown {
  if (text === undefined) return text;
  const asText = schema.safeParse(text);
  // A text of the wrong form, such as an account of eleven digits, is no number.
  if (asText.success || asText.error.issues.every(({ code }) => code === "invalid_format")) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
