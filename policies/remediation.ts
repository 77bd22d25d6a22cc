import { isDeepStrictEqual } from "node:util";
import { Unknown } from "./field";
import { isWorkloadKind } from "./graph/kinds";

/** Inputs that may be changed. Values inside may be of any form: nobody has checked the resource yet. */
export type Draft = Record<string, unknown>;

/** Where each kind of workload holds its pods' template; a Pod is its own. */
const templates: Readonly<Record<string, readonly string[]>> = {
  CronJob: ["spec", "jobTemplate", "spec", "template"],
  Pod: [],
};

/**
 * A changed copy of a resource, or `undefined` when `change` left it as it was. Unknown values are kept as they are.
 *
 * @param change Changes its argument in place.
 */
export function mend(inputs: Readonly<Record<string, unknown>>, change: (draft: Draft) => void): Draft | undefined {
  const draft = clone(inputs) as Draft;
  change(draft);
  return isDeepStrictEqual(draft, inputs) ? undefined : draft;
}

/** Like {@link mend}, on the pods' template of a workload; `undefined` for anything else. */
export function mendPods(
  inputs: Readonly<Record<string, unknown>>,
  change: (template: { readonly metadata: Draft; readonly spec: Draft }, workload: Draft) => void,
): Draft | undefined {
  const { apiVersion, kind } = inputs;
  if (typeof apiVersion !== "string" || typeof kind !== "string" || !isWorkloadKind(apiVersion, kind)) return undefined;
  return mend(inputs, (draft) => {
    const template = (templates[kind] ?? ["spec", "template"]).reduce<Draft | undefined>(
      (holder, key) => holder && childOf(holder, key),
      draft,
    );
    const spec = template && childOf(template, "spec");
    if (!template || !spec) return;
    const bare = template.metadata === undefined;
    const metadata = childOf(template, "metadata", true);
    if (!metadata) return;
    change({ metadata, spec }, draft);
    if (bare && Object.keys(metadata).length === 0) delete template.metadata;
  });
}

/** The containers of a pod that are objects: init containers and sidecars too. */
export function draftContainers(podSpec: Draft): Draft[] {
  return ["initContainers", "containers"].flatMap((list) => {
    const containers = podSpec[list];
    return Array.isArray(containers) ? containers.filter(isDraft) : [];
  });
}

/**
 * The object below `key`.
 *
 * @param create Whether to make one where there is none.
 * @returns `undefined` when something else stands there, an unknown value for one.
 */
export function childOf(holder: Draft, key: string, create = false): Draft | undefined {
  if (create) holder[key] ??= {};
  const child = holder[key];
  return isDraft(child) ? child : undefined;
}

/** Whether certainly nothing stands below `keys`; an unknown value on the way may hold something. */
export function isUnset(holder: Draft, ...keys: readonly string[]): boolean {
  let value: unknown = holder;
  for (const key of keys) {
    if (!isDraft(value)) break;
    value = value[key];
  }
  return value === undefined || value === null;
}

/** Whether pods certainly run Linux, which is what those that say nothing do; Windows refuses Linux' security settings. */
export function onLinux(podSpec: Draft): boolean {
  return isUnset(podSpec, "os", "name") || childOf(podSpec, "os")?.name === "linux";
}

/** Sets a property that nobody has set. */
export function setDefault(holder: Draft | undefined, key: string, value: unknown): void {
  if (holder) holder[key] ??= value;
}

export function isDraft(value: unknown): value is Draft {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Unknown);
}

/** Unknown values are marks that are compared by identity, which `structuredClone` would lose. */
function clone(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(clone);
  if (!isDraft(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, clone(each)]));
}
