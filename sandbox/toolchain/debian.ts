import { existsSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { SourceUnavailable, type Staging } from "./download";
import { run, type ToolLog } from "./run";
import { type DebianSource, type Platform } from "./types";
import { findOnPath } from "./version";

/** Milliseconds for an index of 10 MB and the packages on a slow line. */
const APT_TIMEOUT = 300_000;
/** Where Debian's own archive is, for a machine whose apt uses no mirror of it. */
const ARCHIVE = "http://deb.debian.org/debian/";

/**
 * Takes packages of a Debian release without installing them, and without root: apt works in folders of its own with the
 * machine's settings and mirror, checks the archive's signature, and the packages are only unpacked. A command beside them
 * starts the program with the C library and libraries of its release.
 *
 * @throws SourceUnavailable with a sentence for the reader where there is no apt, or no keyring.
 * @throws CommandError when apt fails.
 */
export async function unpackDebian(
  name: string,
  source: DebianSource,
  context: { searchPath: string; platform: Platform },
  staging: Staging,
  log: ToolLog,
  onDetail: (detail: string) => void,
): Promise<void> {
  const [apt, dpkg] = ["apt-get", "dpkg-deb"].map((each) => findOnPath(each, context.searchPath)[0]);
  if (context.platform.os !== "linux" || apt === undefined || dpkg === undefined) {
    throw new SourceUnavailable(`apt-get and dpkg-deb are missing; install ${name} so that it is on PATH`);
  }
  if (!existsSync(source.keyring)) {
    throw new SourceUnavailable(
      `${source.keyring} is missing; install the package debian-archive-keyring and run this again`,
    );
  }
  const work = (folder: string) => path.join(staging.work, folder);
  await Promise.all(
    ["state/lists/partial", "cache/archives/partial"].map((each) => mkdir(work(each), { recursive: true })),
  );
  await writeFile(work("status"), "");
  const mirror = debianMirror(await run(apt, ["indextargets", "--format", "$(REPO_URI)"], { log }));
  await writeFile(work("sources.list"), `deb [signed-by=${source.keyring}] ${mirror} ${source.suite} main\n`);
  const settings = {
    "Dir::Etc::sourcelist": work("sources.list"),
    "Dir::Etc::sourceparts": "-",
    "Dir::State": work("state"),
    "Dir::State::status": work("status"),
    "Dir::Cache": work("cache"),
    "Acquire::Languages": "none",
    // Else root's apt becomes a user who cannot enter the folders above.
    "APT::Sandbox::User": "root",
  };
  const options = Object.entries(settings).flatMap(([setting, value]) => ["-o", `${setting}=${value}`]);
  onDetail(`reading the index of Debian ${source.suite}`);
  await run(apt, [...options, "update"], { log, timeout: APT_TIMEOUT });
  onDetail("downloading Debian packages");
  await run(apt, [...options, "download", ...source.packages], { log, timeout: APT_TIMEOUT, cwd: staging.work });
  const root = path.join(staging.output, "root");
  for (const file of (await readdir(staging.work)).filter((each) => each.endsWith(".deb"))) {
    await run(dpkg, ["-x", work(file), root], { log });
  }
  await writeFile(path.join(staging.output, name), launcher(source.program));
}

/** The mirror of Debian that the machine's apt uses, among the addresses of all that it uses; else Debian's own archive. */
export function debianMirror(addresses: string): string {
  return addresses.split("\n").find((address) => /^https?:\/\/\S+\/debian\/?$/.test(address)) ?? ARCHIVE;
}

/** The loader is the release's own, because its libraries want its C library and not the machine's. */
const launcher = (program: string): string => `#!/bin/sh
root="$(dirname "$0")/root"
for loader in "$root"/usr/lib*/ld-linux-*; do
  exec "$loader" --library-path "$(echo "$root"/usr/lib/*-linux-gnu)" "$root/${program}" "$@"
done
`;
