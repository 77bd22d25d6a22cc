import { existsSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { type EngineFolders } from "./environment";

/** Logs that are kept: enough to look back over a day's work. */
const KEPT_LOGS = 20;
/** Updates whose history the file backend keeps; each has a copy of the whole state. */
const KEPT_UPDATES = 20;

function names(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

/** Whether a process exists; one of another user counts. */
function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Removes all but the newest logs. Their names begin with the stack; the time after it orders those of one stack. */
function tidyLogs(folder: string): void {
  const timeOf = (name: string) => name.slice(-"2026-01-01T00-00-00.000Z.log".length);
  const byTime = names(folder).sort((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1));
  for (const name of byTime.slice(0, -KEPT_LOGS)) rmSync(path.join(folder, name), { force: true });
}

/** Removes the history of all but the newest updates of each stack: files called `<stack>-<time>.<kind>`. */
function tidyHistory(state: string): void {
  const history = path.join(state, ".pulumi", "history");
  for (const project of names(history)) {
    for (const stack of names(path.join(history, project))) {
      const folder = path.join(history, project, stack);
      const updateOf = (name: string) => name.slice(0, name.indexOf(".", stack.length));
      const updates = [...new Set(names(folder).map(updateOf))];
      const old = new Set(updates.slice(0, -KEPT_UPDATES));
      for (const name of names(folder)) if (old.has(updateOf(name))) rmSync(path.join(folder, name), { force: true });
    }
  }
}

/** Removes the temporary states of previews that were killed. */
function tidyTemporary(parent: string): void {
  for (const name of names(parent)) {
    const pid = /^temporary-(\d+)$/.exec(name)?.[1];
    if (pid !== undefined && !exists(Number(pid))) rmSync(path.join(parent, name), { recursive: true, force: true });
  }
}

/** Keeps the sandbox's folder from growing for ever. */
export function tidy({ logs, state }: EngineFolders): void {
  tidyLogs(logs);
  tidyHistory(state);
  tidyTemporary(path.dirname(state));
}
