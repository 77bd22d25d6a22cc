import { UnknownValue } from "../../field";
import { attempt } from "../../graph/selection";
import { type Subject } from "../../rule";

/**
 * Those of several objects for which something holds. What has the wrong type is left out: rules on that object say so.
 *
 * @throws UnknownValue when it holds for none that is known and one is unknown.
 */
export function matching<T>(items: readonly T[], test: (item: T) => boolean): T[] {
  let doubt: UnknownValue | undefined;
  const found = items.filter((item) => {
    const held = attempt(() => test(item));
    if (held instanceof UnknownValue) doubt ??= held;
    return held === true;
  });
  if (found.length === 0 && doubt) throw doubt;
  return found;
}

/**
 * What other objects than the one that is judged hold; those of the wrong type are left out.
 *
 * @throws UnknownValue when one of them is not known.
 */
export function readable<T>(subjects: readonly Pick<Subject<T>, "read">[]): T[] {
  return subjects.flatMap(({ read }) => {
    const value = attempt(read);
    if (value instanceof UnknownValue) throw value;
    return value === undefined ? [] : [value];
  });
}
