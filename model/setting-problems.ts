import { closest, distance } from "fastest-levenshtein";
import { type z } from "zod";
import { type Problem } from "./problem";

/** The project's namespace in a stack's configuration. */
export const configNamespace = "altlas";

/** Turns what zod found wrong in one key's value into sentences for the person who wrote it. */
export function toProblems(key: string, schema: z.ZodType, value: unknown, error: z.ZodError): Problem[] {
  return error.issues.flatMap((issue): Problem[] => {
    const path = issue.path.map((part) => (typeof part === "symbol" ? String(part) : part));
    const setting = settingPath(key, path);
    const at = schemaAt(schema, path);
    if (issue.code === "unrecognized_keys") {
      const known = [...new Set(at.flatMap(({ def }) => (isObject(def) ? Object.keys(def.shape) : [])))];
      return issue.keys.map((unknown) =>
        unknownKey(settingPath(key, [...path, unknown]), valueAt(value, [...path, unknown]), unknown, known),
      );
    }
    const given = valueAt(value, path);
    const meaning = at.map(({ description }) => description).find(Boolean);
    return [
      {
        setting,
        value: given,
        why: given === undefined ? "It is required." : sentence(issue.message),
        remedy: `${allowed(issue)}${meaning ? ` It means: ${meaning}.` : ""} ${command(setting)}`.trim(),
      },
    ];
  });
}

/** The problem of a key that no schema knows, with the known key that looks most like it. */
export function unknownKey(setting: string, value: unknown, name: string, known: readonly string[]): Problem {
  const nearest = known.length > 0 ? closest(name, [...known]) : undefined;
  // More than half of the letters different is another word, not a slip.
  const slip = nearest !== undefined && distance(name, nearest) <= Math.max(2, Math.ceil(name.length / 2));
  return {
    setting,
    value,
    why: "There is no such setting, so it would have no effect.",
    remedy: slip
      ? `Did you mean ${nearest}? Otherwise remove it.`
      : `Remove it. Known here: ${[...known].sort().join(", ")}.`,
  };
}

/** `altlas:nodePools[0].minimum`, the way `pulumi config set --path` takes it. */
export function settingPath(key: string, path: readonly (string | number)[]): string {
  return path.reduce<string>(
    (text, part) => (typeof part === "number" ? `${text}[${part}]` : `${text}.${part}`),
    `${configNamespace}:${key}`,
  );
}

function command(setting: string): string {
  return `Set it with: pulumi config set --path '${setting}' <value>`;
}

function sentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return text.endsWith(".") ? text : `${text}.`;
}

function allowed(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "too_big":
      return `Use at most ${issue.maximum}.`;
    case "too_small":
      return `Use ${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}.`;
    case "invalid_value":
      return `Use one of: ${issue.values.join(", ")}.`;
    case "invalid_type":
      return `Use a value of type ${issue.expected}.`;
    default:
      return "";
  }
}

interface Shaped {
  readonly def: z.core.$ZodTypeDef;
  readonly description?: string | undefined;
}

/** The schemas that stand at `path`: several where a union leaves open which one was meant; nearest described one last. */
function schemaAt(schema: z.ZodType, path: readonly (string | number)[]): Shaped[] {
  let candidates = unwrap(schema);
  for (const part of path) {
    const next = candidates.flatMap(({ def }) => {
      if (isObject(def)) {
        const child = def.shape[String(part)];
        return child ? unwrap(child as z.ZodType) : [];
      }
      if (def.type === "array") return unwrap((def as unknown as { element: z.ZodType }).element);
      if (def.type === "record") return unwrap((def as unknown as { valueType: z.ZodType }).valueType);
      return [];
    });
    if (next.length === 0) return candidates;
    candidates = next;
  }
  return candidates;
}

function unwrap(schema: z.ZodType): Shaped[] {
  const def = schema.def as z.core.$ZodTypeDef & { innerType?: z.ZodType; options?: z.ZodType[] };
  const self: Shaped = { def, description: schema.description };
  if (def.innerType) return [...unwrap(def.innerType), { def: schema.def, description: schema.description }];
  if (def.options) return [...def.options.flatMap(unwrap), self];
  return [self];
}

function isObject(def: z.core.$ZodTypeDef): def is z.core.$ZodObjectDef {
  return def.type === "object";
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (current, part) =>
      typeof current === "object" && current !== null ? (current as Record<string | number, unknown>)[part] : undefined,
    value,
  );
}
