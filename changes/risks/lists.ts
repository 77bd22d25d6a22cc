import { type PropertyValue } from "../../registrations/property-values";

/** The entries of a list; none of what is no list. */
export function listOf(value: PropertyValue | undefined): readonly PropertyValue[] {
  return Array.isArray(value) ? (value as readonly PropertyValue[]) : [];
}

/** Entries of a list that another has not. */
export function newEntries(before: PropertyValue | undefined, after: PropertyValue | undefined): PropertyValue[] {
  const old = new Set(listOf(before).map((entry) => JSON.stringify(entry)));
  return listOf(after).filter((entry) => !old.has(JSON.stringify(entry)));
}

/** A value in a sentence: a text as it is, anything else as JSON. */
export function wordOf(value: PropertyValue | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}
