import { isDeepStrictEqual } from "node:util";
import { type WrittenRegistration } from "./written";

/** What is different between two sets of registrations, by key. */
export interface Changes {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** By key, one line for each place that differs. */
  readonly changed: ReadonlyMap<string, readonly string[]>;
}

/** Compares two sets of registrations. */
export function changes(
  before: ReadonlyMap<string, WrittenRegistration>,
  after: ReadonlyMap<string, WrittenRegistration>,
): Changes {
  const changed = new Map<string, string[]>();
  for (const [key, old] of before) {
    const now = after.get(key);
    if (now && !isDeepStrictEqual(old, now)) changed.set(key, differences(old, now, ""));
  }
  return {
    added: [...after.keys()].filter((key) => !before.has(key)).sort(),
    removed: [...before.keys()].filter((key) => !after.has(key)).sort(),
    changed,
  };
}

/** Whether nothing is different. */
export function isEmpty({ added, removed, changed }: Changes): boolean {
  return added.length + removed.length + changed.size === 0;
}

/** Changes for a reader, as a review would want them. */
export function renderChanges({ added, removed, changed }: Changes): string {
  return [
    ...added.map((key) => `+ ${key}`),
    ...removed.map((key) => `- ${key}`),
    ...[...changed].flatMap(([key, lines]) => [`~ ${key}`, ...lines.map((line) => `    ${line}`)]),
  ].join("\n");
}

function differences(before: unknown, after: unknown, place: string): string[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (Array.isArray(before) && Array.isArray(after)) return listDifferences(before, after, place);
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap((key) => differences(before[key], after[key], place === "" ? key : `${place}.${key}`));
  }
  return [`${place}: ${show(before)} → ${show(after)}`];
}

/** Lists of texts are compared as sets, so that one entry more is one line; others by position. */
function listDifferences(before: readonly unknown[], after: readonly unknown[], place: string): string[] {
  if ([...before, ...after].every((entry) => typeof entry === "string")) {
    const lines = [
      ...after.filter((entry) => !before.includes(entry)).map((entry) => `${place}: + ${show(entry)}`),
      ...before.filter((entry) => !after.includes(entry)).map((entry) => `${place}: - ${show(entry)}`),
    ];
    return lines.length > 0 ? lines : [`${place}: ${show(before)} → ${show(after)}`];
  }
  return Array.from({ length: Math.max(before.length, after.length) }, (_, index) => index).flatMap((index) =>
    differences(before[index], after[index], `${place}[${index}]`),
  );
}

function show(value: unknown): string {
  return value === undefined ? "(nothing)" : JSON.stringify(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
