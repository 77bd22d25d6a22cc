import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

/** The file cannot be replaced; a sentence for the user. */
export class WriteError extends Error {
  public override readonly name = "WriteError";
}

/**
 * Replaces a file all at once: whoever reads it, and whatever ends this process, there is the old text or the new one.
 *
 * @param before the text that the new one was made from.
 * @throws WriteError when the file is another by now, or cannot be written.
 */
export function replaceFile(file: string, before: string, after: string): void {
  try {
    // A link stays a link.
    const target = realpathSync(file);
    if (readFileSync(target, "utf8") !== before) {
      throw new WriteError(`${basename(file)} was changed by somebody else in the meantime. Run the command again.`);
    }
    replace(target, after);
  } catch (error) {
    if (error instanceof WriteError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    throw new WriteError(`${file} cannot be written (${code}). Make it and its folder writable, or free their space.`);
  }
}

function replace(target: string, text: string): void {
  // Beside the file, because a file can only be moved at once within its own file system.
  const whole = join(dirname(target), `.${basename(target)}.${process.pid}`);
  try {
    const descriptor = openSync(whole, "wx", statSync(target).mode);
    try {
      writeSync(descriptor, text);
      // On the disk before it takes the old one's place; otherwise a power cut could leave an empty file.
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(whole, target);
  } catch (error) {
    rmSync(whole, { force: true });
    throw error;
  }
}
