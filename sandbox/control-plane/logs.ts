import { closeSync, fstatSync, openSync, readSync, renameSync, statSync, truncateSync, writeFileSync } from "node:fs";

/** Above this many bytes a log is cut; some thousand lines stay, enough for what led to a failure. */
export const LOG_LIMIT = 8 * 1024 * 1024;
/** So many bytes of the end are kept beside it as `<log>.1`. */
const LOG_KEPT = 2 * 1024 * 1024;

/** The last bytes of a file as text, or nothing when there is no file. */
export function tailOf(file: string, bytes: number): string {
  let descriptor: number;
  try {
    descriptor = openSync(file, "r");
  } catch {
    return "";
  }
  try {
    const { size } = fstatSync(descriptor);
    const buffer = Buffer.alloc(Math.min(size, bytes));
    readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString("utf8");
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Cuts a log that has grown too large. Its writer has opened it for appending and may go on: its
 * next line is then the first one. A line written between the copy and the cut is lost.
 */
export function boundLog(file: string, limit = LOG_LIMIT): void {
  let size: number;
  try {
    ({ size } = statSync(file));
  } catch {
    return;
  }
  if (size <= limit) {
    return;
  }
  const temporary = `${file}.1.new`;
  writeFileSync(temporary, tailOf(file, LOG_KEPT), { mode: 0o600 });
  renameSync(temporary, `${file}.1`);
  truncateSync(file, 0);
}
