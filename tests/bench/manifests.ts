import { compliant, type Manifest } from "../policies/fixtures";

/** Careful services, each in a namespace of its own; the same for the same `size`, in objects. */
export function* carefulServices(
  size: number,
): Generator<{ readonly namespace: string; readonly objects: Manifest[] }> {
  let left = size;
  for (let number = 0; left > 0; number += 1) {
    const namespace = `team-${number}`;
    const objects = compliant()
      // Values of Secrets belong into no file.
      .filter(({ kind }) => kind !== "Secret")
      .slice(0, left);
    for (const { kind, metadata } of objects) {
      Object.assign(metadata as Manifest, kind === "Namespace" ? { name: namespace } : { namespace });
    }
    left -= objects.length;
    yield { namespace, objects };
  }
}
