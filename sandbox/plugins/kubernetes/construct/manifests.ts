/** Kubernetes objects from YAML: reading them as Kubernetes does, naming them, and the order in which they can exist. */
import { CORE_SCHEMA, boolYaml11Tag, defineScalarTag, intYaml11Tag, loadAll, mergeTag, NOT_RESOLVED } from "js-yaml";
import type { Discovery } from "../api/discovery";
import { apiVersionOf, parseApiVersion, type GroupVersionKind } from "../tokens";
import { ProviderError } from "../wire/errors";
import { getList, getObject, getText, isObject, withoutNulls, type Plain, type PlainObject } from "../wire/properties";

/**
 * Kubernetes reads YAML 1.1 without its base-60 numbers and dates: `0644` is a file mode, `yes` is true, `1:30` is text.
 * A YAML 1.2 reader would turn a volume's mode into the decimal 644.
 */
const KUBERNETES_SCHEMA = CORE_SCHEMA.withTags(
  boolYaml11Tag,
  defineScalarTag<number>("tag:yaml.org,2002:int", {
    ...intYaml11Tag,
    resolve: (source, explicit, tag) =>
      source.includes(":") ? NOT_RESOLVED : intYaml11Tag.resolve(source, explicit, tag),
  }),
  mergeTag,
);

export interface Manifest {
  gvk: GroupVersionKind;
  object: PlainObject;
  name: string;
  namespace: string | undefined;
}

/** One YAML value, read as Kubernetes does. */
export function readYamlValues(text: string, origin: string): Plain[] {
  try {
    return loadAll(text, { schema: KUBERNETES_SCHEMA }) as Plain[];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ProviderError(`${origin} is not valid YAML: ${why}`);
  }
}

/** The objects of a YAML stream, lists taken apart. All malformed documents are reported at once. */
export function readManifests(text: string, origin: string): PlainObject[] {
  return flatten(readYamlValues(text, origin), origin);
}

/** Checks that each value is an object with apiVersion, kind and name, and takes `List` kinds apart. */
export function flatten(values: readonly Plain[], origin: string): PlainObject[] {
  const objects: PlainObject[] = [];
  const problems: string[] = [];
  const visit = (value: Plain | undefined, where: string): void => {
    // Templates often leave empty documents.
    if (value === null || value === undefined || (isObject(value) && Object.keys(value).length === 0)) return;
    const object = withoutNulls(value);
    const kind = getText(object, "kind");
    if (!isObject(object) || kind === undefined || parseApiVersion(getText(object, "apiVersion") ?? "") === undefined) {
      problems.push(`${where} has no apiVersion and kind: ${JSON.stringify(value).slice(0, 80)}`);
    } else if (kind.endsWith("List") && Array.isArray(object.items)) {
      for (const [index, item] of getList(object, "items").entries()) visit(item, `${where}, item ${index + 1}`);
    } else if (getText(object, "metadata", "name") === undefined) {
      problems.push(`${where}, a ${kind}, has no metadata.name`);
    } else {
      objects.push(object);
    }
  };
  for (const [index, value] of values.entries()) visit(value, `document ${index + 1}`);
  if (problems.length > 0) {
    throw new ProviderError(
      [`${origin} holds no usable Kubernetes objects:`, ...problems.map((line) => `  ${line}`)].join("\n"),
    );
  }
  return objects;
}

