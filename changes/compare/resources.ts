import { allKeys } from "../../registrations/keys";
import { type PropertyObject, type PropertyValue } from "../../registrations/property-values";
import { type Registration } from "../../registrations/registration";
import { compareValues, type FieldChange } from "./fields";
import { replacingPaths } from "./replacement";

/** What the engine would do to a resource. `move` only gives it another name in the state. */
export type Action = "create" | "delete" | "replace" | "update" | "move";

/** One resource that is not on both sides, or not the same. */
export interface ResourceChange {
  readonly key: string;
  readonly type: string;
  readonly name: string;
  readonly action: Action;
  readonly before?: Registration;
  readonly after?: Registration;
  /** Where it had another key, which an alias leads from. */
  readonly formerKey?: string;
  /** Inputs that differ; none of what is created or deleted. */
  readonly fields: readonly FieldChange[];
  /** Options that differ, by the option's name. */
  readonly options: readonly FieldChange[];
  /** Fields that cannot be changed in place, so that another object takes its place. */
  readonly replacing: readonly FieldChange[];
}

/** Two sets of registrations compared. */
export interface ResourceComparison {
  /** Sorted by key. */
  readonly changes: readonly ResourceChange[];
  /** Resources that are the same on both sides. */
  readonly unchanged: number;
  /** Resources that only wait for others than before. */
  readonly reordered: number;
}

/** Options that say when and through whom, not what; a new neighbour alters them in many places. */
const ordering: ReadonlySet<string> = new Set([
  "dependsOn",
  "propertyDependencies",
  "aliases",
  "additionalSecretOutputs",
  "providers",
]);

/** Compares what two programs register. Pure; the order of the registrations does not matter. */
export function compareResources(before: readonly Registration[], after: readonly Registration[]): ResourceComparison {
  const old = new Map(before.map((registration) => [registration.key, registration]));
  const now = new Map(after.map((registration) => [registration.key, registration]));
  const moved = movedFrom(old, now);
  const former = new Set(moved.values());
  const gone = before.filter(({ key }) => !now.has(key) && !former.has(key));
  const changes: ResourceChange[] = gone.map((registration) => lone("delete", registration));
  let [unchanged, reordered] = [0, 0];
  for (const registration of after) {
    const formerKey = moved.get(registration.key);
    const earlier = old.get(formerKey ?? registration.key);
    if (!earlier) {
      changes.push(lone("create", registration));
      continue;
    }
    const change = compareOne(earlier, registration, now, formerKey);
    if (change) changes.push(change);
    else if (waitsOtherwise(earlier, registration)) reordered += 1;
    else unchanged += 1;
  }
  return { changes: changes.sort((a, b) => (a.key < b.key ? -1 : 1)), unchanged, reordered };
}

/** By key of now, the key of before that an alias names. */
function movedFrom(
  old: ReadonlyMap<string, Registration>,
  now: ReadonlyMap<string, Registration>,
): ReadonlyMap<string, string> {
  const moved = new Map<string, string>();
  for (const registration of now.values()) {
    if (old.has(registration.key)) continue;
    const former = [...allKeys(registration, now)].find((key) => old.has(key) && !now.has(key));
    if (former !== undefined) moved.set(registration.key, former);
  }
  return moved;
}

function lone(action: "create" | "delete", registration: Registration): ResourceChange {
  const { key, type, name } = registration;
  const side = action === "create" ? { after: registration } : { before: registration };
  return { key, type, name, action, ...side, fields: [], options: [], replacing: [] };
}

function compareOne(
  before: Registration,
  after: Registration,
  now: ReadonlyMap<string, Registration>,
  formerKey: string | undefined,
): ResourceChange | undefined {
  const fields = compareValues(before.inputs, after.inputs);
  const options = compareValues(tellingOptions(before), tellingOptions(after));
  if (fields.length + options.length === 0 && formerKey === undefined) return undefined;
  const provider = after.options.provider === undefined ? undefined : now.get(after.options.provider);
  const replacing = replacingPaths(before, after, fields, provider?.inputs ?? {});
  const action = replacing.length > 0 ? "replace" : fields.length + options.length > 0 ? "update" : "move";
  const { key, type, name } = after;
  return {
    key,
    type,
    name,
    action,
    before,
    after,
    ...(formerKey === undefined ? {} : { formerKey }),
    fields,
    options,
    replacing,
  };
}

function tellingOptions({ options }: Registration): PropertyObject {
  return Object.fromEntries(
    Object.entries(options).filter(([name]) => !ordering.has(name)) as [string, PropertyValue][],
  );
}

function waitsOtherwise(before: Registration, after: Registration): boolean {
  return (
    compareValues(before.options as unknown as PropertyObject, after.options as unknown as PropertyObject).length > 0
  );
}
