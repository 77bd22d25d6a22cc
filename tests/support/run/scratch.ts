import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** The folder that everything a run writes is below, and the guard that empties it. */
export interface Scratch {
  readonly folder: string;
  /** Ends leftover processes and removes the folder. False when tests left processes behind. */
  close(): Promise<boolean>;
}

/**
 * Makes a run's scratch folder with a guard: a process of its own session that waits for the end of this one, however
 * it comes (Ctrl-C, kill -9, a closed terminal), and then ends what the tests started and removes the folder.
 */
export function openScratch(projectFolder: string): Scratch {
  // Short, because sockets are made below it and a socket's path has room for some hundred characters.
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "altlas-")));
  const sweep = [
    path.join(projectFolder, "bin", "ts.cjs"),
    path.join(projectFolder, "tests", "support", "run", "sweep.ts"),
    folder,
  ];
  const guard = spawn("sh", ["-c", 'cat >/dev/null; exec "$0" "$@"', process.execPath, ...sweep], {
    detached: true,
    stdio: ["pipe", "inherit", "inherit"],
  });
  return {
    folder,
    close: async () => {
      guard.stdin.end();
      return (await ending(guard)) === 0;
    },
  };
}

/** Exit code of a process; 1 when a signal ended it. */
export function ending(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}
