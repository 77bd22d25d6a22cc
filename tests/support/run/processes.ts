import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** A running process that belongs to a test run. */
export interface OwnProcess {
  readonly pid: number;
  readonly command: string;
}

/** How often it is looked whether a process has ended, in milliseconds. */
const INTERVAL = 100;

/**
 * Processes whose command line, or (on Linux) whose environment, names the folder. A run gives every process a
 * temporary folder below its own scratch folder, so this finds daemons that have long left their parents.
 *
 * @param except ids that are left out, such as the caller's own.
 */
export function processesOf(folder: string, except: readonly number[] = [process.pid]): OwnProcess[] {
  return listed(folder).filter(({ pid }) => !except.includes(pid));
}

function listed(folder: string): OwnProcess[] {
  if (process.platform !== "linux") {
    const lines = execFileSync("ps", ["-xww", "-o", "pid=,command="], { encoding: "utf8", maxBuffer: 1 << 26 });
    return lines.split("\n").flatMap((line) => {
      const [, pid, command = ""] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
      return pid !== undefined && command.includes(folder) ? [{ pid: Number(pid), command }] : [];
    });
  }
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ").trim();
        const environment = readFileSync(`/proc/${name}/environ`, "utf8");
        // A zombie has an empty command line; it holds nothing and waits only for its parent.
        const own = command !== "" && (command.includes(folder) || environment.includes(folder));
        return own ? [{ pid: Number(name), command }] : [];
      } catch {
        // Ended in this instant, or somebody else's.
        return [];
      }
    });
}

/**
 * Ends what belongs to the folder: waits `patience` milliseconds for it to end by itself, asks, then kills.
 *
 * @returns the processes that did not end by themselves.
 */
export async function endProcessesOf(folder: string, patience: number): Promise<OwnProcess[]> {
  await gone(folder, patience);
  const left = processesOf(folder);
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    for (const { pid } of processesOf(folder)) send(pid, signal);
    await gone(folder, 5000);
  }
  return left;
}

async function gone(folder: string, patience: number): Promise<void> {
  const deadline = Date.now() + patience;
  while (processesOf(folder).length > 0 && Date.now() < deadline) await sleep(INTERVAL);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
