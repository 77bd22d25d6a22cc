/** Read: the live object for a refresh or an import, and the inputs that it amounts to. */
import { objectPath } from "./api/discovery";
import { isNotFound } from "./api/errors";
import { FIELD_MANAGER, liveOutputs } from "./outputs";
import { fieldManagerOf } from "./naming";
import { refusal } from "./refusals";
import { describe, type Session } from "./session";
import { objectId, parseApiVersion, parseId, type GroupVersionKind } from "./tokens";
import { equal, getObject, getText, isObject, type Plain, type PlainObject, type Properties } from "./wire/properties";

export interface ReadArgs {
  session: Session;
  urn: string;
  id: string;
  gvk: GroupVersionKind;
  /** Recorded outputs and inputs; both empty for an import. */
  olds: Properties;
  oldInputs: Properties;
}

export interface ReadResult {
  /** Empty when the object no longer exists. */
  id: string;
  outputs: Properties;
  inputs: Properties;
}

const gone: ReadResult = { id: "", outputs: { value: {}, secrets: [] }, inputs: { value: {}, secrets: [] } };

export async function readObject(args: ReadArgs): Promise<ReadResult> {
  const { session, urn, oldInputs } = args;
  const gvk = recordedVersion(args);
  const wanted = parseId(args.id);
  const what = describe(gvk, wanted.namespace, wanted.name);
  if (session.configuration.deleteUnreachable && (await session.reachableClient()) === undefined) {
    session.log.warn(
      urn,
      "the cluster does not answer, and deleteUnreachable is set: the object is taken out of the state",
    );
    return gone;
  }
  const client = await session.requireClient(`read ${what}`);
  let live: PlainObject;
  try {
    const mapping = await session.mapping(client, gvk);
    // Without its definition no object of the kind can exist.
    if (mapping === undefined) return gone;
    const namespace = mapping.namespaced ? (wanted.namespace ?? session.configuration.namespace) : undefined;
    live = (
      await client.request({
        method: "GET",
        path: objectPath(gvk, mapping, namespace, wanted.name),
        signal: session.signal,
      })
    ).body;
  } catch (error) {
    if (isNotFound(error)) return gone;
    throw refusal(error, "read", what);
  }
  const imported = Object.keys(oldInputs.value).length === 0;
  const inputs: Properties = imported
    ? importedInputs(live)
    : { value: seenInputs(oldInputs.value, live), secrets: oldInputs.secrets };
  const manager = getText(args.olds.value, FIELD_MANAGER) ?? fieldManagerOf(urn);
  session.record(urn, getText(live, "metadata", "uid"));
  return {
    id: objectId(getText(live, "metadata", "namespace"), getText(live, "metadata", "name") ?? wanted.name),
    outputs: liveOutputs(live, inputs, manager),
    inputs,
  };
}

/** The version in the recorded state wins over the token's: the token may have come by an alias from another version. */
function recordedVersion({ olds, gvk }: ReadArgs): GroupVersionKind {
  const recorded = parseApiVersion(getText(olds.value, "apiVersion") ?? "");
  return recorded?.group === gvk.group ? { ...gvk, version: recorded.version } : gvk;
}

const SERVER_METADATA = [
  "uid",
  "resourceVersion",
  "generation",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
  "managedFields",
  "selfLink",
  "ownerReferences",
];

/** An imported object's inputs: all of it, without what the server keeps. */
function importedInputs(live: PlainObject): Properties {
  const metadata = Object.fromEntries(
    Object.entries(getObject(live, "metadata")).filter(([key]) => !SERVER_METADATA.includes(key)),
  );
  const value: PlainObject = {
    ...Object.fromEntries(Object.entries(live).filter(([key]) => key !== "status")),
    metadata,
  };
  return { value, secrets: value.kind === "Secret" && value.data !== undefined ? [["data"]] : [] };
}

