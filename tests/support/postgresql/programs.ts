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
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { withLock } from "../../../sandbox/lock";
import { ensureTools } from "../../../sandbox/toolchain";
import { letOthersPass, nobody } from "../nobody";

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

/** The folder of programs, or a copy of the whole: caches lie in homes, which the servers' user cannot enter. */
function reachablePrograms(programs: string, place: string): string {
  if (serverUser.uid === undefined || openToAll(programs)) return programs;
  const copy = path.join(place, "installation");
  if (!existsSync(copy)) {
    const folder = serverFolder("copy");
    cpSync(path.dirname(programs), folder, { recursive: true, verbatimSymlinks: true });
    mkdirSync(place, { recursive: true });
    renameSync(folder, copy);
  }
  return path.join(copy, path.basename(programs));
}

function openToAll(place: string): boolean {
  const above = path.dirname(place);
  return (statSync(place).mode & 0o001) !== 0 && (above === place || openToAll(above));
}
