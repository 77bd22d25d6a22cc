import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { projectRoot } from "../../sandbox/paths";
import { findOnPath } from "../../sandbox/toolchain/version";

/** Milliseconds for two megabytes on a slow line; less than a test may take, so that this message is the one shown. */
const DOWNLOAD_TIMEOUT = 100_000;

/** There is no Go here to fetch modules with. */
export class GoMissing extends Error {
  public override readonly name = "GoMissing";
}

/** The folder with the pins: versions in its go.mod, contents in its go.sum. */
const pins = () => path.join(projectRoot(), "tests", "corpora", "modules");

/** The pinned version of a module. @throws when there is none. */
export function pinnedVersion(module: string): string {
  const lines = readFileSync(path.join(pins(), "go.mod"), "utf8").split("\n");
  const version = lines.map((line) => line.trim().split(/\s+/)).find(([name]) => name === module)?.[1];
  if (version === undefined) throw new Error(`tests/corpora/modules/go.mod pins no version of ${module}.`);
  return version;
}

/**
 * The folder of a pinned module, fetched when it is not there. Go keeps it in its own module cache, by version, under its
 * own lock, read-only, and refuses contents other than those of go.sum.
 *
 * @throws GoMissing when there is no Go; Error with Go's own words when the module cannot be had.
 */
export async function moduleFolder(module: string): Promise<string> {
  const [go] = findOnPath("go", process.env.PATH ?? "");
  if (go === undefined) {
    throw new GoMissing(
      `The cases come as the Go module ${module}, and there is no "go" on PATH; see https://go.dev/dl.`,
    );
  }
  const wanted = `${module}@${pinnedVersion(module)}`;
  try {
    const { stdout } = await promisify(execFile)(go, ["mod", "download", "-json", wanted], {
      cwd: pins(),
      timeout: DOWNLOAD_TIMEOUT,
      // A go.work in a folder above the clone would replace the pins.
      env: { ...process.env, GOWORK: "off" },
    });
    return (JSON.parse(stdout) as { Dir: string }).Dir;
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    const told = /"Error": (".*")/.exec(stdout)?.[1];
    const reason = told === undefined ? stderr.trim() : String(JSON.parse(told));
    throw new Error(`${wanted} cannot be had: ${reason === "" ? String(error) : reason}`, { cause: error });
  }
}
