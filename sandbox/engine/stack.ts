import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { load } from "js-yaml";
import { type PulumiRun, runPulumi } from "./pulumi";

/** A problem with the stack, told to the user as it is. */
export class StackError extends Error {}

/** Where a stack's things are. */
export interface StackPlace {
  /** Name of the project, from Pulumi.yaml. */
  project: string;
  stack: string;
  /** Folder of the file backend. */
  state: string;
}

/** Name of the project in `folder`. */
export function projectName(folder: string): string {
  const { name } = load(readFileSync(path.join(folder, "Pulumi.yaml"), "utf8")) as { name: string };
  return name;
}

/** Stacks of the project: those with a Pulumi.<stack>.yaml. */
export function stackNames(folder: string): string[] {
  const names = readdirSync(folder).map((file) => /^Pulumi\.(.+)\.ya?ml$/.exec(file)?.[1]);
  return names.filter((name) => name !== undefined).sort();
}

/**
 * The stack's configuration file.
 *
 * @throws StackError with the names there are, or when the folder is no project's
 */
export function stackFile(folder: string, stack: string): string {
  if (!existsSync(path.join(folder, "Pulumi.yaml"))) {
    throw new StackError(`${folder} is no folder of a project: it has no Pulumi.yaml.`);
  }
  const file = path.join(folder, `Pulumi.${stack}.yaml`);
  if (existsSync(file)) return file;
  const known = stackNames(folder);
  throw new StackError(
    `There is no stack "${stack}": ${path.basename(file)} does not exist. The stacks are: ${known.join(", ") || "none"}.`,
  );
}

/**
 * A configuration file that the engine may write to. Only a file with an `encryptionsalt` is left alone by the engine;
 * any other gets one, or asks for a cloud key, so the sandbox works on a copy without its secrets provider.
 */
export function writableConfig(file: string, folder: string): string {
  const text = readFileSync(file, "utf8");
  const settings = (load(text) ?? {}) as Record<string, unknown>;
  if (typeof settings.encryptionsalt === "string") return file;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const copy = path.join(folder, path.basename(file));
  copyFileSync(file, copy);
  const kept = text.split("\n").filter((line) => !/^(secretsprovider|encryptedkey):/.test(line));
  writeFileSync(copy, kept.join("\n"), { mode: 0o600 });
  return copy;
}

/**
 * The stack of the same project that a configuration says it stands on (`<project>:layers.beneath`), if any. An empty
 * state has none, and the engine refuses to read a stack that it does not know.
 */
export function stackBeneath(config: string, project: string): string | undefined {
  const { config: settings } = (load(readFileSync(config, "utf8")) ?? {}) as { config?: Record<string, unknown> };
  const layers = settings?.[`${project}:layers`] as { beneath?: unknown } | undefined;
  const name = typeof layers?.beneath === "string" ? layers.beneath.split("/") : [];
  return name.length === 1 || name[1] === project ? name.at(-1) : undefined;
}

function stateFile({ state, project, stack }: StackPlace): string {
  return path.join(state, ".pulumi", "stacks", project, `${stack}.json`);
}

/** Whether the stack is in the file backend. */
export function stackExists(place: StackPlace): boolean {
  return existsSync(stateFile(place));
}

/**
 * Makes the stack in the file backend unless it is there.
 *
 * @param config the file of {@link writableConfig}; `stack init` has no option for it, so it runs beside the file
 */
export async function ensureStack(place: StackPlace, config: string, run: PulumiRun): Promise<void> {
  if (stackExists(place)) return;
  const folder = path.dirname(config);
  if (folder !== run.project) copyFileSync(path.join(run.project, "Pulumi.yaml"), path.join(folder, "Pulumi.yaml"));
  const result = await runPulumi(["stack", "init", place.stack, "--no-select"], { ...run, project: folder });
  if (result.code !== 0 && !existsSync(stateFile(place)))
    throw new StackError(`The stack "${place.stack}" could not be made:\n${result.stderr.trim()}`);
}

interface Lock {
  pid: number;
  username: string;
  hostname: string;
  timestamp: string;
}

