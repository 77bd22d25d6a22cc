import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";
import { createRequire } from "node:module";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** How long an interrupted program may clean up before it is killed; the official host's figure. */
const KILL_AFTER_MILLISECONDS = 5000;

const running = new Set<ChildProcess>();

/** Finds `node` on PATH, as the official language host does. */
export function findNode(path = process.env.PATH ?? ""): string | undefined {
  for (const folder of path.split(delimiter)) {
    if (folder === "") continue;
    const candidate = join(folder, process.platform === "win32" ? "node.exe" : "node");
    try {
      accessSync(candidate, constants.X_OK);
      return candidate;
    } catch {
      // Not here; look in the next folder.
    }
  }
  return undefined;
}

/** Finds a module of the program's own SDK, so that host and program never mix versions; undefined when not installed. */
export function locateModule(name: string, programFolder: string): string | undefined {
  try {
    return createRequire(join(programFolder, "program.js")).resolve(name);
  } catch {
    return undefined;
  }
}

/** Asks a process to end, and ends it when it does not. */
export function interrupt(child: ChildProcess): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGINT");
  setTimeout(() => child.kill("SIGKILL"), KILL_AFTER_MILLISECONDS).unref();
}

/** Interrupts everything this plugin started. */
export function interruptAll(): void {
  for (const child of running) interrupt(child);
}

/** How a process ended. `code` is undefined when a signal ended it or it never started. */
export interface Ending {
  code?: number;
  signal?: NodeJS.Signals;
  /** Set when the process could not be started. */
  error?: Error;
}

/** A started process and the promise of its end, which comes after all its output was read. */
export interface Started {
  child: ChildProcess;
  ended: Promise<Ending>;
}

/** Starts `command` with its output on pipes and keeps it in the list of what {@link interruptAll} ends. */
export function start(command: string, args: string[], options: SpawnOptions): Started {
  const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  const ended = new Promise<Ending>((resolve) => {
    child.on("error", (error) => {
      running.delete(child);
      resolve({ error });
    });
    child.on("close", (code, signal) => {
      running.delete(child);
      resolve({ ...(code === null ? {} : { code }), ...(signal === null ? {} : { signal }) });
    });
  });
  return { child, ended };
}
