import { type Input, type InputType, type Kind, type Problem, type Value, type Values } from "./kinds";

/** How the engine writes a value that is not known before an update (`UnknownStringValue` of its SDKs). */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether a value is, or contains, one that is not known yet. */
export function isUnknown(value: Value | undefined): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(isUnknown);
  return typeof value === "object" && value !== null && Object.values(value).some(isUnknown);
}

const expectations: Record<InputType, string> = {
  integer: "a whole number",
  boolean: "true or false",
  string: "a text",
  strings: "a list of texts",
  keepers: "a table of texts",
};

function hasType(value: Value, type: InputType): boolean {
  switch (type) {
    case "integer":
      return Number.isSafeInteger(value);
    case "boolean":
      return typeof value === "boolean";
    case "string":
      return typeof value === "string";
    case "strings":
      return Array.isArray(value) && value.every((item) => typeof item === "string");
    case "keepers":
      return typeof value === "object" && value !== null && !Array.isArray(value);
  }
}

function problemOf(value: Value | undefined, input: Input): string | undefined {
  if (value === undefined || value === null)
    return input.required === true ? `is missing; give ${expectations[input.type]}` : undefined;
  if (isUnknown(value)) return undefined;
  if (input.refused !== undefined)
    return `is not supported by the sandbox's provider: ${input.refused}; leave it out here`;
  if (!hasType(value, input.type)) return `is ${JSON.stringify(value)}; give ${expectations[input.type]}`;
  if (input.least !== undefined && (value as number) < input.least)
    return `is ${value as number}; the least is ${input.least}`;
  return undefined;
}

/** The inputs with defaults filled in; absent ones without default stay absent. */
export function withDefaults(kind: Kind, values: Values): Values {
  const result: Values = {};
  for (const [name, input] of Object.entries(kind.inputs)) {
    const value = values[name] ?? input.default;
    if (value !== undefined) result[name] = value;
  }
  return result;
}

/** All problems of the inputs at once; unknown values are looked at when they are known. */
export function checkInputs(kind: Kind, values: Values): Problem[] {
  const problems: Problem[] = [];
  const names = Object.keys(kind.inputs);
  for (const name of Object.keys(values))
    if (!names.includes(name))
      problems.push({ property: name, reason: `is unknown; the inputs are ${names.join(", ")}` });
  for (const [name, input] of Object.entries(kind.inputs)) {
    const reason = problemOf(values[name], input);
    if (reason !== undefined) problems.push({ property: name, reason });
  }
  if (problems.length > 0 || isUnknown(values)) return problems;
  return kind.validate?.(withDefaults(kind, values)) ?? [];
}

/** A value with its tables in one order, so that equal values have equal text. Keepers without a value do not count. */
function canonical(value: Value | undefined): string {
  return JSON.stringify(value ?? null, (_name, inner: Value) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(
          Object.entries(inner)
            .filter(([, item]) => item !== null)
            .sort(([a], [b]) => (a < b ? -1 : 1)),
        )
      : inner,
  );
}

/**
 * Names of the inputs that differ. Each of them makes a new resource: what was drawn under other rules cannot be
 * changed. An input that is not known yet counts as different.
 */
export function changedInputs(kind: Kind, old: Values, wanted: Values): string[] {
  const [before, after] = [withDefaults(kind, old), withDefaults(kind, wanted)];
  const empty: Record<string, Value> = { keepers: {} };
  return Object.keys(kind.inputs).filter((name) => {
    const [left, right] = [before[name] ?? empty[name], after[name] ?? empty[name]];
    return isUnknown(right) || canonical(left) !== canonical(right);
  });
}
