import { everyKnown, type Field, Malformed } from "../field";

/** Labels as a selector reads them; reading one that is not known throws. */
export type LabelReader = (key: string) => string | undefined;

/** A label and the values of which it must have one; candidates for a selector can be looked up by it. */
export interface LabelRequirement {
  readonly key: string;
  readonly values: readonly string[];
}

/** Reads the labels of a field that holds them; `added` are those that a controller sets. */
export function labelReader(labels: Field, added: Readonly<Record<string, string>> = {}): LabelReader {
  return (key) => (Object.hasOwn(added, key) ? added[key] : labels.at(key).text());
}

/**
 * Whether a LabelSelector (`matchLabels` and `matchExpressions`, all of which must hold) selects these labels. An empty
 * one selects everything; what an absent one does differs by field, so the caller decides that.
 *
 * Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/
 */
export function selects(selector: Field, labels: LabelReader): boolean {
  const requirements = [
    ...selector
      .at("matchLabels")
      .entries()
      .map(
        ([key, value]) =>
          () =>
            labels(key) === value.text(),
      ),
    ...selector
      .at("matchExpressions")
      .items()
      .map((expression) => () => expressionHolds(expression, labels)),
  ];
  return everyKnown(requirements, (holds) => holds());
}

/** Label with which Kubernetes tells the pods of a StatefulSet from each other. */
export const podNameLabel = "statefulset.kubernetes.io/pod-name";

/**
 * Whether a Service's selector (plain labels, all of which must be equal) selects these labels; an empty one none.
 *
 * @param named whether one of the pods has this name, for a selector that means a single pod of a StatefulSet;
 *   default none
 */
export function serviceSelects(
  selector: Field,
  labels: LabelReader,
  named: (pod: string) => boolean = () => false,
): boolean {
  const entries = selector.entries();
  const holds = ([key, value]: readonly [string, Field]) =>
    key === podNameLabel ? named(value.text() ?? "") : labels(key) === value.text();
  return entries.length > 0 && everyKnown(entries, holds);
}

/** The equality requirements of a LabelSelector, for looking up candidates; unknown ones are left to the full test. */
export function requirements(selector: Field): LabelRequirement[] {
  return [
    ...equalities(selector.at("matchLabels")),
    ...selector
      .at("matchExpressions")
      .items()
      .filter((expression) => !expression.undecided && expression.at("operator").text() === "In")
      .flatMap((expression) => {
        const key = expression.at("key").text();
        const values = expression.at("values").items();
        if (key === undefined || values.some(({ undecided }) => undecided)) return [];
        return [{ key, values: values.map((value) => value.text() ?? "") }];
      }),
  ];
}

/** The requirements of a map of labels that must be equal. */
export function equalities(labels: Field): LabelRequirement[] {
  return labels
    .entries()
    .filter(([key, value]) => key !== podNameLabel && !value.undecided)
    .map(([key, value]) => ({ key, values: [value.text() ?? ""] }));
}

function expressionHolds(expression: Field, labels: LabelReader): boolean {
  const key = expression.at("key").text() ?? "";
  const operator = expression.at("operator").text();
  const isAmong = () => {
    const actual = labels(key);
    const values = expression.at("values").items();
    return actual !== undefined && !everyKnown(values, (value) => value.text() !== actual);
  };
  switch (operator) {
    case "In":
      return isAmong();
    case "NotIn":
      // A label that is absent has none of the values.
      return !isAmong();
    case "Exists":
      return labels(key) !== undefined;
    case "DoesNotExist":
      return labels(key) === undefined;
    default:
      throw new Malformed(expression.at("operator").path, "In, NotIn, Exists or DoesNotExist");
  }
}
