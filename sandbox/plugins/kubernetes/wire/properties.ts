/**
 * Pulumi's property values on the wire and as plain data.
 *
 * On the wire a value may be wrapped: a secret, an output with its dependencies, a reference to a resource, or a
 * sentinel for "not known in this preview". Inside the provider a value is plain JSON; what was secret is kept
 * beside it as paths, and a value that is not known is the constant UNKNOWN.
 */

export type Plain = null | boolean | number | string | Plain[] | PlainObject;
export interface PlainObject {
  [key: string]: Plain;
}
export type PropertyPath = readonly (string | number)[];

/** Plain values with the places at which the engine said "secret". */
export interface Properties {
  value: PlainObject;
  secrets: PropertyPath[];
}

// The wire constants are Pulumi's (pulumi/sdk, `resource/plugin/rpc.go` and `resource/properties.go`).
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT_VALUE = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const RESOURCE_REFERENCE = "5cf8f73096256a8f31e491e813e4eb8e";
const ASSET = "c44067f5952c0a294b673a41bacd8c17";

/** The value that stands for "known only after the update". */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const UNKNOWN_SENTINELS = new Set([
  UNKNOWN,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

export function isObject(value: unknown): value is PlainObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Unwraps what the engine sent; the result shares nothing with the argument. */
export function decode(raw: unknown): Properties {
  const secrets: PropertyPath[] = [];
  const value = unwrap((raw ?? {}) as Plain, [], secrets);
  return { value: isObject(value) ? value : {}, secrets };
}

function unwrap(raw: Plain, path: PropertyPath, secrets: PropertyPath[]): Plain {
  if (typeof raw === "string") return UNKNOWN_SENTINELS.has(raw) ? UNKNOWN : raw;
  if (Array.isArray(raw)) return raw.map((item, index) => unwrap(item, [...path, index], secrets));
  if (!isObject(raw)) return raw;
  switch (raw[SIGNATURE]) {
    case SECRET:
      secrets.push(path);
      return unwrap(raw.value ?? null, path, secrets);
    case OUTPUT_VALUE:
      if (raw.secret === true) secrets.push(path);
      return "value" in raw ? unwrap(raw.value ?? null, path, secrets) : UNKNOWN;
    case RESOURCE_REFERENCE:
      return raw.id ?? raw.urn ?? null;
    case ASSET:
      return raw;
  }
  const result: PlainObject = {};
  for (const [key, item] of Object.entries(raw)) result[key] = unwrap(item, [...path, key], secrets);
  return result;
}

/** An asset's text or file, when `value` is an asset; only charts take assets. */
export function assetOf(value: Plain): { text?: string; path?: string; uri?: string } | undefined {
  if (!isObject(value) || value[SIGNATURE] !== ASSET) return undefined;
  const text = value.text;
  const file = value.path;
  const uri = value.uri;
  return {
    ...(typeof text === "string" && text !== "" ? { text } : {}),
    ...(typeof file === "string" && file !== "" ? { path: file } : {}),
    ...(typeof uri === "string" && uri !== "" ? { uri } : {}),
  };
}

/** Wraps the values at the secret paths again; a path that the value lacks is passed over. */
export function encode(properties: Properties): PlainObject {
  return wrap(properties.value, properties.secrets) as PlainObject;
}

function wrap(value: Plain, secrets: readonly PropertyPath[]): Plain {
  if (secrets.length === 0) return value;
  if (secrets.some((path) => path.length === 0)) return secretValue(value);
  if (Array.isArray(value)) {
    return value.map((item, index) => wrap(item, below(secrets, index)));
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, wrap(item, below(secrets, key))]));
}

const below = (secrets: readonly PropertyPath[], step: string | number): PropertyPath[] =>
  secrets.filter((path) => path[0] === step).map((path) => path.slice(1));

export const secretValue = (value: Plain): PlainObject => ({ [SIGNATURE]: SECRET, value });

/** The wire form of a reference to a registered resource. */
export function resourceReference(urn: string, id: string | undefined, packageVersion: string): PlainObject {
  return { [SIGNATURE]: RESOURCE_REFERENCE, urn, packageVersion, ...(id === undefined ? {} : { id }) };
}

/** True when `value`, or anything inside it, is known only after the update. */
export function hasUnknown(value: Plain | undefined): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isObject(value) && Object.values(value).some(hasUnknown);
}

/** The value at `path`, or undefined; an unknown on the way is unknown at the end. */
export function get(value: Plain | undefined, path: PropertyPath): Plain | undefined {
  let current = value;
  for (const step of path) {
    if (current === UNKNOWN) return UNKNOWN;
    if (Array.isArray(current) && typeof step === "number") current = current[step];
    else if (isObject(current)) current = Object.hasOwn(current, step) ? current[step] : undefined;
    else return undefined;
  }
  return current;
}

/** Text at `path`; undefined when absent, unknown or not text. */
export function getText(value: Plain | undefined, ...path: (string | number)[]): string | undefined {
  const found = get(value, path);
  return typeof found === "string" && found !== UNKNOWN ? found : undefined;
}

/** Like getText, but an empty text counts as absent. */
export function getFilled(value: Plain | undefined, ...path: (string | number)[]): string | undefined {
  const text = getText(value, ...path);
  return text === "" ? undefined : text;
}

/** A value inside a sentence: text as it is, anything else as JSON. */
export const asText = (value: Plain | undefined): string =>
  typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);

/** Labels as the API's list calls want a selector. */
export const labelSelector = (labels: PlainObject): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${asText(value)}`)
    .join(",");

/** A number at `path`; undefined when absent or not a number. */
export function getNumber(value: Plain | undefined, ...path: (string | number)[]): number | undefined {
  const found = get(value, path);
  return typeof found === "number" ? found : undefined;
}

/** The list at `path`; empty when there is none. */
export function getList(value: Plain | undefined, ...path: (string | number)[]): Plain[] {
  const found = get(value, path);
  return Array.isArray(found) ? found : [];
}

/** The object at `path`; empty when there is none. */
export function getObject(value: Plain | undefined, ...path: (string | number)[]): PlainObject {
  const found = get(value, path);
  return isObject(found) ? found : {};
}

/** Kubernetes reads an explicit null as "not set", so a null input must neither be sent nor compared. */
export function withoutNulls(value: Plain): Plain {
  if (Array.isArray(value)) return value.filter((item) => item !== null).map(withoutNulls);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== null)
      .map(([key, item]) => [key, withoutNulls(item)]),
  );
}

export function equal(left: Plain | undefined, right: Plain | undefined): boolean {
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => equal(item, right[index]));
  }
  if (!isObject(left) || !isObject(right)) return false;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && equal(left[key], right[key]))
  );
}

/** A path in Pulumi's own notation: `spec.containers[0].image`, `metadata.labels["app.kubernetes.io/name"]`. */
export function formatPath(path: PropertyPath): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else if (/^[A-Za-z_$][\w$]*$/.test(step)) text += text === "" ? step : `.${step}`;
    else text += `["${step.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"]`;
  }
  return text;
}
