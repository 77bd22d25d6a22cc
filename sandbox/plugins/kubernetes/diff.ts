/** Compares the inputs of two runs, field by field. Pure: no cluster is asked. */
import { AUTONAMED } from "./naming";
import { replacementRule, type MutabilitySettings } from "./immutable-fields";
import { parseApiVersion } from "./tokens";
import {
  equal,
  formatPath,
  get,
  getText,
  isObject,
  UNKNOWN,
  withoutNulls,
  type Plain,
  type PlainObject,
  type Properties,
  type PropertyPath,
} from "./wire/properties";

export type ChangeKind = "add" | "update" | "delete";

export interface FieldChange {
  path: PropertyPath;
  kind: ChangeKind;
  replaces: boolean;
}

export interface ObjectDiff {
  changes: FieldChange[];
  /** The old object must go first, because the new one has its name. */
  deleteBeforeReplace: boolean;
}

/** Every place at which `news` differs from `olds`; an unknown value counts as a change. */
export function fieldChanges(
  olds: Plain | undefined,
  news: Plain | undefined,
  path: PropertyPath = [],
): Omit<FieldChange, "replaces">[] {
  if (olds === undefined && news === undefined) return [];
  if (news === UNKNOWN) return [{ path, kind: olds === undefined ? "add" : "update" }];
  if (olds === undefined) return [{ path, kind: "add" }];
  if (news === undefined) return [{ path, kind: "delete" }];
  if (isObject(olds) && isObject(news)) {
    const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])].sort();
    return keys.flatMap((key) => fieldChanges(own(olds, key), own(news, key), [...path, key]));
  }
  if (Array.isArray(olds) && Array.isArray(news)) {
    const length = Math.max(olds.length, news.length);
    return Array.from({ length }, (_, index) => fieldChanges(olds[index], news[index], [...path, index])).flat();
  }
  return equal(olds, news) ? [] : [{ path, kind: "update" }];
}

const own = (object: PlainObject, key: string): Plain | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined;

/** Fields of the inputs that the provider itself keeps; the user never sees a change of them. */
const INTERNAL = new Set(["__fieldManager", "__initialApiVersion", "__inputs"]);

/**
 * What the change from `olds` to `news` means.
 * @param live the recorded outputs: a field set to the value that the object has anyway replaces nothing.
 */
export function diffObjects(
  olds: Properties,
  news: Properties,
  live: PlainObject,
  settings: MutabilitySettings,
): ObjectDiff {
  const before = comparable(olds.value);
  const after = comparable(news.value);
  const { group, kind } = groupKind(after, before);
  const needsReplacement = replacementRule(group, kind, before, after, settings);
  const changes: FieldChange[] = fieldChanges(before, after).map((change) => ({
    ...change,
    replaces: needsReplacement(change.path) && !alreadySo(change, after, live),
  }));
  for (const path of secrecyChanges(olds, news)) {
    // The value is the same, but the recorded state must be rewritten so that it is kept encrypted (or in clear text).
    if (!changes.some((change) => startsWith(change.path, path) || startsWith(path, change.path))) {
      changes.push({ path, kind: "update", replaces: false });
    }
  }
  const oldGroup = groupKind(before, after).group;
  if (oldGroup !== group) changes.push({ path: ["apiVersion"], kind: "update", replaces: true });
  const replaced = changes.some((change) => change.replaces);
  return { changes: unique(changes), deleteBeforeReplace: replaced && sameName(before, after) };
}

function comparable(inputs: PlainObject): PlainObject {
  const pruned = withoutNulls(inputs) as PlainObject;
  return Object.fromEntries(Object.entries(pruned).filter(([key]) => !INTERNAL.has(key)));
}

function groupKind(first: PlainObject, second: PlainObject): { group: string; kind: string } {
  const apiVersion = getText(first, "apiVersion") ?? getText(second, "apiVersion") ?? "";
  return {
    group: parseApiVersion(apiVersion)?.group ?? "",
    kind: getText(first, "kind") ?? getText(second, "kind") ?? "",
  };
}

/** Writing a server's default out is no change of the object. */
function alreadySo(change: Omit<FieldChange, "replaces">, after: PlainObject, live: PlainObject): boolean {
  if (change.kind !== "add") return false;
  const wanted = get(after, change.path);
  return wanted !== UNKNOWN && contains(get(live, change.path), wanted);
}

/** True when everything in `wanted` is in `actual` with the same value. */
function contains(actual: Plain | undefined, wanted: Plain | undefined): boolean {
  if (isObject(wanted)) {
    return isObject(actual) && Object.entries(wanted).every(([key, value]) => contains(own(actual, key), value));
  }
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(actual) &&
      actual.length === wanted.length &&
      wanted.every((value, index) => contains(actual[index], value))
    );
  }
  return equal(actual, wanted);
}

/** Replacing a name of our own choosing takes a new one; one that the program chose can exist only once. */
function sameName(before: PlainObject, after: PlainObject): boolean {
  if (getText(after, "metadata", "annotations", AUTONAMED) === "true") return false;
  if (getText(after, "metadata", "generateName") !== undefined && getText(after, "metadata", "name") === undefined)
    return false;
  const same = (field: string): boolean => equal(get(before, ["metadata", field]), get(after, ["metadata", field]));
  // A namespace known only later is most likely the same one, since the object is there now.
  return same("name") && (get(after, ["metadata", "namespace"]) === UNKNOWN || same("namespace"));
}

function secrecyChanges(olds: Properties, news: Properties): PropertyPath[] {
  const key = (path: PropertyPath): string => JSON.stringify(path);
  const before = new Set(olds.secrets.map(key));
  const after = new Set(news.secrets.map(key));
  return [
    ...news.secrets.filter((path) => !before.has(key(path))),
    ...olds.secrets.filter((path) => !after.has(key(path)) && get(news.value, path) !== undefined),
  ];
}

const startsWith = (path: PropertyPath, prefix: PropertyPath): boolean =>
  prefix.every((step, index) => path[index] === step);

function unique(changes: FieldChange[]): FieldChange[] {
  const byPath = new Map<string, FieldChange>();
  for (const change of changes) {
    const key = formatPath(change.path);
    const earlier = byPath.get(key);
    byPath.set(key, earlier === undefined ? change : { ...earlier, replaces: earlier.replaces || change.replaces });
  }
  return [...byPath.values()];
}
