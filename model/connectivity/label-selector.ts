import { type LabelExpression, type Labels, type LabelSelector } from "./network-policy";

/** Whether a selector selects an object with these labels; what an absent selector means, its field decides. */
export function selectsLabels({ matchLabels, matchExpressions }: LabelSelector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels ?? {}).every(([key, value]) => labelOf(labels, key) === value) &&
    (matchExpressions ?? []).every((expression) => holds(expression, labels))
  );
}

function holds({ key, operator, values }: LabelExpression, labels: Labels): boolean {
  const value = labelOf(labels, key);
  switch (operator) {
    case "In":
      return value !== undefined && (values ?? []).includes(value);
    case "NotIn":
      // A label that is absent has none of the values.
      return value === undefined || !(values ?? []).includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
  }
}

/** Labels come from anywhere, and a plain object answers to `constructor` too. */
function labelOf(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
