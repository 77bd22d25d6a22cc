import { type Manifest } from "../../model/manifest";

/** An object of a component as it is registered and rendered: one list for both. */
export interface ListedObject {
  /** Last part of the name under which the engine keeps it; stable, since another one would replace the object. */
  readonly suffix: string;
  readonly manifest: Manifest;
  /** Suffixes of the objects of the same list that must be there, and ready, before. */
  readonly after?: readonly string[];
  /** Seconds that the engine waits until it is ready; default the engine's own ten minutes. */
  readonly readySeconds?: number;
}

/** The objects as manifests, in their order. */
export function manifestsOf(objects: readonly ListedObject[]): Manifest[] {
  return objects.map(({ manifest }) => manifest);
}