/** The recorded inputs with the values that the live object has now, so that the next diff shows what drifted. */
export function seenInputs(inputs: PlainObject, live: PlainObject): PlainObject {
  const seen = project(inputs, live) as PlainObject;
  const apiVersion = getText(inputs, "apiVersion");
  if (apiVersion !== undefined) seen.apiVersion = apiVersion;
  const texts = inputs.stringData;
  if (inputs.kind === "Secret" && isObject(texts)) seen.stringData = seenTexts(texts, getObject(live, "data"));
  return seen;
}

/** stringData is never given back; its keys come back in data. */
function seenTexts(texts: PlainObject, data: PlainObject): PlainObject {
  const seen: PlainObject = {};
  for (const key of Object.keys(texts)) {
    const value = data[key];
    if (typeof value === "string") seen[key] = Buffer.from(value, "base64").toString("utf8");
  }
  return seen;
}

function project(input: Plain, live: Plain | undefined): Plain | undefined {
  if (live === undefined) return isEmptyValue(input) ? input : undefined;
  if (isObject(input) && isObject(live)) {
    const seen: PlainObject = {};
    for (const [key, value] of Object.entries(input)) {
      const projected = project(value, live[key]);
      if (projected !== undefined) seen[key] = projected;
    }
    return seen;
  }
  if (Array.isArray(input) && Array.isArray(live)) return projectList(input, live);
  return sameValue(input, live) ? input : live;
}

/** The server drops empty objects, lists, texts and zeros that mean the default; that is no drift. */
function isEmptyValue(value: Plain): boolean {
  if (Array.isArray(value)) return value.every(isEmptyValue) || value.length === 0;
  if (isObject(value)) return Object.values(value).every(isEmptyValue);
  return value === null || value === "" || value === 0 || value === false;
}

/** The keys by which Kubernetes tells list items apart, in the order in which they are tried. */
const ITEM_KEYS = [
  ["name"],
  ["containerPort", "protocol"],
  ["port", "protocol"],
  ["mountPath"],
  ["devicePath"],
  ["topologyKey"],
  ["key"],
  ["type"],
  ["ip"],
];

/** Items are found by their key, so that one added by a controller (a sidecar, a token volume) does not shift the rest. */
function projectList(inputs: Plain[], live: Plain[]): Plain[] {
  const objects = inputs.filter(isObject);
  const key =
    objects.length === inputs.length && inputs.length > 0
      ? ITEM_KEYS.find((fields) => {
          const values = objects.map((item) => keyValue(item, fields));
          return values.every((value) => value !== undefined) && new Set(values).size === values.length;
        })
      : undefined;
  if (key === undefined) {
    if (inputs.length === live.length) return inputs.map((item, index) => project(item, live[index]) ?? item);
    return live;
  }
  return objects.flatMap((item) => {
    const wanted = keyValue(item, key);
    const found = live.find((candidate) => isObject(candidate) && keyValue(candidate, key) === wanted);
    const projected = project(item, found);
    return projected === undefined ? [] : [projected];
  });
}

/** A key's first field must be there; the others (a protocol) have the default that every such list has. */
function keyValue(item: PlainObject, fields: readonly string[]): string | undefined {
  const [first, ...rest] = fields;
  if (first === undefined || item[first] === undefined) return undefined;
  return JSON.stringify([item[first], ...rest.map((field) => item[field] ?? "TCP")]);
}

/** Equal as the API reads them: `1000m` is `1`, and a number in quotes is that number. */
export function sameValue(input: Plain, live: Plain): boolean {
  if (equal(input, live)) return true;
  if (!isScalar(input) || !isScalar(live)) return false;
  if (String(input) === String(live)) return true;
  const left = quantity(String(input));
  return left !== undefined && left === quantity(String(live));
}

const isScalar = (value: Plain): value is string | number | boolean =>
  ["string", "number", "boolean"].includes(typeof value);

const SUFFIXES: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** A resource quantity as a number, or undefined. */
function quantity(text: string): number | undefined {
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/.exec(text);
  if (match === null) return undefined;
  const [, digits = "", exponent, suffix = ""] = match;
  const value = exponent === undefined ? Number(digits) * (SUFFIXES[suffix] ?? Number.NaN) : Number(digits + exponent);
  return Number.isNaN(value) ? undefined : Number(value.toPrecision(15));
}
