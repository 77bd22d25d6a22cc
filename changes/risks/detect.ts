import { leavesOf, showPath, type FieldChange } from "../compare/fields";
import { describeChange } from "../compare/identity";
import { type ResourceChange } from "../compare/resources";
import { mask, maskLines } from "../mask";
import { type PropertyValue } from "../../registrations/property-values";
import { type Risk, sortRisks } from "./classes";
import { fieldRules, type FieldRule } from "./field-rules";
import { createdKinds, deletedKinds, statefulTypes } from "./kinds";
import { networkFound } from "./network";
import { type Found, rightsFound } from "./rights";

/** Longest value in a sentence. */
const longestValue = 60;

/**
 * What a reviewer should know of changed resources, worst first. Pure.
 *
 * @param changes As `compareResources` gives them, unmasked; nothing secret is in the answer.
 */
export function detectRisks(changes: readonly ResourceChange[]): Risk[] {
  const gone = new Set(changes.filter(({ action }) => action === "delete").map(({ key }) => key));
  return sortRisks(
    changes.flatMap((change) => {
      const subject = describeChange(change);
      return [
        // What guards an object that goes as well has nothing left to guard.
        ...(gone.has(change.before?.parent ?? "") ? [] : kindsFound(change)),
        ...statefulFound(change),
        ...rightsFound(change),
        ...networkFound(change),
        ...fieldsFound(change),
      ].map((found): Risk => ({ ...found, what: maskLines(found.what), subject }));
    }),
  );
}

function kindsFound({ type, action }: ResourceChange): Found[] {
  const rules = action === "delete" ? deletedKinds : action === "create" ? createdKinds : [];
  return rules.filter((rule) => rule.type.test(type)).map(({ class: risk, what }) => ({ class: risk, what }));
}

function statefulFound({ type, action, before, replacing }: ResourceChange): Found[] {
  if (action !== "delete" && action !== "replace") return [];
  const holds = statefulTypes.find(([pattern]) => pattern.test(type))?.[1];
  const why =
    replacing.length === 0 ? "" : `: ${replacing.map(({ path }) => showPath(path)).join(", ")} cannot be changed`;
  const verb = action === "delete" ? "is deleted" : `is replaced${why}`;
  if (holds === undefined) {
    if (action === "delete") return [];
    return [{ class: "replacement", what: type.startsWith("random:") ? "is made anew, and what uses it rolls" : verb }];
  }
  if (before?.options.retainOnDelete === true) {
    return [{ class: "protection", what: `${verb}; the object itself is kept, without anybody who looks after it` }];
  }
  const stopped = before?.options.protect === true ? "; the engine refuses while it is protected" : "";
  return [{ class: "stateful", what: `${verb}, and with it ${holds}${stopped}` }];
}

function fieldsFound(change: ResourceChange): Found[] {
  const given = change.action === "create" ? createdFields(change) : [...change.fields, ...change.options];
  return given.flatMap((field) => {
    const whole = foundBy(field, change);
    return whole ? [whole] : leavesOf(field).flatMap((leaf) => foundBy(leaf, change) ?? []);
  });
}

function createdFields({ after }: ResourceChange): FieldChange[] {
  return after ? leavesOf({ path: [], after: after.inputs }) : [];
}

function foundBy(field: FieldChange, { type, action }: ResourceChange): Found | undefined {
  const sides = { before: field.before, after: field.after };
  const rule = fieldRules.find(
    (each) => (action !== "create" || each.created === true) && isOf(each, field, type) && each.worse(sides),
  );
  if (!rule) return undefined;
  const path = showPath(field.path);
  const show = (value: PropertyValue | undefined) =>
    value === undefined ? "(absent)" : shown(type, field.path, value);
  const what =
    action === "create"
      ? `is new with ${path} ${show(field.after)}`
      : `${path} ${show(field.before)} → ${show(field.after)}`;
  return { class: rule.class, what, path };
}

function isOf({ key, below, type: types }: FieldRule, { path }: FieldChange, type: string): boolean {
  const steps = path.filter((step) => !step.startsWith("["));
  const own = steps[steps.length - 1] ?? "";
  return (
    key.test(own) &&
    (below === undefined || steps.some((step) => below.test(step))) &&
    (types === undefined || types.test(type))
  );
}

/** One value in a sentence. */
function shown(type: string, path: readonly string[], value: PropertyValue): string {
  const open = mask(type, path, value);
  const text = typeof open === "string" ? open : JSON.stringify(open);
  const line = text.replace(/\s+/g, " ");
  return line.length > longestValue ? `${line.slice(0, longestValue - 1)}…` : line;
}
