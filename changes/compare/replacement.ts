import { replacementRule } from "../../sandbox/plugins/kubernetes/immutable-fields";
import { readToken } from "../../sandbox/plugins/kubernetes/tokens";
import { type PlainObject } from "../../sandbox/plugins/kubernetes/wire/properties";
import { type PropertyObject, withoutSecretMarks } from "../../registrations/property-values";
import { type Registration } from "../../registrations/registration";
import { type FieldChange, leavesOf } from "./fields";
import { awsImmutable } from "./replacement-aws";

/**
 * The fields whose change makes the engine replace the resource: those that the Kubernetes provider's table and AWS' own
 * list say, those of random values, and those that the program names in `replaceOnChanges`.
 *
 * @param provider Inputs of the provider that serves it, which decide whether configuration is replaced.
 */
export function replacingPaths(
  before: Registration,
  after: Registration,
  fields: readonly FieldChange[],
  provider: PropertyObject,
): FieldChange[] {
  const forced = forcedBy(before, after, provider);
  const named = (after.options.replaceOnChanges ?? []).map((path) => path.split(/[.[\]]+/).filter(Boolean));
  const ignored = (after.options.ignoreChanges ?? []).map((path) => path.split(/[.[\]]+/).filter(Boolean));
  return fields.filter((field) => {
    if (ignored.some((pattern) => isBelow(field.path, pattern))) return false;
    return forced(field) || named.some((pattern) => isBelow(field.path, pattern));
  });
}

function forcedBy(
  before: Registration,
  after: Registration,
  provider: PropertyObject,
): (field: FieldChange) => boolean {
  const { type } = after;
  if (!after.custom) return () => false;
  // A random value is made anew whenever what it was made from changes.
  if (type.startsWith("random:")) return () => true;
  if (type.startsWith("aws:")) {
    const patterns = awsImmutable[type] ?? [];
    return (field) => patterns.some((pattern) => replacesAt(field, pattern));
  }
  const reading = type.startsWith("kubernetes:") ? readToken(type) : undefined;
  if (!reading?.supported) return () => false;
  const plain = ({ inputs }: Registration) => withoutSecretMarks(inputs) as PlainObject;
  const rule = replacementRule(reading.gvk.group, reading.gvk.kind, plain(before), plain(after), {
    configMapsMutable: isOn(provider.enableConfigMapMutable),
    secretsMutable: isOn(provider.enableSecretMutable),
  });
  // Its table speaks of `containers.*`: any step that names an entry will do.
  return (field) => rule([...field.path]) || leavesOf(field).some(({ path }) => rule([...path]));
}

/** Whether a change is at or below a property, or takes away or brings the object that holds it. */
function replacesAt(field: FieldChange, pattern: string): boolean {
  const steps = pattern.replace(/!$/, "").split(".");
  if (pattern.endsWith("!")) return field.after === undefined && field.path.join(".") === steps.join(".");
  return leavesOf(field).some(({ path }) => isBelow(path, steps));
}

/** The provider's settings are texts on the wire. */
function isOn(value: unknown): boolean {
  return value === true || value === "true";
}

/** Whether a path is at or below a pattern, whose lists stand without their entries. */
function isBelow(path: readonly string[], pattern: readonly string[]): boolean {
  const steps = path.filter((step) => !step.startsWith("["));
  return pattern.every((step, index) => step === "*" || step === steps[index]);
}