/** Whether a process is a running Pulumi CLI. Where its name cannot be read, a running process is taken for one. */
function isPulumi(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  try {
    return readFileSync(`/proc/${String(pid)}/comm`, "utf8").startsWith("pulumi");
  } catch {
    return true;
  }
}

/**
 * Removes locks whose process is gone: the file backend's locks are plain files, and a killed CLI leaves its own behind.
 *
 * @returns the locks of processes that still run
 */
export function clearStaleLocks({ state, project, stack }: StackPlace): Lock[] {
  const folder = path.join(state, ".pulumi", "locks", "organization", project, stack);
  if (!existsSync(folder)) return [];
  const live: Lock[] = [];
  // Beside each lock lies a file with its attributes, "<id>.json.attrs".
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".json"))) {
    const file = path.join(folder, name);
    const lock = readLock(file);
    if (lock && (lock.hostname !== hostname() || isPulumi(lock.pid))) {
      live.push(lock);
    } else {
      rmSync(file, { force: true });
      rmSync(`${file}.attrs`, { force: true });
    }
  }
  return live;
}

/**
 * Removes attribute files that a killed CLI left half written. The file backend keeps one beside each state file, writes
 * it in place, and cannot read the state while it is no JSON ("failed to load checkpoint: EOF"); without one it can.
 * Only to be called while no CLI runs.
 */
export function removeBrokenAttributes({ state }: Pick<StackPlace, "state">): void {
  const folder = path.join(state, ".pulumi");
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const file = path.join(folder, name);
    if (name.endsWith(".attrs") && !isJson(readFileSync(file, "utf8"))) rmSync(file, { force: true });
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function readLock(file: string): Lock | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Lock;
  } catch {
    // Half written by a CLI that was killed in that moment, or gone by now.
    return undefined;
  }
}

interface Deployment {
  deployment: { resources?: unknown[]; pending_operations?: { type: string; resource: { urn: string } }[] };
}

/** What is known of a stack's state without asking the engine. */
export interface StateSummary {
  /** Resources in the state, the stack itself included. */
  resources: number;
  /** Operations that were cut off. */
  pending: number;
}

/** Reads the state file. A stack without resources has none. */
export function summarizeState(place: StackPlace): StateSummary {
  const file = stateFile(place);
  if (!existsSync(file)) return { resources: 0, pending: 0 };
  const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as {
    checkpoint?: { latest?: { resources?: unknown[]; pending_operations?: unknown[] } };
  };
  const { resources = [], pending_operations: pending = [] } = checkpoint?.latest ?? {};
  return { resources: resources.length, pending: pending.length };
}

/** The state as `pulumi stack export` writes it; nothing when the stack has no resources. */
export function exportState(place: StackPlace): unknown {
  const file = stateFile(place);
  if (!existsSync(file)) return undefined;
  const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as { checkpoint?: { latest?: unknown } };
  return checkpoint?.latest ? { deployment: checkpoint.latest } : undefined;
}

/**
 * Forgets operations that a crash cut off. Nothing is lost: an object that was being created is applied again by the next
 * update, which takes over what exists, and the refresh that goes with it reads everything else from the cluster.
 */
export async function clearPendingOperations(place: StackPlace, folder: string, run: PulumiRun): Promise<void> {
  const file = path.join(folder, `${place.stack}.export.json`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    // Exported without --show-secrets: secrets stay encrypted in the file.
    await mustRun(["stack", "export", "--stack", place.stack, "--file", file], run);
    const exported = JSON.parse(readFileSync(file, "utf8")) as Deployment;
    delete exported.deployment.pending_operations;
    writeFileSync(file, JSON.stringify(exported), { mode: 0o600 });
    await mustRun(["stack", "import", "--stack", place.stack, "--file", file], run);
  } finally {
    rmSync(file, { force: true });
  }
}

async function mustRun(args: string[], run: PulumiRun): Promise<void> {
  const { code, stderr } = await runPulumi(args, run);
  if (code !== 0) throw new StackError(`pulumi ${args.join(" ")} failed:\n${stderr.trim()}`);
}
