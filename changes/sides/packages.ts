import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import path from "node:path";

/**
 * Gives a side its packages: those of this clone where its lock file asks for the same, else its own, installed beside it
 * without running any package's scripts.
 *
 * @returns whether they had to be installed.
 * @throws Error with npm's last lines when that fails.
 */
export async function providePackages(root: string, project: string): Promise<"linked" | "installed"> {
  const lock = (folder: string) => readFileSync(path.join(folder, "package-lock.json"), "utf8");
  if (lock(root) === lock(project)) {
    linkPackages(path.join(root, "node_modules"), path.join(project, "node_modules"));
    return "linked";
  }
  await install(project);
  return "installed";
}

/**
 * Links each package. The folder itself is the side's own: what is bundled there must find the side's files above itself,
 * not this clone's.
 */
function linkPackages(from: string, to: string): void {
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    if (name !== ".cache") symlinkSync(path.join(from, name), path.join(to, name));
  }
}

async function install(project: string): Promise<void> {
  const said: string[] = [];
  const args = ["ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", "--no-progress"];
  const child = spawn("npm", args, {
    cwd: project,
    stdio: ["ignore", "pipe", "pipe"],
    shell: process.platform === "win32",
  });
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => said.push(chunk.toString()));
  const code = await new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exit) => resolve(exit ?? -1));
  });
  if (code === 0) return;
  const last = said.join("").trimEnd().split("\n").slice(-8).join("\n");
  throw new Error(`Its packages could not be installed: npm ci ended with exit code ${code}.\n${last}`);
}
