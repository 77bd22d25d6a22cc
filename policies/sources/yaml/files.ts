import { type Dirent, readdirSync, realpathSync, type Stats, statSync } from "node:fs";
import path from "node:path";
import { type Notice } from "../../notice";

/** Endings of files that may hold Kubernetes objects. */
const endings: ReadonlySet<string> = new Set([".yaml", ".yml", ".json"]);
/** Folders that hold packages, never somebody's manifests. */
const skippedFolders: ReadonlySet<string> = new Set(["node_modules"]);

/** The files of a folder that may hold Kubernetes objects. */
export interface ManifestFiles {
  /** Paths that start with the folder's, sorted. */
  readonly files: readonly string[];
  /** What could not be listed, and how many files were passed over. */
  readonly notices: readonly Notice[];
}

/**
 * Lists a folder and all below it. Hidden files and folders are passed over, and so are folders of packages. Links are
 * followed; what was reached before by another way is not listed again, so that links in a circle end.
 *
 * @param describe How the reader names a path.
 * @param passOver Files that are no manifests whatever they hold.
 */
export function listManifests(
  folder: string,
  describe: (file: string) => string,
  passOver: ReadonlySet<string> = new Set(),
): ManifestFiles {
  const files: string[] = [];
  const notices: Notice[] = [];
  const reached = new Set<string>();
  let ignored = 0;
  const waiting = [folder];
  const unreadable = (place: string, what: string, error: unknown) => {
    notices.push({
      level: "unread",
      code: "unreadable-file",
      file: describe(place),
      text: `The ${what} cannot be read (${errorCode(error)}). Make it readable, or remove it from the folder.`,
    });
  };
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const current = next;
    if (!reach(current, reached)) continue;
    let entries: Dirent[];
    try {
      entries = readdirSync(current, { withFileTypes: true });
    } catch (error) {
      unreadable(current, "folder", error);
      continue;
    }
    for (const entry of entries) {
      const place = path.join(current, entry.name);
      if (entry.name.startsWith(".")) continue;
      let kind: Dirent | Stats = entry;
      if (entry.isSymbolicLink()) {
        try {
          kind = statSync(place);
        } catch (error) {
          if (endings.has(path.extname(entry.name).toLowerCase())) unreadable(place, "target of the link", error);
          continue;
        }
      }
      if (kind.isDirectory()) {
        if (!skippedFolders.has(entry.name)) waiting.push(place);
      } else if (!kind.isFile() || !endings.has(path.extname(entry.name).toLowerCase())) ignored += 1;
      else if (!passOver.has(place) && reach(place, reached)) files.push(place);
    }
  }
  if (ignored > 0) {
    const text =
      ignored === 1
        ? "One file is neither YAML nor JSON by its name and was passed over."
        : `${ignored} files are neither YAML nor JSON by their names and were passed over.`;
    notices.push({ level: "note", code: "ignored-files", file: describe(folder), text });
  }
  return { files: files.sort(), notices };
}

/** Whether a path is reached for the first time, whatever links lead to it. */
function reach(place: string, reached: Set<string>): boolean {
  let real = place;
  try {
    real = realpathSync(place);
  } catch {
    // Reading it will say why.
  }
  if (reached.has(real)) return false;
  reached.add(real);
  return true;
}

/** `ENOENT`, `EACCES`: short, and without the path, which stands beside it already. */
export function errorCode(error: unknown): string {
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
  return error instanceof Error ? error.message : String(error);
}
