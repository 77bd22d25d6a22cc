import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";

/**
 * Writes a file so that a reader, or a crash, sees the old text or the new, never a part. Readable
 * only for its owner: most of what the sandbox writes holds keys.
 */
export function writeAtomically(file: string, text: string | Uint8Array): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const temporary = `${file}.${randomBytes(6).toString("hex")}`;
  writeFileSync(temporary, text, { mode: 0o600, flush: true });
  renameSync(temporary, file);
}

/** The text of a file, or undefined when there is none. */
export function readIfPresent(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      return undefined;
    }
    throw error;
  }
}

/** {@link writeAtomically}, but leaves an equal file alone so that its time tells when it changed. */
export function writeIfChanged(file: string, text: string): void {
  if (readIfPresent(file) !== text) {
    writeAtomically(file, text);
  }
}
