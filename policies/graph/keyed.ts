import { UnknownValue } from "../field";
import { attempt, push } from "./selection";

/** Things by what they are looked up by, and why one of them may be missing there. */
export interface Keyed<T> {
  readonly byKey: ReadonlyMap<string, readonly T[]>;
  readonly doubt: UnknownValue | undefined;
}

/** Sorts things by a key; one whose key is unknown stands nowhere, and is the doubt. */
export function keyed<T>(items: readonly T[], keyOf: (item: T) => string): Keyed<T> {
  const byKey = new Map<string, T[]>();
  let doubt: UnknownValue | undefined;
  for (const item of items) {
    const key = attempt(() => keyOf(item));
    if (key instanceof UnknownValue) doubt ??= key;
    else if (key !== undefined) push(byKey, key, item);
  }
  return { byKey, doubt };
}
