/** What can stand in the engine's property values. */
export type Value = null | boolean | number | string | Value[] | Values;
export interface Values {
  [name: string]: Value;
}

/** How the engine writes a value that is not known before an update (`UnknownStringValue` of its SDKs). */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether a value itself is not known yet. */
export const isUnknown = (value: Value | undefined): boolean => value === UNKNOWN;

/** Whether two values are the same. */
export function equal(left: Value | undefined, right: Value | undefined): boolean {
  return JSON.stringify(sorted(left ?? null)) === JSON.stringify(sorted(right ?? null));
}

function sorted(value: Value): Value {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== null);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, sorted(each)]));
}
