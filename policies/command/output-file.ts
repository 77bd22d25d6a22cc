import { lstatSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { errorCode } from "../sources/yaml/files";
import { CannotRun } from "./cannot-run";

/**
 * Writes a file all at once: a reader sees the old text or the new one, never half of it. What is no file (a pipe, a
 * terminal) is written to as it is.
 *
 * @throws CannotRun when it cannot be written.
 */
export function writeWhole(file: string, text: string): void {
  const existing = lstatSync(file, { throwIfNoEntry: false });
  let folder: string | undefined;
  try {
    if (existing && !existing.isFile()) {
      writeFileSync(file, text);
      return;
    }
    // Beside the file, because a file can only be moved at once within its own file system.
    folder = mkdtempSync(path.join(path.dirname(file), ".policy-"));
    const whole = path.join(folder, "report");
    writeFileSync(whole, text);
    renameSync(whole, file);
  } catch (error) {
    throw new CannotRun(
      `${file} cannot be written (${errorCode(error)}). Name a file in a folder that can be written to.`,
    );
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}
