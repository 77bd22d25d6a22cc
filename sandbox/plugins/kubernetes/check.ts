/** Check: fills in what the program leaves out, and finds every mistake that can be seen without a cluster. */
import { reviewAnnotations } from "./annotations";
import type { Discovery } from "./api/discovery";
import { builtInKind, type NameRule } from "./kinds";
import { autoName, AUTONAMED, nameProblem } from "./naming";
import { apiVersionOf, parseApiVersion, type GroupVersionKind } from "./tokens";
import {
  formatPath,
  get,
  getObject,
  getText,
  isObject,
  UNKNOWN,
  withoutNulls,
  type PlainObject,
  type Properties,
} from "./wire/properties";

export interface CheckArgs {
  urn: string;
  gvk: GroupVersionKind;
  /** The resource's name in the program. */
  resourceName: string;
  olds: Properties;
  news: Properties;
  seed: Uint8Array;
  /** The engine's own wish, from the project's `pulumi:autonaming` setting. */
  autonaming: { proposed: string; disabled: boolean } | undefined;
  defaultNamespace: string;
  discovery: Discovery;
}

export interface CheckResult {
  inputs: Properties;
  failures: { property: string; reason: string }[];
  warnings: string[];
}

/** Set by the server; an input that names one of them would make each apply fail or fight. */
const SERVER_FIELDS = [
  "uid",
  "resourceVersion",
  "generation",
  "creationTimestamp",
  "deletionTimestamp",
  "managedFields",
  "selfLink",
];

export function checkObject(args: CheckArgs): CheckResult {
  const { gvk, discovery } = args;
  const inputs = withoutNulls(args.news.value) as PlainObject;
  const failures: CheckResult["failures"] = [];
  const fail = (path: string[], reason: string): unknown => failures.push({ property: formatPath(path), reason });

  checkTypeFields(inputs, gvk, fail);
  const metadata = inputs.metadata;
  const warnings: string[] = [];
  if (metadata !== UNKNOWN) {
    if (metadata !== undefined && !isObject(metadata)) {
      fail(["metadata"], "must be an object with name, namespace, labels and annotations.");
      return { inputs: { value: inputs, secrets: args.news.secrets }, failures, warnings };
    }
    const filled: PlainObject = { ...(isObject(metadata) ? metadata : {}) };
    inputs.metadata = filled;
    checkName(filled, args, fail);
    checkNamespace(filled, args, fail);
    for (const field of SERVER_FIELDS) {
      if (filled[field] !== undefined) fail(["metadata", field], "is set by the API server. Leave it out.");
    }
    for (const map of ["labels", "annotations"]) checkTexts(filled, map, fail);
    const review = reviewAnnotations(inputs);
    for (const { key, reason } of review.failures) fail(["metadata", "annotations", key], `${reason}.`);
    warnings.push(...review.warnings);
  }
  if (gvk.group === "apiextensions.k8s.io" && gvk.kind === "CustomResourceDefinition") discovery.announce(inputs);
  return { inputs: { value: inputs, secrets: args.news.secrets }, failures, warnings };
}

type Fail = (path: string[], reason: string) => unknown;

function checkTypeFields(inputs: PlainObject, gvk: GroupVersionKind, fail: Fail): void {
  const apiVersion = inputs.apiVersion ?? apiVersionOf(gvk);
  const kind = inputs.kind ?? gvk.kind;
  inputs.apiVersion = apiVersion;
  inputs.kind = kind;
  const given = typeof apiVersion === "string" ? parseApiVersion(apiVersion) : undefined;
  if (apiVersion !== UNKNOWN && (given?.group !== gvk.group || given.version !== gvk.version)) {
    fail(
      ["apiVersion"],
      `is ${JSON.stringify(apiVersion)}, but the resource's type says ${apiVersionOf(gvk)}. Leave it out or use that type.`,
    );
  }
  if (kind !== UNKNOWN && kind !== gvk.kind) {
    fail(
      ["kind"],
      `is ${JSON.stringify(kind)}, but the resource's type says ${gvk.kind}. Leave it out or use that type.`,
    );
  }
}

function checkName(metadata: PlainObject, args: CheckArgs, fail: Fail): void {
  const rule: NameRule = builtInKind(args.gvk.group, args.gvk.kind)?.name ?? "subdomain";
  const given = metadata.name;
  if (given === UNKNOWN) return;
  if (given === undefined || given === "") {
    if (getText(metadata, "generateName") !== undefined) {
      fail(
        ["metadata", "generateName"],
        "is not supported, because an applied object needs its name. Leave it out: a name with random digits is made for you.",
      );
      return;
    }
    if (args.autonaming?.disabled === true) {
      fail(["metadata", "name"], "is missing, and the project's autonaming setting forbids to make one. Set it.");
      return;
    }
    const olds = args.olds.value;
    const earlier = getText(olds, "metadata", "name");
    const keep = getText(olds, "metadata", "annotations", AUTONAMED) === "true" ? earlier : undefined;
    const proposed = args.autonaming?.proposed;
    metadata.name =
      keep ??
      (proposed !== undefined && proposed !== "" ? proposed : autoName(args.resourceName, args.seed, args.urn, rule));
    if (get(metadata, ["annotations"]) !== UNKNOWN) {
      metadata.annotations = { ...getObject(metadata, "annotations"), [AUTONAMED]: "true" };
    }
  }
  const name = metadata.name;
  const problem = typeof name === "string" ? nameProblem(name, rule) : `${JSON.stringify(name)} is no text`;
  if (problem !== undefined) fail(["metadata", "name"], `${problem}.`);
}

function checkNamespace(metadata: PlainObject, args: CheckArgs, fail: Fail): void {
  const mapping = args.discovery.known(args.gvk);
  const given = metadata.namespace;
  if (given === UNKNOWN) return;
  if (given === undefined || given === "") {
    delete metadata.namespace;
    // The scope of a custom kind that nobody has defined yet is not known; its create asks the cluster.
    // It stays out of a resource that was made before its scope was known, so that the next preview shows no change.
    const undecided = builtInKind(args.gvk.group, args.gvk.kind) === undefined && madeWithoutNamespace(args.olds.value);
    if (mapping?.namespaced === true && !undecided) metadata.namespace = args.defaultNamespace;
    return;
  }
  if (mapping?.namespaced === false) {
    fail(
      ["metadata", "namespace"],
      `is ${JSON.stringify(given)}, but a ${args.gvk.kind} lives outside namespaces. Leave it out.`,
    );
    return;
  }
  const problem = typeof given === "string" ? nameProblem(given, "label") : `${JSON.stringify(given)} is no text`;
  if (problem !== undefined) fail(["metadata", "namespace"], `${problem}.`);
}

const madeWithoutNamespace = (olds: PlainObject): boolean =>
  isObject(olds.metadata) && olds.metadata.namespace === undefined;

function checkTexts(metadata: PlainObject, map: string, fail: Fail): void {
  const entries = metadata[map];
  if (entries === undefined || entries === UNKNOWN) return;
  if (!isObject(entries)) {
    fail(["metadata", map], "must be an object of texts.");
    return;
  }
  for (const [key, value] of Object.entries(entries)) {
    if (typeof value !== "string") {
      fail(["metadata", map, key], `is ${JSON.stringify(value)}, but must be text. Put it in quotes.`);
    }
  }
}
