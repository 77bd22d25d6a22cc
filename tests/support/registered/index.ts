import { execFile, spawn } from "node:child_process";
import {
  chmodSync,
  chownSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { letOthersPass, openToAll } from "../nobody";
import { kubeconfigPath, type Plan, planRegistered, type Registered } from "./plan";
import { askProbe } from "./probe";

export { type Registered } from "./plan";
export { jobOf, type Workload } from "./workload";

/** The process of a registered container. */
export interface Running {
  readonly pid: number;
  /** What it has written so far. */
  log(): string;
  /** How it ended: an exit code or a signal; `undefined` while it runs. */
  ended(): number | NodeJS.Signals | undefined;
  /** How it ended, once it has; `undefined` after so many milliseconds. */
  end(milliseconds: number): Promise<number | NodeJS.Signals | undefined>;
  /** Asks one of its registered probes; `undefined` when it passes, else why not. */
  probe(name: keyof Plan["probes"]): Promise<string | undefined>;
  /** Ends it as a kubelet does: its hook, the image's signal, its grace period, the kill. */
  stop(): Promise<void>;
  /** SIGKILL, as when its memory is used up or its node is lost. */
  kill(): Promise<void>;
}

/** Containers that still run, so that the end of a test file can end them. */
const started = new Set<Running>();

/** Kills what was started and still runs; the set-up of engine tests calls it at the end of each file. */
export async function killRegistered(): Promise<void> {
  await Promise.all([...started].map((running) => running.kill()));
}

/**
 * Runs a registered container to its end, as a Job does.
 *
 * @param milliseconds after which it is killed
 * @throws with its log when it did not end in time, or with every reason why it cannot be run here.
 */
export async function runRegistered(
  registered: Registered,
  milliseconds = 60_000,
): Promise<{ readonly code: number | NodeJS.Signals; readonly log: string }> {
  const running = await startRegistered(registered);
  const code = await running.end(milliseconds);
  if (code !== undefined) return { code, log: running.log() };
  await running.kill();
  throw new Error(`${registered.container} did not end within ${milliseconds} ms:\n${running.log()}`);
}

/**
 * Starts the real program of a registered container, after its init containers. A test that uses it proves what the component registers, so it has
 * no configuration of its own (tests/README.md).
 *
 * As root the process gets the registered user; anybody else runs it under their own.
 *
 * @throws with every reason why the object cannot be run here, or with the log of an init container that failed.
 */
export async function startRegistered(registered: Registered): Promise<Running> {
  const plan = planRegistered(registered);
  const { kind, metadata } = registered.workload;
  if ("problems" in plan) {
    throw new Error([`${kind} ${metadata.name} cannot be started as registered:`, ...plan.problems].join("\n  "));
  }
  for (const init of plan.before) {
    const { code, log } = await runRegistered({ ...registered, container: init, ports: {}, tell: () => [] });
    if (code !== 0) throw new Error(`${kind} ${metadata.name}: init container ${init} ended with ${code}:\n${log}`);
  }
  const { folder } = registered;
  const user = process.getuid?.() === 0 ? userOf(plan) : undefined;
  layOut(plan, registered, user);
  const file = path.join(folder, `${registered.container}.log`);
  // A container that starts again has a new log.
  const log = openSync(file, "w");
  const [program = "", ...args] = plan.command;
  const { account, path: programs = [] } = registered.image;
  const environment = {
    PATH: [...programs, "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"].join(":"),
    HOME: folder,
    HOSTNAME: `${metadata.name}-${registered.ordinal ?? 0}`,
    ...plan.environment,
  };
  /** The command line of a program in the container, and what it is started with. */
  const inside = (command: readonly string[]) => {
    const [first = "", ...rest] = user && account ? withAccount(command, { ...user, account }, folder) : command;
    const identity = user && !account ? { uid: user.uid, gid: user.gid } : {};
    return { file: first, args: rest, options: { cwd: folder, env: environment, ...identity } };
  };
  const { file: own, args: rest, options } = inside([user ? reachable(program, folder) : program, ...args]);
  // A group of its own: with a container's first process all others end.
  const child = spawn(own, rest, { ...options, detached: true, stdio: ["ignore", log, log] });
  closeSync(log);
  let ended: number | NodeJS.Signals | undefined;
  child.once("exit", (code, signal) => {
    ended = code ?? signal ?? 1;
    started.delete(itself);
    killGroup(child.pid);
  });
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", reject);
  });
  const runInside = async (command: readonly string[]): Promise<string | undefined> => {
    const { file: first, args: others, options: same } = inside(command);
    return await new Promise((resolve) => {
      execFile(first, others, { ...same, timeout: commandTimeout }, (error, output, errors) => {
        resolve(error ? `${command[0] ?? ""}: ${`${output}${errors}`.trim() || error.message}` : undefined);
      });
    });
  };
  const running = async (milliseconds: number) => {
    for (const deadline = Date.now() + milliseconds; ended === undefined && Date.now() < deadline;) await sleep(20);
    return ended === undefined;
  };
  const kill = async () => {
    killGroup(child.pid);
    await running(5000);
  };
  const itself: Running = {
    pid: child.pid ?? 0,
    log: () => readFileSync(file, "utf8"),
    ended: () => ended,
    end: async (milliseconds) => {
      await running(milliseconds);
      return ended;
    },
    probe: async (name) => {
      const probe = plan.probes[name];
      if (probe === undefined) throw new Error(`The container has no ${name}.`);
      return ended === undefined ? await askProbe(probe, plan.portOf, runInside) : `ended: ${ended}`;
    },
    stop: async () => {
      const deadline = Date.now() + plan.graceSeconds * 1000;
      if (plan.preStop && ended === undefined) await runInside(plan.preStop);
      child.kill(registered.image.stopSignal ?? "SIGTERM");
      if (await running(deadline - Date.now())) await kill();
    },
    kill,
  };
  started.add(itself);
  return itself;
}

