import { type PropertyValue } from "../../registrations/property-values";
import { type FieldChange, showPath } from "./fields";
import { type ResourceChange } from "./resources";

/** The same change in many resources, told once. */
export interface FoldedChange {
  readonly field: FieldChange;
  /** Resources that it is in. */
  readonly resources: number;
}

/** So many resources with the same change of a label are told in one line. */
const crowd = 4;

/** Fields that say something about an object and do nothing: labels, tags, checksums that only make pods roll. */
const cosmetic: readonly RegExp[] = [
  /^(?:metadata|spec\.template\.metadata)\.labels\b/,
  /^(?:metadata|spec\.template\.metadata)\.annotations\b/,
  /^tags(?:All)?\b/,
  /^tagSpecifications\b/,
  /^description$/,
];

/** Whether a field only describes. */
export function isCosmetic({ path }: FieldChange): boolean {
  const place = showPath(path);
  return cosmetic.some((pattern) => pattern.test(place)) && !/linkerd\.io|pod-security|load-balancer/.test(place);
}

/**
 * Takes changes that many resources have in common out of the resources. A resource that has no other change is then not
 * listed; its class of risk is judged before.
 */
export function foldCommon(changes: readonly ResourceChange[]): {
  readonly changes: readonly ResourceChange[];
  readonly folded: readonly FoldedChange[];
} {
  const counts = new Map<string, FoldedChange>();
  for (const { fields } of changes) {
    for (const field of fields.filter(isCosmetic)) {
      const key = keyOf(field);
      counts.set(key, { field, resources: (counts.get(key)?.resources ?? 0) + 1 });
    }
  }
  const common = new Set([...counts].filter(([, { resources }]) => resources >= crowd).map(([key]) => key));
  const left = changes.flatMap((change) => {
    const fields = change.fields.filter((field) => !common.has(keyOf(field)));
    const emptied = fields.length + change.options.length === 0 && change.fields.length > 0;
    return emptied && change.action === "update" ? [] : [{ ...change, fields }];
  });
  const folded = [...counts].filter(([key]) => common.has(key)).sort(([a], [b]) => (a < b ? -1 : 1));
  return { changes: left, folded: folded.map(([, each]) => each) };
}

function keyOf({ path, before, after }: FieldChange): string {
  const side = (value: PropertyValue | undefined) => (value === undefined ? "" : JSON.stringify(value));
  return [showPath(path), side(before), side(after)].join("\u0000");
}
