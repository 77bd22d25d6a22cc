import { isDeepStrictEqual } from "node:util";
import { type PropertyObject, type PropertyValue } from "../../registrations/property-values";

/** One place of a resource that is different. */
export interface FieldChange {
  /**
   * Keys from the top down. An entry of a list is `[name]`, by what tells it from the others there, `[0]` where nothing
   * does, or `[]` where the list is a set of values.
   */
  readonly path: readonly string[];
  /** Absent where it was not there. */
  readonly before?: PropertyValue;
  /** Absent where it is no longer there. */
  readonly after?: PropertyValue;
}

/** What names an entry of a list, the best first: a list is matched by the first that all its entries have, each its own. */
const names = ["name", "Sid", "sid", "key", "mountPath", "containerPort", "port", "topologyKey", "id", "type"] as const;

/** What is different between two values, place by place. Order matters only in lists whose entries have no name. */
export function compareValues(
  before: PropertyValue | undefined,
  after: PropertyValue | undefined,
  path: readonly string[] = [],
): FieldChange[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (isPlainObject(before) && isPlainObject(after)) return compareObjects(before, after, path);
  if (isList(before) && isList(after)) return compareLists(before, after, path);
  const [left, right] = [parsed(before), parsed(after)];
  if (left && right) {
    const inside = compareValues(left, right, path);
    // Written differently, but saying the same.
    return inside;
  }
  return [{ path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
}

/** The same change told value by value: what is below an object that came or went as a whole. */
export function leavesOf(change: FieldChange): FieldChange[] {
  const { path, before, after } = change;
  const value = before ?? after;
  if (value === undefined || (before !== undefined && after !== undefined)) return [change];
  return leaves(value, path).map(([place, leaf]) => ({
    path: place,
    ...(before === undefined ? { after: leaf } : { before: leaf }),
  }));
}

/** A path for people: `spec.containers[app].image`. */
export function showPath(path: readonly string[]): string {
  return path.reduce((text, step) => {
    if (step.startsWith("[")) return `${text}${step}`;
    if (!/^[\w$-]+$/.test(step)) return `${text}["${step}"]`;
    return text === "" ? step : `${text}.${step}`;
  }, "");
}

function compareObjects(before: PropertyObject, after: PropertyObject, path: readonly string[]): FieldChange[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key) => compareValues(before[key], after[key], [...path, key]));
}

function compareLists(
  before: readonly PropertyValue[],
  after: readonly PropertyValue[],
  path: readonly string[],
): FieldChange[] {
  const all = [...before, ...after];
  const name = names.find((key) => isNamedBy(before, key) && isNamedBy(after, key));
  if (name !== undefined) {
    const keyed = (list: readonly PropertyValue[]) => new Map(list.map((entry) => [`[${nameIn(entry, name)}]`, entry]));
    const [left, right] = [keyed(before), keyed(after)];
    const keys = [...new Set([...left.keys(), ...right.keys()])].sort();
    return keys.flatMap((key) => compareValues(left.get(key), right.get(key), [...path, key]));
  }
  if (all.every((entry) => typeof entry !== "object")) return compareSets(before, after, path);
  return compareUnnamed(before, after, path);
}

/** Lists of single values: which came and which went. The same values in another order are one change. */
function compareSets(
  before: readonly PropertyValue[],
  after: readonly PropertyValue[],
  path: readonly string[],
): FieldChange[] {
  const [gone, come] = [without(before, after), without(after, before)];
  if (gone.length + come.length === 0) return [{ path, before, after }];
  const place = [...path, "[]"];
  return [
    ...gone.map((value) => ({ path: place, before: value })),
    ...come.map((value) => ({ path: place, after: value })),
  ];
}

/** Lists of objects without names: equal ones are matched wherever they stand, the others in their order. */
function compareUnnamed(
  before: readonly PropertyValue[],
  after: readonly PropertyValue[],
  path: readonly string[],
): FieldChange[] {
  const [gone, come] = [without(before, after), without(after, before)];
  const place = (entry: PropertyValue, list: readonly PropertyValue[]) => [...path, `[${list.indexOf(entry)}]`];
  if (gone.length === come.length) {
    return gone.flatMap((entry, index) => compareValues(entry, come[index], place(entry, before)));
  }
  return [
    ...gone.map((entry) => ({ path: place(entry, before), before: entry })),
    ...come.map((entry) => ({ path: place(entry, after), after: entry })),
  ];
}

/** What is in a list and not, as often, in another. */
function without(list: readonly PropertyValue[], other: readonly PropertyValue[]): PropertyValue[] {
  const rest = other.map((entry) => JSON.stringify(entry));
  return list.filter((entry) => {
    const index = rest.indexOf(JSON.stringify(entry));
    if (index < 0) return true;
    rest.splice(index, 1);
    return false;
  });
}

function nameIn(entry: PropertyValue, key: string): string {
  return String((entry as Readonly<Record<string, string | number>>)[key]);
}

function isNamedBy(list: readonly PropertyValue[], key: string): boolean {
  const found = list.map((entry) => (isPlainObject(entry) ? entry[key] : undefined));
  const good = found.every((value) => typeof value === "string" || typeof value === "number");
  return good && new Set(found.map(String)).size === list.length;
}

/** The object or list that a text holds as JSON; policy documents come so. */
export function parsed(value: PropertyValue | undefined): PropertyObject | readonly PropertyValue[] | undefined {
  if (typeof value !== "string" || !/^\s*[{[]/.test(value)) return undefined;
  try {
    return JSON.parse(value) as PropertyObject | readonly PropertyValue[];
  } catch {
    return undefined;
  }
}

function leaves(value: PropertyValue, path: readonly string[]): [string[], PropertyValue][] {
  const inner = parsed(value) ?? value;
  if (isList(inner)) {
    const name = names.find((key) => isNamedBy(inner, key));
    return inner.flatMap((entry, index) => {
      if (typeof entry !== "object") return leaves(entry, [...path, "[]"]);
      const key = name === undefined ? String(index) : nameIn(entry, name);
      return leaves(entry, [...path, `[${key}]`]);
    });
  }
  if (isPlainObject(inner)) return Object.keys(inner).flatMap((key) => leaves(inner[key] ?? null, [...path, key]));
  return [[[...path], inner]];
}

/** An object that is no mark of a secret, which has an inside of its own. */
function isPlainObject(value: PropertyValue | undefined): value is PropertyObject {
  return typeof value === "object" && value !== null && !isList(value) && value.$secret === undefined;
}

function isList(value: PropertyValue | undefined): value is readonly PropertyValue[] {
  return Array.isArray(value);
}
