/** From a live object to recorded outputs, and what a preview can promise of them. */
import {
  asText,
  get,
  getList,
  getObject,
  getText,
  isObject,
  UNKNOWN,
  type Plain,
  type PlainObject,
  type Properties,
  type PropertyPath,
} from "./wire/properties";

/** Kept in the state under the same keys as the official plugin's, so that either can go on with the other's state. */
export const FIELD_MANAGER = "__fieldManager";
export const INITIAL_API_VERSION = "__initialApiVersion";

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** Kinds whose status a controller fills in after the update; a preview must call it unknown. */
const WITHOUT_STATUS = new Set(
  [
    "ConfigMap Secret ServiceAccount LimitRange Endpoints EndpointSlice Role RoleBinding ClusterRole ClusterRoleBinding",
    "NetworkPolicy PriorityClass StorageClass IngressClass RuntimeClass CSIDriver Lease PodTemplate ControllerRevision",
    "MutatingWebhookConfiguration ValidatingWebhookConfiguration Event",
  ].flatMap((line) => line.split(" ")),
);

/** What an apply sends: no provider-internal keys, and stringData as the data it becomes. */
export function applyBody(inputs: PlainObject): PlainObject {
  const body = Object.fromEntries(Object.entries(inputs).filter(([key]) => !key.startsWith("__")));
  // stringData is write-only: fields applied through it are not tracked, and a removed key would stay for ever.
  return body.kind === "Secret" && isObject(body.stringData)
    ? { ...withoutKey(body, "stringData"), data: mergedData(body) }
    : body;
}

function mergedData(secret: PlainObject): PlainObject {
  const data = { ...getObject(secret, "data") };
  for (const [key, value] of Object.entries(getObject(secret, "stringData"))) {
    data[key] = value === UNKNOWN ? UNKNOWN : Buffer.from(asText(value), "utf8").toString("base64");
  }
  return data;
}

const withoutKey = (object: PlainObject, key: string): PlainObject =>
  Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));

/** The recorded outputs for a live object; what was secret in the inputs is secret in the outputs. */
export function liveOutputs(live: PlainObject, inputs: Properties, fieldManager: string): Properties {
  const metadata = withoutKey(getObject(live, "metadata"), "managedFields");
  const annotations = metadata.annotations;
  if (isObject(annotations) && LAST_APPLIED in annotations)
    metadata.annotations = withoutKey(annotations, LAST_APPLIED);
  const value: PlainObject = {
    ...live,
    metadata,
    [INITIAL_API_VERSION]: getText(live, "apiVersion") ?? "",
    [FIELD_MANAGER]: fieldManager,
  };
  return { value, secrets: secretPaths(value, inputs) };
}

function secretPaths(value: PlainObject, inputs: Properties): PropertyPath[] {
  const paths = inputs.secrets.flatMap((path) => mapped(path, inputs.value, value));
  // The API treats all of a Secret as secret, whatever the program said.
  if (value.kind === "Secret") paths.push(["data"], ["stringData"]);
  return paths.filter((path) => get(value, path) !== undefined);
}

/** The same place in the output. Where a list has another length, the whole list is secret. */
function mapped(path: PropertyPath, inputs: PlainObject, outputs: PlainObject): PropertyPath[] {
  for (const [index, step] of path.entries()) {
    if (typeof step !== "number") continue;
    const list = path.slice(0, index);
    const before = get(inputs, list);
    const after = get(outputs, list);
    if (!Array.isArray(before) || !Array.isArray(after) || before.length !== after.length) return [list];
  }
  return [path];
}

/** What a preview knows of an object that does not exist yet. */
export function previewCreateOutputs(inputs: Properties, fieldManager: string): Properties {
  const value = { ...applyBody(inputs.value) };
  const metadata = value.metadata;
  if (isObject(metadata)) value.metadata = { ...metadata, uid: UNKNOWN, resourceVersion: UNKNOWN };
  fillComputed(value);
  return finished(value, inputs, fieldManager);
}

/** What a preview knows of an object that an update changes: the recorded object with the new inputs laid over it. */
export function previewUpdateOutputs(
  recorded: PlainObject,
  oldInputs: PlainObject,
  inputs: Properties,
  fieldManager: string,
): Properties {
  const value = overlay(recorded, applyBody(oldInputs), applyBody(inputs.value)) as PlainObject;
  if (isObject(value.metadata)) value.metadata = { ...value.metadata, resourceVersion: UNKNOWN };
  if (value.status !== undefined) value.status = UNKNOWN;
  return finished(value, inputs, fieldManager);
}

const finished = (value: PlainObject, inputs: Properties, fieldManager: string): Properties => {
  const all = { ...value, [INITIAL_API_VERSION]: getText(value, "apiVersion") ?? "", [FIELD_MANAGER]: fieldManager };
  return { value: all, secrets: secretPaths(all, inputs) };
};

function fillComputed(value: PlainObject): void {
  const kind = getText(value, "kind") ?? "";
  if (!WITHOUT_STATUS.has(kind)) value.status = UNKNOWN;
  const spec = value.spec;
  if (!isObject(spec)) return;
  const fill = (...fields: string[]): void => {
    value.spec = { ...Object.fromEntries(fields.map((field) => [field, UNKNOWN])), ...spec };
  };
  if (kind === "Service" && spec.type !== "ExternalName") {
    if (spec.clusterIP === undefined) fill("clusterIP", "clusterIPs");
  } else if (kind === "PersistentVolumeClaim") fill("volumeName");
  else if (kind === "Pod") fill("nodeName");
}

/** `news` over `recorded`; what the old inputs had and the new ones lack is taken away. */
function overlay(recorded: Plain | undefined, olds: Plain | undefined, news: Plain): Plain {
  if (!isObject(news) || !isObject(recorded)) return news;
  const before = isObject(olds) ? olds : {};
  const result: PlainObject = {};
  for (const [key, value] of Object.entries(recorded)) {
    if (Object.hasOwn(news, key) || !Object.hasOwn(before, key)) result[key] = value;
  }
  for (const [key, value] of Object.entries(news)) result[key] = overlay(recorded[key], before[key], value);
  return result;
}

/** Names of the field managers that wrote an object. */
export const managersOf = (live: PlainObject): string[] =>
  getList(live, "metadata", "managedFields").map((entry) => getText(entry, "manager") ?? "");
