import { execFileSync, spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readIfPresent, writeAtomically } from "../files";
import { boundLog } from "./logs";

/** What is remembered of a daemon, in a file. */
export interface ProcessRecord {
  pid: number;
  /** When the process began, in the system's own terms: the same id with another start is another process. */
  started: string;
  /** Tells apart a process that runs with other arguments or configuration than wanted now. */
  fingerprint: string;
}

/**
 * When the process began, or undefined when there is none. A zombie counts as none once its last thread is gone: until
 * then the others, which a kill ends a little later, hold its ports and files.
 */
export function processStart(pid: number): string | undefined {
  if (process.platform === "linux") {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      // The command in parentheses may itself hold spaces and parentheses; state is field 3, threads 20, start time 22.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
      const ended = fields[0] === "X" || (fields[0] === "Z" && Number(fields[17]) <= 1);
      return ended ? undefined : `${boot}/${fields[19] ?? ""}`;
    } catch {
      return undefined;
    }
  }
  try {
    const output = execFileSync("ps", ["-o", "state=,lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
    return output === "" || output.startsWith("Z") ? undefined : output.replace(/^\S+\s+/, "");
  } catch {
    return undefined;
  }
}

/** The record in the file, when its process still runs. */
export function runningProcess(file: string): ProcessRecord | undefined {
  try {
    const record = JSON.parse(readIfPresent(file) ?? "null") as ProcessRecord | null;
    return record !== null && Number.isInteger(record.pid) && processStart(record.pid) === record.started
      ? record
      : undefined;
  } catch {
    // Damaged: `findStrays` finds the process by its arguments.
    return undefined;
  }
}

/** A running process and its command line. */
interface Listed {
  pid: number;
  words: readonly string[];
}

function listProcesses(): Listed[] {
  if (process.platform === "linux") {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => {
        try {
          const words = readFileSync(`/proc/${name}/cmdline`, "utf8").split("\0").filter(Boolean);
          return words.length === 0 ? [] : [{ pid: Number(name), words }];
        } catch {
          return [];
        }
      });
  }
  const output = execFileSync("ps", ["-axww", "-o", "pid=,command="], { encoding: "utf8", maxBuffer: 1 << 26 });
  return output.split("\n").flatMap((line) => {
    const match = /^\s*(\d+)\s+(.*)$/.exec(line);
    return match === null ? [] : [{ pid: Number(match[1]), words: (match[2] ?? "").split(" ") }];
  });
}

/**
 * Daemons of this folder that no record tells of, because the run that started them was killed
 * before it could write, or because somebody deleted the records. They are recognised by the
 * marker that every daemon of the folder carries as an argument.
 */
export function findStrays(isDaemon: (words: readonly string[]) => boolean, known: ReadonlySet<number>): number[] {
  return listProcesses()
    .filter(({ pid, words }) => pid !== process.pid && !known.has(pid) && isDaemon(words))
    .map(({ pid }) => pid);
}

/** What to start. */
export interface Launch {
  command: string;
  args: readonly string[];
  environment: NodeJS.ProcessEnv;
  log: string;
  record: string;
  fingerprint: string;
}

/**
 * Starts a daemon that outlives this process, with its output in the log.
 *
 * @throws when the command cannot be started.
 */
export async function launch(options: Launch): Promise<ProcessRecord> {
  mkdirSync(path.dirname(options.log), { recursive: true, mode: 0o700 });
  boundLog(options.log);
  const log = openSync(options.log, "a", 0o600);
  try {
    const child = spawn(options.command, options.args, {
      cwd: path.dirname(options.log),
      env: options.environment,
      detached: true,
      stdio: ["ignore", log, log],
    });
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", (error) => reject(new Error(`${options.command} cannot be started: ${error.message}`)));
    });
    const pid = child.pid ?? 0;
    child.unref();
    const record = { pid, started: processStart(pid) ?? "", fingerprint: options.fingerprint };
    writeAtomically(options.record, `${JSON.stringify(record)}\n`);
    return record;
  } finally {
    closeSync(log);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") {
      throw error;
    }
  }
}

/**
 * Ends a process: asks, waits, then kills. Looks at its start time before each signal, so that a
 * stranger that got the same id is never touched.
 *
 * @param patience milliseconds it gets to end by itself.
 */
export async function endProcess(pid: number, started: string, patience: number): Promise<void> {
  const alive = (): boolean => processStart(pid) === started;
  for (const name of ["SIGTERM", "SIGKILL"] as const) {
    if (!alive()) {
      return;
    }
    signal(pid, name);
    const deadline = Date.now() + patience;
    while (alive() && Date.now() < deadline) {
      await sleep(20);
    }
  }
  if (alive()) {
    throw new Error(`Process ${pid} does not end, not even by SIGKILL; see "ps -p ${pid}" for what it waits for.`);
  }
}

/** Removes the record of a process that has ended. */
export function forget(file: string): void {
  if (existsSync(file)) {
    rmSync(file);
  }
}
