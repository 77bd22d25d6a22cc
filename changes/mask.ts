import { secretInText } from "../policies/checks/secret-values";
import { type FieldChange, parsed } from "./compare/fields";
import { type PropertyObject, type PropertyValue } from "../registrations/property-values";

/** Stands for every value that is secret, or may be. */
export const masked = "(secret)";

/**
 * A value as it may be shown to anybody: what the engine marks secret, what a Secret object holds, and what looks like a
 * secret by its name or its shape is masked, wherever it stands.
 *
 * @param type Type of the resource.
 * @param path Where the value stands in it.
 */
export function mask(type: string, path: readonly string[], value: PropertyValue): PropertyValue {
  if (holdsSecrets(type, path)) return masked;
  if (typeof value === "string") return maskText(nameOf(path), value);
  if (typeof value !== "object" || value === null) return namesNothing(path, value) ? value : masked;
  if (Array.isArray(value)) {
    return value.map((entry: PropertyValue, index) => mask(type, [...path, `[${index}]`], entry));
  }
  const object = value as PropertyObject;
  if (object.$secret !== undefined) return masked;
  const nested = Object.entries(object).map(([key, entry]): [string, PropertyValue] => {
    // An entry `{ name, value }` of an environment is named by its name.
    const named =
      key === "value" && typeof object.name === "string" ? [...path, `[${object.name}]`, key] : [...path, key];
    return [key, mask(type, named, entry)];
  });
  return Object.fromEntries(nested);
}

/** Both sides of a change, masked. That both are secret and differ can still be seen. */
export function maskChange(type: string, { path, before, after }: FieldChange): FieldChange {
  return {
    path,
    ...(before === undefined ? {} : { before: mask(type, path, before) }),
    ...(after === undefined ? {} : { after: mask(type, path, after) }),
  };
}

/** Text that was written for people (a rule's sentence, a program's error), with each line that holds a secret masked. */
export function maskLines(text: string): string {
  return text
    .split("\n")
    .map((line) => maskText("image", line))
    .join("\n");
}

function maskText(name: string, text: string): string {
  const inner = parsed(text);
  if (inner) return JSON.stringify(mask("", name === "" ? [] : [name], inner));
  if (!text.includes("\n")) return secretInText(name, text) === undefined ? text : masked;
  // A key in several lines is no secret line by line.
  if (/-----BEGIN [A-Z0-9 ]*PRIVATE KEY/.test(text)) return masked;
  return text
    .split("\n")
    .map((line) => (secretInText(name, line) === undefined ? line : masked))
    .join("\n");
}

/** Whether a number or a flag says nothing secret: a PIN is one that does. */
function namesNothing(path: readonly string[], value: PropertyValue): boolean {
  return typeof value !== "number" || secretInText(nameOf(path), String(value)) === undefined;
}

function holdsSecrets(type: string, path: readonly string[]): boolean {
  return /^kubernetes:core\/v1:Secret(?:List|Patch)?$/.test(type) && /^(?:data|stringData)$/.test(path[0] ?? "");
}

/** What a value is called: its key, or of `env[NAME].value` the name. */
function nameOf(path: readonly string[]): string {
  const last = path[path.length - 1] ?? "";
  const above = path[path.length - 2] ?? "";
  if (last === "value" && above.startsWith("[")) return above.slice(1, -1);
  const key = [...path].reverse().find((step) => !/^\[\d*\]$/.test(step)) ?? last;
  return key.replace(/^\[|\]$/g, "");
}
