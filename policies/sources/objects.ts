import { type Resource } from "./resource";

/** Manifests as plain objects; `location` may give file and line of each. */
export function fromObjects(
  manifests: readonly Readonly<Record<string, unknown>>[],
  location?: (index: number) => string,
): Resource[] {
  return manifests.map((manifest, index) => ({
    type: "",
    name: manifestName(manifest),
    inputs: manifest,
    ...(location && { location: location(index) }),
  }));
}

function manifestName(manifest: Readonly<Record<string, unknown>>): string {
  const { metadata } = manifest;
  const name = typeof metadata === "object" && metadata !== null && "name" in metadata ? metadata.name : undefined;
  return typeof name === "string" ? name : "(no name)";
}
