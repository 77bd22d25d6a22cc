import { accessSync, constants, statSync } from "node:fs";
import path from "node:path";
import { run } from "./run";
import { type Tool } from "./types";

/** Long enough for a cold disk, short enough for a binary that asks a server. */
const VERSION_TIMEOUT = 20_000;

/** Compares versions of numbers and dots; a missing part counts as 0. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [left, right].map((version) => version.split(".").map(Number));
  for (let index = 0; index < Math.max(a?.length ?? 0, b?.length ?? 0); index += 1) {
    const difference = (a?.[index] ?? 0) - (b?.[index] ?? 0);
    if (difference !== 0) {
      return difference;
    }
  }
  return 0;
}

/** Whether the version lies in the tool's range (from inclusive, below exclusive). */
export function isCompatible(tool: Pick<Tool, "compatible">, version: string): boolean {
  return compareVersions(version, tool.compatible.from) >= 0 && compareVersions(version, tool.compatible.below) < 0;
}

/** Finds the version in what the tool printed, or undefined. */
export function parseVersion(tool: Pick<Tool, "versionPattern">, output: string): string | undefined {
  return tool.versionPattern.exec(output)?.[1];
}

/**
 * Runs the binary's version command.
 *
 * @throws CommandError when it does not run, or Error when it prints no version.
 */
export async function readVersion(tool: Tool, binary: string): Promise<string> {
  const output = await run(binary, tool.versionArguments, {
    timeout: VERSION_TIMEOUT,
    environment: { ...process.env, ...tool.versionEnvironment },
  });
  const version = parseVersion(tool, output);
  if (version === undefined) {
    throw new Error(`${binary} prints no version that can be read: ${output.trim().slice(0, 200)}`);
  }
  return version;
}

/** Every executable of that name on PATH, in order. */
export function findOnPath(name: string, searchPath = process.env.PATH ?? ""): string[] {
  const candidates = searchPath
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, name));
  return [...new Set(candidates)].filter((file) => {
    try {
      accessSync(file, constants.X_OK);
      return statSync(file).isFile();
    } catch {
      return false;
    }
  });
}