/** Kills a process and those that it started, as far as there is one left. */
function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // None is left.
  }
}

/** Milliseconds for a command in a container: a hook may wait for its program's end. */
const commandTimeout = 60_000;

type User = NonNullable<Plan["user"]>;

/** The command in a mount namespace of its own, in which the user has the name that the image gives it. */
function withAccount(
  command: readonly string[],
  { uid, gid, account }: User & { readonly account: string },
  folder: string,
): string[] {
  const file = path.join(folder, "passwd");
  const others = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith(`${account}:`) && line.split(":")[2] !== String(uid));
  writeFileSync(file, [...others, `${account}:x:${uid}:${gid}::${folder}:/bin/sh`, ""].join("\n"));
  const identity = `setpriv --reuid=${uid} --regid=${gid} --clear-groups --`;
  const script = `mount --bind "$0" /etc/passwd && exec ${identity} "$@"`;
  return ["unshare", "--mount", "--", "sh", "-c", script, file, ...command];
}

/** The registered user. @throws when there is none: the image's own is not known here, and root it must not be. */
function userOf({ user }: Plan): User {
  if (user === undefined)
    throw new Error("The object names no user (runAsUser), and the image's own is not known here.");
  return user;
}

function layOut(plan: Plan, { folder, serviceAccount }: Registered, user: User | undefined): void {
  mkdirSync(folder, { recursive: true });
  if (user) letOthersPass(folder);
  for (const place of plan.writable) {
    mkdirSync(place, { recursive: true });
    if (user) chownSync(place, 0, user.fsGid);
    chmodSync(place, 0o2777);
  }
  const write = (file: string, content: Buffer | string, mode: number) => {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
    if (user) chownSync(file, 0, user.fsGid);
    chmodSync(file, mode);
  };
  for (const { path: file, content, mode } of plan.files) write(file, content, mode);
  if (serviceAccount) write(kubeconfigPath(folder), kubeconfigOf(serviceAccount), 0o640);
}

/** The program, or a copy of it in the folder: caches lie in homes, which other users cannot enter. */
function reachable(program: string, folder: string): string {
  if (!existsSync(program) || openToAll(program)) return program;
  const copy = path.join(folder, "program", path.basename(program));
  mkdirSync(path.dirname(copy), { recursive: true });
  copyFileSync(program, copy);
  chmodSync(copy, 0o755);
  return copy;
}

function kubeconfigOf({ server, authority, token }: NonNullable<Registered["serviceAccount"]>): string {
  const data = Buffer.from(authority).toString("base64");
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "cluster", cluster: { server, "certificate-authority-data": data } }],
    users: [{ name: "pod", user: { token } }],
    contexts: [{ name: "pod", context: { cluster: "cluster", user: "pod" } }],
    "current-context": "pod",
  });
}
