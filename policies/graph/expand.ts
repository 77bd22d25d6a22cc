import { Unknown } from "../field";
import { type Resource } from "../sources/resource";
import { KubernetesObject } from "./object";

/** Types of the Kubernetes provider that stand for many objects, or for a part of one, and are no object themselves. */
const notAnObject = /^kubernetes:(?:helm\.sh|kustomize|yaml)[/:]|^kubernetes:.*Patch$/;

/**
 * The Kubernetes objects that a resource stands for: one, none (another provider's resource, a chart, a patch), or the
 * items of a List.
 */
export function expandResource(resource: Resource, definitions: ReadonlyMap<string, boolean>): KubernetesObject[] {
  if (resource.type !== "" && (!resource.type.startsWith("kubernetes:") || notAnObject.test(resource.type))) return [];
  const [typeVersion, typeKind] = fromTypeToken(resource.type);
  const apiVersion = textOr(resource.inputs.apiVersion, typeVersion);
  const kind = textOr(resource.inputs.kind, typeKind);
  if (kind === "") return [];
  if (kind.endsWith("List") && Array.isArray(resource.inputs.items)) {
    const items: unknown[] = resource.inputs.items;
    return items.flatMap((item, index) => expandItem(resource, item, index, definitions));
  }
  return [new KubernetesObject(resource, apiVersion, kind, definitions)];
}

function expandItem(
  list: Resource,
  item: unknown,
  index: number,
  definitions: ReadonlyMap<string, boolean>,
): KubernetesObject[] {
  if (typeof item !== "object" || item === null || item instanceof Unknown) return [];
  const inputs = item as Record<string, unknown>;
  const apiVersion = textOr(inputs.apiVersion, "");
  const kind = textOr(inputs.kind, "");
  if (kind === "") return [];
  const root = KubernetesObject.rootOf(list).at("items", index);
  return [new KubernetesObject(list, apiVersion, kind, definitions, root)];
}

/** `kubernetes:apps/v1:Deployment` → `apps/v1`, `Deployment`; the provider writes the core group's name out. */
function fromTypeToken(type: string): readonly [apiVersion: string, kind: string] {
  const [, version = "", kind = ""] = type.split(":");
  return [version.replace(/^core\//, ""), kind];
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === "string" && value !== "" ? value : otherwise;
}