/** Gives each object its kind and, where it lives in one and names none, the default namespace. */
export function toManifests(
  objects: readonly PlainObject[],
  defaultNamespace: string,
  discovery: Discovery,
): Manifest[] {
  for (const object of objects) if (object.kind === "CustomResourceDefinition") discovery.announce(object);
  return objects.map((object) => {
    const version = parseApiVersion(getText(object, "apiVersion") ?? "") ?? { group: "", version: "" };
    const gvk = { ...version, kind: getText(object, "kind") ?? "" };
    const name = getText(object, "metadata", "name") ?? "";
    const namespaced = discovery.known(gvk)?.namespaced;
    const given = getText(object, "metadata", "namespace");
    // A chart that gives a cluster-wide object a namespace means nothing by it; helm drops it as well.
    const namespace =
      namespaced === false ? undefined : (given ?? (namespaced === true ? defaultNamespace : undefined));
    const metadata = { ...getObject(object, "metadata") };
    delete metadata.namespace;
    return {
      gvk,
      name,
      namespace,
      object: {
        ...object,
        apiVersion: apiVersionOf(gvk),
        metadata: { ...metadata, ...(namespace === undefined ? {} : { namespace }) },
      },
    };
  });
}

/** The name in the stack: `<prefix>:<namespace>/<name>`, as the official plugin names it. */
export function resourceName(prefix: string, { namespace, name }: Manifest): string {
  const own = namespace === undefined ? name : `${namespace}/${name}`;
  return prefix === "" ? own : `${prefix}:${own}`;
}

const key = ({ gvk, namespace, name }: Manifest): string =>
  `${gvk.group}${namespace === undefined ? "" : `/namespaces/${namespace}`}/${gvk.kind}/${name}`;

const DEPENDS_ON = "config.kubernetes.io/depends-on";

/**
 * What each object needs beforehand: its namespace, its definition, and what its depends-on annotation names. Definitions
 * and namespaces come first whatever the order in the text.
 */
export function prerequisites(manifests: readonly Manifest[]): Map<Manifest, Manifest[]> {
  const namespaces = new Map<string, Manifest>();
  const definitions = new Map<string, Manifest>();
  const byKey = new Map(manifests.map((manifest) => [key(manifest), manifest]));
  for (const manifest of manifests) {
    if (manifest.gvk.group === "" && manifest.gvk.kind === "Namespace") namespaces.set(manifest.name, manifest);
    if (manifest.gvk.kind === "CustomResourceDefinition") {
      const spec = getObject(manifest.object, "spec");
      definitions.set(`${getText(spec, "group") ?? ""}/${getText(spec, "names", "kind") ?? ""}`, manifest);
    }
  }
  const problems: string[] = [];
  const result = new Map<Manifest, Manifest[]>();
  for (const manifest of manifests) {
    const needed = [
      namespaces.get(manifest.namespace ?? ""),
      definitions.get(`${manifest.gvk.group}/${manifest.gvk.kind}`),
      ...references(manifest).map((reference) => {
        const found = byKey.get(reference);
        if (found === undefined)
          problems.push(`${key(manifest)} depends on ${reference}, which is not among the objects`);
        return found;
      }),
    ];
    result.set(manifest, needed.filter((other) => other !== undefined && other !== manifest) as Manifest[]);
  }
  const circle = findCircle(result);
  if (circle !== undefined) problems.push(`these depend on each other: ${circle.map(key).join(" → ")}`);
  if (problems.length > 0)
    throw new ProviderError([`The annotation ${DEPENDS_ON} cannot be followed:`, ...problems].join("\n  "));
  return result;
}

function references({ object }: Manifest): string[] {
  const text = getText(object, "metadata", "annotations", DEPENDS_ON) ?? "";
  return text
    .split(",")
    .map((reference) => reference.trim())
    .filter((reference) => reference !== "");
}

function findCircle(needs: ReadonlyMap<Manifest, Manifest[]>): Manifest[] | undefined {
  const done = new Set<Manifest>();
  const walk = (manifest: Manifest, trail: Manifest[]): Manifest[] | undefined => {
    const start = trail.indexOf(manifest);
    if (start >= 0) return [...trail.slice(start), manifest];
    if (done.has(manifest)) return undefined;
    for (const other of needs.get(manifest) ?? []) {
      const circle = walk(other, [...trail, manifest]);
      if (circle !== undefined) return circle;
    }
    done.add(manifest);
    return undefined;
  };
  for (const manifest of needs.keys()) {
    const circle = walk(manifest, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}
