import { writeFile } from "node:fs/promises";
import path from "node:path";
import { SourceUnavailable, type Staging } from "./download";
import { run, type ToolLog } from "./run";
import { type PipSource } from "./types";
import { compareVersions, findOnPath } from "./version";

/** Milliseconds for some 20 MB on a slow line. */
const INSTALL_TIMEOUT = 300_000;

/**
 * Installs packages into a folder of their own with the user's own pip settings (so a mirror is respected), each checked
 * by its pinned hash, and puts a command beside them that runs Python with them and nothing else of the user's.
 *
 * @throws SourceUnavailable with a sentence for the reader when there is no Python, or one that is too old.
 * @throws CommandError when pip fails.
 */
export async function installWithPip(
  name: string,
  { requirements, python: oldest }: PipSource,
  context: { modules: string; searchPath: string },
  staging: Staging,
  log: ToolLog,
  onDetail: (detail: string) => void,
): Promise<void> {
  const python = await findPython(oldest, context.searchPath, log);
  onDetail("installing Python packages");
  const options = ["--disable-pip-version-check", "--no-input", "--no-warn-script-location", "--only-binary", ":all:"];
  const file = path.join(context.modules, requirements);
  const target = path.join(staging.output, "packages");
  const pinned = ["--require-hashes", "--requirement", file, "--target", target];
  await run(python, ["-m", "pip", "install", ...options, ...pinned], {
    log,
    timeout: INSTALL_TIMEOUT,
    cwd: staging.work,
  });
  await writeFile(path.join(staging.output, name), LAUNCHER);
}

/** -s: nothing of the user's own site; -B: nothing is written into the cache afterwards. */
const LAUNCHER = `#!/bin/sh
PYTHONPATH="$(dirname "$0")/packages" exec python3 -s -B "$@"
`;

/**
 * The Python on PATH.
 *
 * @throws SourceUnavailable with a sentence for the reader when there is none, or one older than `oldest`.
 */
export async function findPython(oldest: string, searchPath: string, log: ToolLog): Promise<string> {
  const remedy = `install Python ${oldest} or newer with pip (https://www.python.org/downloads) and run this again`;
  // The same that the command finds later.
  const python = findOnPath("python3", searchPath)[0];
  if (python === undefined) throw new SourceUnavailable(`Python is missing: no "python3" on PATH; ${remedy}`);
  const version = (await run(python, ["--version"], { log, timeout: 20_000 })).replace(/^Python /, "").trim();
  if (compareVersions(version.replace(/[^\d.].*$/, ""), oldest) < 0) {
    throw new SourceUnavailable(`Python ${version} is too old; ${remedy}`);
  }
  return python;
}
