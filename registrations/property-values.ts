import { unknownInput } from "../model/order/graph";

/** A value as the engine receives it; see {@link decodeProperties}. */
export type PropertyValue = null | boolean | number | string | readonly PropertyValue[] | PropertyObject;

/** An object of such values. */
export interface PropertyObject {
  readonly [key: string]: PropertyValue;
}

/** Stands in recordings for a value that only an update will know. */
export const unknownValue = unknownInput;

// Marks of the engine's wire format (`@pulumi/pulumi/runtime/rpc`).
const markKey = "4dabf18193072939515e22adb298388d";
const secretMark = "1b47061264138c4ac30d75fd1eb44270";
const resourceMark = "5cf8f73096256a8f31e491e813e4eb8e";
const outputMark = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
/** How the engine writes a value that only an update will know. */
export const unknownMark = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A value in the wire format, marked secret. */
export function markSecret(value: unknown): Readonly<Record<string, unknown>> {
  return { [markKey]: secretMark, value };
}

/** Reads the wire format: secrets become `{ $secret: value }`, unknown values {@link unknownValue}; keys are sorted. */
export function decodeProperties(properties: Readonly<Record<string, unknown>>): Record<string, PropertyValue> {
  return decode(properties) as Record<string, PropertyValue>;
}

/** The same value with secrets opened, as a policy or a provider sees it. */
export function withoutSecretMarks(value: PropertyValue): PropertyValue {
  if (value === null || typeof value !== "object") return value;
  if (isList(value)) return value.map(withoutSecretMarks);
  if (value.$secret !== undefined) return withoutSecretMarks(value.$secret);
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withoutSecretMarks(entry)]));
}

/** An object with its keys in alphabetical order. */
export function sorted<T>(object: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function decode(value: unknown): PropertyValue {
  if (value === unknownMark) return unknownValue;
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) return value.map(decode);
  if (typeof value !== "object") return value as boolean | number | string;
  const entries = value as Record<string, unknown>;
  switch (entries[markKey]) {
    case undefined:
      return sorted(
        Object.fromEntries(
          Object.entries(entries)
            .filter(([, entry]) => entry !== undefined)
            .map(([key, entry]) => [key, decode(entry)]),
        ),
      );
    case secretMark:
      return { $secret: decode(entries.value) };
    case resourceMark:
      return { $resource: decode(entries.urn) };
    case outputMark: {
      const inner = "value" in entries ? decode(entries.value) : unknownValue;
      return entries.secret === true ? { $secret: inner } : inner;
    }
    default:
      return { $asset: decode(Object.fromEntries(Object.entries(entries).filter(([key]) => key !== markKey))) };
  }
}

function isList(value: PropertyValue): value is readonly PropertyValue[] {
  return Array.isArray(value);
}
