import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { type RenderedFile } from "./files";

/**
 * What was written, in the format of `sha256sum`, so that `sha256sum -c` checks a folder; kubectl passes over it. A path
 * has two lines only while it is being changed.
 */
export const listName = "rendered.sha256";
/** A file until it is whole. */
const unfinishedName = ".rendering";
/** Names in one message; more would hide what to do. */
const longestList = 5;

/** The folder cannot be used; the message is for the user. */
export class FolderError extends Error {
  public override readonly name = "FolderError";
}

/** What a run did, in files. */
export interface Written {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly same: number;
}

/**
 * Makes a folder hold exactly these files. Only what an earlier run wrote and nobody has touched since is replaced or
 * removed; a run that was killed is finished by the next.
 *
 * @throws FolderError when the folder holds anything else, or cannot be read or written.
 */
export function writeFolder(folder: string, files: readonly RenderedFile[]): Written {
  try {
    return write(folder, files);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (error instanceof FolderError || code === undefined) throw error;
    throw new FolderError(
      `${folder} cannot be written (${code}). Name a folder that you may write, or free its space.`,
    );
  }
}

function write(folder: string, files: readonly RenderedFile[]): Written {
  if (existsSync(folder) && !statSync(folder).isDirectory()) {
    throw new FolderError(`${folder} is a file. Name a folder.`);
  }
  const present = readFolder(folder);
  const wanted = new Map(files.map(({ path, text }) => [path, hashOf(text)]));
  const todo = files.filter(({ path }) => present.get(path) !== wanted.get(path));
  const stale = [...present.keys()].filter((path) => !wanted.has(path));
  for (const parent of new Set([folder, ...todo.map(({ path }) => dirname(join(folder, path)))])) {
    mkdirSync(parent, { recursive: true });
  }
  const put = (path: string, text: string) => {
    writeFileSync(join(folder, unfinishedName), text);
    renameSync(join(folder, unfinishedName), join(folder, path));
  };
  // First the list of what is there and of what will be: whenever this run ends, the next one knows all files as ours.
  if (todo.length > 0 || stale.length > 0) put(listName, listOf([...present, ...wanted]));
  for (const { path, text } of todo) put(path, text);
  for (const path of stale) {
    rmSync(join(folder, path));
    const parent = dirname(join(folder, path));
    if (parent !== folder && readdirSync(parent).length === 0) rmdirSync(parent);
  }
  put(listName, listOf(wanted));
  const added = todo.filter(({ path }) => !present.has(path)).length;
  return { added, changed: todo.length - added, removed: stale.length, same: files.length - todo.length };
}

/** The files of a folder with their hashes. @throws FolderError when one of them is not as an earlier run wrote it. */
function readFolder(folder: string): ReadonlyMap<string, string> {
  const listed = readList(folder);
  const present = new Map<string, string>();
  const [foreign, edited]: [string[], string[]] = [[], []];
  const parents = new Set([...listed.keys()].flatMap(parentsOf));
  const walk = (below: string): void => {
    for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
      const path = below + entry.name;
      if (path === listName || path === unfinishedName) continue;
      const hashes = listed.get(path);
      if (entry.isDirectory()) {
        // Nobody looks through a whole project only to say that it is one.
        if (parents.has(`${path}/`)) walk(`${path}/`);
        else if (readdirSync(join(folder, path)).length > 0) foreign.push(`${path}/`);
      } else if (!hashes || !entry.isFile()) foreign.push(path);
      else {
        const hash = hashOf(readFileSync(join(folder, path)));
        if (hashes.has(hash)) present.set(path, hash);
        else edited.push(path);
      }
    }
  };
  if (existsSync(folder)) walk("");
  if (foreign.length > 0) {
    throw new FolderError(
      `${folder} holds files that render did not write: ${someOf(foreign)}. Nothing was changed. Name a folder of its own.`,
    );
  }
  if (edited.length > 0) {
    throw new FolderError(
      `${folder} holds files that were changed after render wrote them: ${someOf(edited)}. Nothing was changed. ` +
        "Bring the change into the stack's configuration, then delete these files and run it again.",
    );
  }
  return present;
}

/** `a/b/c` → `a/`, `a/b/`. */
function parentsOf(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => `${parts.slice(0, index + 1).join("/")}/`);
}

function readList(folder: string): ReadonlyMap<string, ReadonlySet<string>> {
  const listed = new Map<string, Set<string>>();
  const file = join(folder, listName);
  if (!existsSync(file)) return listed;
  for (const line of readFileSync(file, "utf8").split("\n")) {
    const [, hash, path] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
    if (hash === undefined || path === undefined) continue;
    listed.set(path, (listed.get(path) ?? new Set()).add(hash));
  }
  return listed;
}

function listOf(files: Iterable<readonly [path: string, hash: string]>): string {
  const lines = new Set([...files].map(([path, hash]) => `${hash}  ${path}\n`));
  return [...lines].sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1)).join("");
}

function hashOf(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

function someOf(paths: readonly string[]): string {
  const shown = [...paths].sort().slice(0, longestList);
  const more = paths.length - shown.length;
  return `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
