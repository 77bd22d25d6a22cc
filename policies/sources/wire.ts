import { isDeepStrictEqual } from "node:util";
import { ENCRYPTED, Field, joinPath, UNKNOWN } from "../field";

/**
 * How the engine writes what plain JSON cannot say; the same on the wire and in a state export.
 * Source: pulumi/pulumi, sdk/go/common/resource/sig/sig.go and sdk/go/common/resource/plugin/rpc.go.
 */
const signatureKey = "4dabf18193072939515e22adb298388d";
const signatures = {
  secret: "1b47061264138c4ac30d75fd1eb44270",
  outputValue: "d0e6a833031e9bbcd3f4e8bde6ca49a4",
  resourceReference: "5cf8f73096256a8f31e491e813e4eb8e",
} as const;
const unknownSentinels: ReadonlySet<unknown> = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // boolean
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // number
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9", // string
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // list
  "030794c1-ac77-496b-92df-f27374a8bd58", // asset
  "e48ece36-62e2-4504-bad9-02848725956a", // archive
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // object
]);

/** Properties as plain data: unknown values replaced, secrets opened and listed by path. */
export interface Decoded {
  readonly properties: Record<string, unknown>;
  readonly secrets: ReadonlySet<string>;
}

/** Decodes the engine's properties. Keys that start with `__` are providers' own notes and are left out. */
export function decodeProperties(encoded: unknown): Decoded {
  const secrets = new Set<string>();
  const properties = isObject(encoded) ? decodeObject(encoded, "", secrets) : {};
  return { properties, secrets };
}

function decode(value: unknown, path: string, secrets: Set<string>): unknown {
  if (unknownSentinels.has(value)) return UNKNOWN;
  if (Array.isArray(value)) return value.map((item, index) => decode(item, joinPath(path, index), secrets));
  if (!isObject(value)) return value;
  switch (value[signatureKey]) {
    case undefined:
      return decodeObject(value, path, secrets);
    case signatures.secret:
      secrets.add(path);
      return decodeSecret(value, path, secrets);
    case signatures.outputValue:
      if (value.secret === true) secrets.add(path);
      return "value" in value ? decode(value.value, path, secrets) : UNKNOWN;
    case signatures.resourceReference:
      return value.urn;
    default:
      // Assets and archives: their text is a property like any other, their files are not ours to open.
      return decodeObject(value, path, secrets);
  }
}

/** On the wire a secret carries its value; an export carries JSON text with `--show-secrets`, else only a cipher. */
function decodeSecret(secret: Record<string, unknown>, path: string, secrets: Set<string>): unknown {
  if ("value" in secret) return decode(secret.value, path, secrets);
  const { plaintext } = secret;
  if (typeof plaintext !== "string") return ENCRYPTED;
  try {
    return decode(JSON.parse(plaintext), path, secrets);
  } catch {
    return plaintext;
  }
}

function decodeObject(value: Record<string, unknown>, path: string, secrets: Set<string>): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (key === signatureKey || key.startsWith("__")) continue;
    result[key] = decode(item, joinPath(path, key), secrets);
  }
  return result;
}

/**
 * The engine's form of properties that were changed after {@link decodeProperties}. What is as it was stays as the engine
 * wrote it: marks of secrets, unknown values, assets and providers' own notes.
 *
 * @returns `undefined` when that cannot be kept: a value below a secret's mark is no longer where it was, or an unknown
 *   one has moved.
 */
export function encodeChanges(
  encoded: unknown,
  changed: Readonly<Record<string, unknown>>,
): Record<string, unknown> | undefined {
  const result = merge(encoded, changed) as Record<string, unknown>;
  const before = decodeProperties(encoded);
  const after = decodeProperties(result);
  const now = new Map(secretLeaves(after));
  const kept = secretLeaves(before).every(([path, value]) => now.has(path) && now.get(path) === value);
  return kept && isDeepStrictEqual(after.properties, withoutAbsent(changed)) ? result : undefined;
}

function merge(encoded: unknown, changed: unknown): unknown {
  if (isDeepStrictEqual(decode(encoded, "", new Set()), changed)) return encoded;
  if (isObject(encoded) && encoded[signatureKey] !== undefined && "value" in encoded) {
    return { ...encoded, value: merge(encoded.value, changed) };
  }
  if (Array.isArray(changed)) {
    const old: readonly unknown[] = Array.isArray(encoded) ? encoded : [];
    return changed.map((item, index) => merge(old[index], item));
  }
  if (!isObject(changed)) return changed;
  const old = isObject(encoded) ? encoded : {};
  const notes = Object.entries(old).filter(([key]) => key === signatureKey || key.startsWith("__"));
  const present = Object.entries(changed).filter(([, value]) => value !== undefined);
  return Object.fromEntries([...notes, ...present.map(([key, value]) => [key, merge(old[key], value)] as const)]);
}

/** Every value below a mark, with its path. */
function secretLeaves({ properties, secrets }: Decoded): [string, unknown][] {
  const leaves = [...Field.root(properties, secrets).leaves()].filter(({ secret }) => secret);
  return leaves.map(({ field, value }) => [field.path, value]);
}

/** What is set to `undefined` is not sent. */
function withoutAbsent(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutAbsent);
  if (!isPlain(value)) return value;
  const present = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(present.map(([key, each]) => [key, withoutAbsent(each)]));
}

/** Whether it is data, and no mark of an unknown value. */
function isPlain(value: unknown): value is Record<string, unknown> {
  return isObject(value) && Object.getPrototypeOf(value) === Object.prototype;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
