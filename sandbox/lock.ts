import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";

/** How often a waiting run tries again, in milliseconds. */
const RETRY_INTERVAL = 100;

/** Options of {@link withLock}. */
export interface LockOptions {
  /**
   * Called once when another process holds the lock, with its id when known, so that the caller can
   * say what it waits for.
   */
  onWait?: (holder: number | undefined) => void;
  /** Milliseconds to wait before giving up; default 30 minutes, more than the slowest cold build. */
  timeout?: number;
}

/** The lock stayed with another process for longer than the caller would wait. */
export class LockTimeoutError extends Error {
  override readonly name = "LockTimeoutError";
}

/**
 * Runs `work` while no other process (or other caller in this one) runs under the same lock file.
 *
 * The lock is SQLite's own lock on the file, which the operating system releases when its holder
 * dies, however it dies. So there are no stale locks: a lock made of a file or a process id would
 * need a takeover, and two takeovers at once are a race.
 *
 * @throws LockTimeoutError when the lock is not free in time.
 */
export async function withLock<Result>(
  file: string,
  options: LockOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  const database = await acquire(file, options);
  const ownerFile = `${file}.owner`;
  try {
    // Only for the sentence a waiting run prints; nothing is decided by it.
    writeFileSync(ownerFile, String(process.pid));
    return await work();
  } finally {
    rmSync(ownerFile, { force: true });
    database.close();
  }
}

async function acquire(file: string, options: LockOptions): Promise<DatabaseSync> {
  const deadline = Date.now() + (options.timeout ?? 30 * 60_000);
  for (let attempt = 1; ; attempt += 1) {
    const database = tryLock(file);
    if (database !== undefined) {
      return database;
    }
    // Not at once: a holder that has just begun has not said who it is, and many are done by then.
    if (attempt === 2) {
      options.onWait?.(lockHolder(file));
    }
    if (Date.now() > deadline) {
      const holder = lockHolder(file);
      throw new LockTimeoutError(
        `${file} is still held by ${holder === undefined ? "another process" : `process ${holder}`}; ` +
          `wait for it to end, or end it, and run this again.`,
      );
    }
    await sleep(RETRY_INTERVAL);
  }
}

function tryLock(file: string): DatabaseSync | undefined {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  closeSync(openSync(file, "a", 0o600));
  const before = statSync(file).ino;
  const database = new DatabaseSync(file);
  try {
    // Nothing is ever written, so nothing needs a journal beside the file.
    database.exec("PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    // The last holder may have removed the file: the lock on a removed file keeps nobody out.
    if (statSync(file, { throwIfNoEntry: false })?.ino === before) {
      return database;
    }
    database.close();
    return undefined;
  } catch (error) {
    database.close();
    if (error instanceof Error && error.message.includes("database is locked")) {
      return undefined;
    }
    throw error;
  }
}

/** The process that said last that it holds the lock. */
function lockHolder(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(`${file}.owner`, "utf8"));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}
