import { execFile } from "node:child_process";
import { copyFileSync, existsSync, lstatSync, mkdirSync, readlinkSync, symlinkSync } from "node:fs";
import path from "node:path";
import { CannotCompare } from "../cannot-compare";

/** One side of a comparison. */
export interface Revision {
  /** As it was asked for; the working tree is `the working tree`. */
  readonly name: string;
  /** Absent for the working tree. */
  readonly commit?: string;
}

/** What the working tree is asked for by. */
export const workingTree = ".";

/**
 * Finds what a revision's name stands for.
 *
 * @throws CannotCompare when there is none of that name.
 */
export async function findRevision(root: string, name: string): Promise<Revision> {
  if (name === workingTree) return { name: "the working tree" };
  const { code, stdout } = await git(root, [
    "rev-parse",
    "--verify",
    "--quiet",
    "--end-of-options",
    `${name}^{commit}`,
  ]);
  if (code === 0) return { name, commit: stdout.trim() };
  const inside = await git(root, ["rev-parse", "--is-inside-work-tree"]);
  if (inside.code !== 0) throw new CannotCompare(`${root} is no clone of a git repository; compare in one.`);
  const shallow = (await git(root, ["rev-parse", "--is-shallow-repository"])).stdout.trim() === "true";
  const remedy = shallow
    ? "This clone is shallow: get its history with git fetch --unshallow, then run the command again."
    : "Get it with git fetch, or name another: git log --oneline shows what there is.";
  throw new CannotCompare(`There is no revision ${name} in this clone. ${remedy}`);
}

/**
 * Writes the project of a revision into an empty folder; of the working tree what is there now, with new files and without
 * ignored ones. Nothing in the repository changes: no worktree is registered, no hook runs.
 *
 * @returns the folder of the project.
 */
export async function checkOut(root: string, { commit, name }: Revision, folder: string): Promise<string> {
  const prefix = (await succeed(root, ["rev-parse", "--show-prefix"])).trim();
  mkdirSync(folder, { recursive: true });
  if (commit === undefined) {
    await copyWorkingTree(root, folder);
    return folder;
  }
  const environment = { ...process.env, GIT_INDEX_FILE: path.join(folder, ".git-index") };
  const tree = path.join(folder, "tree");
  await succeed(root, ["read-tree", commit], environment);
  // Paths of the index begin at the top of the repository, wherever the command runs.
  const top = (await succeed(root, ["rev-parse", "--show-toplevel"])).trim();
  await succeed(top, ["checkout-index", "--all", `--prefix=${tree}${path.sep}`], environment);
  const project = path.join(tree, prefix);
  if (!existsSync(path.join(project, "Pulumi.yaml"))) {
    throw new CannotCompare(`Revision ${name} has no Pulumi.yaml: it is none of this project.`);
  }
  return project;
}

async function copyWorkingTree(root: string, folder: string): Promise<void> {
  const listed = await succeed(root, ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
  for (const file of new Set(listed.split("\0").filter((name) => name !== ""))) {
    const [from, to] = [path.join(root, file), path.join(folder, file)];
    const found = lstatSync(from, { throwIfNoEntry: false });
    // A file that is deleted and not yet committed so is still listed.
    if (!found) continue;
    mkdirSync(path.dirname(to), { recursive: true });
    if (found.isSymbolicLink()) symlinkSync(readlinkSync(from), to);
    else if (found.isFile()) copyFileSync(from, to);
  }
}

interface GitResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function succeed(root: string, args: readonly string[], environment?: NodeJS.ProcessEnv): Promise<string> {
  const { code, stdout, stderr } = await git(root, args, environment);
  if (code !== 0) throw new CannotCompare(`git ${args[0] ?? ""} failed: ${stderr.trim()}`);
  return stdout;
}

async function git(root: string, args: readonly string[], environment?: NodeJS.ProcessEnv): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const options = { cwd: root, maxBuffer: 1 << 28, ...(environment ? { env: environment } : {}) };
    execFile("git", [...args], options, (error, stdout, stderr) => {
      if (error && (error as NodeJS.ErrnoException).code === "ENOENT") {
        reject(new CannotCompare("The program git is not installed; a comparison reads revisions through it."));
        return;
      }
      resolve({ code: error ? (typeof error.code === "number" ? error.code : 1) : 0, stdout, stderr });
    });
  });
}
