/** Where a kind lives in the API: its plural and whether it is namespaced. Custom kinds come and go while we run. */
import { setTimeout as sleep } from "node:timers/promises";
import { builtInKind } from "../kinds";
import { apiVersionOf, type GroupVersionKind } from "../tokens";
import { get, getList, getText, type PlainObject } from "../wire/properties";
import type { ApiClient } from "./client";
import { isNotFound } from "./errors";

export interface ResourceMapping {
  plural: string;
  namespaced: boolean;
}

export class Discovery {
  readonly #served = new Map<string, ResourceMapping>();
  /** Kinds that a definition seen in this run will bring: a preview knows their scope before they exist. */
  readonly #announced = new Map<string, ResourceMapping>();

  /** Learns what a CustomResourceDefinition (as inputs or live object) will serve. */
  announce(definition: PlainObject): void {
    const group = getText(definition, "spec", "group");
    const kind = getText(definition, "spec", "names", "kind");
    const plural = getText(definition, "spec", "names", "plural");
    const scope = getText(definition, "spec", "scope");
    if (group === undefined || kind === undefined || plural === undefined || scope === undefined) return;
    this.#announced.set(`${group}/${kind}`, { plural, namespaced: scope === "Namespaced" });
  }

  /** What is known without asking anybody. */
  known(gvk: GroupVersionKind): ResourceMapping | undefined {
    return (
      builtInKind(gvk.group, gvk.kind) ??
      this.#served.get(`${apiVersionOf(gvk)}/${gvk.kind}`) ??
      this.#announced.get(`${gvk.group}/${gvk.kind}`)
    );
  }

  /** Asks the server when nothing is known; undefined when the server does not serve the kind either. */
  async find(client: ApiClient, gvk: GroupVersionKind, signal?: AbortSignal): Promise<ResourceMapping | undefined> {
    const known = this.known(gvk);
    if (known !== undefined) return known;
    const path = gvk.group === "" ? `/api/${gvk.version}` : `/apis/${gvk.group}/${gvk.version}`;
    try {
      const { body } = await client.request({ method: "GET", path, signal });
      for (const resource of getList(body, "resources")) {
        const name = getText(resource, "name") ?? "";
        const kind = getText(resource, "kind") ?? "";
        // Subresources such as deployments/scale have their own kinds.
        if (name.includes("/")) continue;
        this.#served.set(`${apiVersionOf(gvk)}/${kind}`, {
          plural: name,
          namespaced: get(resource, ["namespaced"]) === true,
        });
      }
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    return this.#served.get(`${apiVersionOf(gvk)}/${gvk.kind}`);
  }

  /** Like find, but gives a definition that was applied a moment ago time to be served. */
  async findOrWait(
    client: ApiClient,
    gvk: GroupVersionKind,
    waitMs: number,
    signal?: AbortSignal,
  ): Promise<ResourceMapping | undefined> {
    const deadline = Date.now() + waitMs;
    for (let pause = 250; ; pause = Math.min(pause * 2, 1000)) {
      const found = await this.find(client, gvk, signal);
      if (found !== undefined || Date.now() + pause > deadline) return found;
      await sleep(pause, undefined, { signal });
    }
  }
}

/** The API path of a collection, or of one object in it. */
export function objectPath(
  gvk: GroupVersionKind,
  mapping: ResourceMapping,
  namespace: string | undefined,
  name?: string,
): string {
  const root = gvk.group === "" ? `/api/${gvk.version}` : `/apis/${gvk.group}/${gvk.version}`;
  const scope = mapping.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return `${root}${scope}/${mapping.plural}${name === undefined ? "" : `/${encodeURIComponent(name)}`}`;
}
