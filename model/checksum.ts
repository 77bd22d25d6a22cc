import { createHash } from "node:crypto";

/**
 * SHA-256 of a flat object, in hexadecimal, independent of the order of its keys.
 * Stands on pod templates, so that changed content makes new pods; rules recompute it from the content.
 */
export function contentChecksum(content: Readonly<Record<string, string | number>>): string {
  const entries = Object.entries(content).sort(([a], [b]) => (a < b ? -1 : 1));
  // A list of pairs, not a joined text: no two different contents can be written the same.
  return createHash("sha256").update(JSON.stringify(entries)).digest("hex");
}

/** SHA-256 of a text in UTF-8, in hexadecimal: what `sha256sum` says of a file with this content. */
export function textChecksum(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}
