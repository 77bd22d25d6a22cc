import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { withLock } from "../../../sandbox/lock";
import { ensureTools, type ToolName } from "../../../sandbox/toolchain";
import { letOthersPass, nobody, openToAll } from "../nobody";

/** Major versions that tests run: what the platform runs, and the oldest that the report on a live server promises. */
export type Major = 15 | 18;

/** Everything of one version that tests use: programs that whoever runs a server can start, an empty cluster. */
export interface Installation {
  /** Folder of the programs: `postgres`, `initdb`, `psql`, `pgbench`, `pg_basebackup`, … */
  readonly programs: string;
  /** A data folder as initdb makes it, to be copied. */
  readonly template: string;
}

/** As whom servers run: `postgres` refuses root. Nothing for anybody else, who runs them as themselves. */
export const serverUser: { readonly uid?: number; readonly gid?: number } =
  process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};

/**
 * Variable with the folder that all workers of a run share; vitest's global set-up makes and removes it, because a worker
 * is ended by a signal and cannot. Without it (the bench) a process has one of its own.
 */
export const folderVariable = "ALTLAS_TEST_POSTGRESQL";

const installations = new Map<Major, Promise<Installation>>();

/** The installation of a major version, made once in a run. */
export function installation(major: Major): Promise<Installation> {
  const known = installations.get(major) ?? install(major);
  installations.set(major, known);
  return known;
}

/** A new folder that belongs to the servers' user and goes with the run. */
export function serverFolder(prefix: string): string {
  const made = mkdtempSync(path.join(runFolder(), `${prefix}-`));
  if (serverUser.uid !== undefined) chownSync(made, serverUser.uid, serverUser.gid ?? 0);
  return made;
}

/** Makes a folder for {@link folderVariable}. */
export function makeRunFolder(): string {
  // Short, because the path of a socket has room for some hundred characters.
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "pg-")));
  if (serverUser.uid !== undefined) letOthersPass(folder);
  chmodSync(folder, 0o755);
  return folder;
}

let own: string | undefined;

function runFolder(): string {
  const shared = process.env[folderVariable];
  if (shared !== undefined) return shared;
  if (own === undefined) {
    const made = makeRunFolder();
    process.once("exit", () => rmSync(made, { recursive: true, force: true }));
    own = made;
  }
  return own;
}

async function install(major: Major): Promise<Installation> {
  const name = `postgresql-${major}` as const;
  const { [name]: postgres } = await ensureTools([name]);
  const place = path.join(runFolder(), name);
  return await withLock(`${place}.lock`, {}, () => {
    const programs = reachablePrograms(path.dirname(realpathSync(postgres)), place);
    const template = path.join(place, "template");
    if (!existsSync(template)) makeTemplate(programs, template);
    return Promise.resolve({ programs, template });
  });
}

function makeTemplate(programs: string, template: string): void {
  // Complete or not there: whoever was killed half way leaves it under another name.
  const folder = path.join(serverFolder("initdb"), "data");
  const options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--data-checksums"];
  execFileSync(path.join(programs, "initdb"), [...options, "--no-sync", "--pgdata", folder], {
    ...serverUser,
    env: { ...process.env, HOME: path.dirname(folder), TZ: "UTC" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  mkdirSync(path.dirname(template), { recursive: true });
  renameSync(folder, template);
}

/** The folder of programs, in a copy of the whole where it is in a home. */
function reachablePrograms(programs: string, place: string): string {
  return path.join(reachableFolder(path.dirname(programs), place), path.basename(programs));
}

/** The folder, or a copy below `place`: caches lie in homes, which the servers' user cannot enter. */
function reachableFolder(folder: string, place: string): string {
  if (serverUser.uid === undefined || openToAll(folder)) return folder;
  const copy = path.join(place, "installation");
  if (!existsSync(copy)) {
    const made = serverFolder("copy");
    cpSync(folder, made, { recursive: true, verbatimSymlinks: true });
    chmodSync(made, 0o755);
    mkdirSync(place, { recursive: true });
    renameSync(made, copy);
  }
  return copy;
}

/** PgBouncer where any user can start it. */
export async function pgbouncerProgram(): Promise<string> {
  return await toolProgram("pgbouncer");
}

/** A tool where any user can start it. */
export async function toolProgram(name: ToolName): Promise<string> {
  const { [name]: tool } = await ensureTools([name]);
  const program = realpathSync(tool);
  const place = path.join(runFolder(), name);
  // Its libraries lie beside it; one of the system's own is in a folder with everything else, and open to all.
  if (openToAll(program)) return program;
  return await withLock(`${place}.lock`, {}, () =>
    Promise.resolve(path.join(reachableFolder(path.dirname(program), place), path.basename(program))),
  );
}
