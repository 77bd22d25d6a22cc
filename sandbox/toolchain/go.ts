import { readFile } from "node:fs/promises";
import path from "node:path";
import { SourceUnavailable } from "./download";
import { run, type ToolLog } from "./run";
import { type GoSource } from "./types";
import { compareVersions, findOnPath } from "./version";

/** The first Go that can fetch a newer toolchain for a module by itself. */
const FIRST_SWITCHING_GO = "1.21";

/** One binary of a build. */
export interface GoTarget {
  /** Name of the binary. */
  name: string;
  source: GoSource;
}

/** Go's own settings of the user stay (module mirror, caches); these would change what is built. */
function buildEnvironment(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    // A go.work in a folder above the clone would replace the helper modules' versions.
    GOWORK: "off",
    // Without C the binaries need no compiler and run on any C library.
    CGO_ENABLED: "0",
  };
}

/**
 * The Go command to use.
 *
 * @throws SourceUnavailable with a sentence for the reader when there is none, or it is too old for
 * the module and may not fetch a newer one.
 */
async function findGo(moduleFolder: string, searchPath: string, log: ToolLog): Promise<string> {
  const go = findOnPath("go", searchPath)[0];
  const needed = /^go (\d[\d.]*)/m.exec(await readFile(path.join(moduleFolder, "go.mod"), "utf8"))?.[1] ?? "1.21";
  const remedy = `install Go ${needed} or newer (https://go.dev/dl) and run this again`;
  if (go === undefined) {
    throw new SourceUnavailable(`Go is missing: no "go" on PATH; ${remedy}`);
  }
  const ask = async (variable: string, toolchain?: string): Promise<string> => {
    const environment = { ...process.env, ...(toolchain === undefined ? {} : { GOTOOLCHAIN: toolchain }) };
    return (
      await run(go, ["env", variable], { log, environment, timeout: 20_000, cwd: path.dirname(moduleFolder) })
    ).trim();
  };
  const version = (await ask("GOVERSION", "local")).replace(/^go/, "").replace(/[^\d.].*$/, "");
  if (compareVersions(version, needed) >= 0) {
    return go;
  }
  const switching = await ask("GOTOOLCHAIN");
  if (compareVersions(version, FIRST_SWITCHING_GO) < 0 || switching === "local") {
    const setting = switching === "local" ? " and GOTOOLCHAIN=local keeps it from fetching a newer one" : "";
    throw new SourceUnavailable(`Go is too old: ${go} is ${version}, ${needed} is needed${setting}; ${remedy}`);
  }
  return go;
}

/** The arguments of the build, without the output. */
function buildArguments(targets: readonly GoTarget[]): string[] {
  const sources = targets.map((target) => target.source);
  const tags = [...new Set(sources.flatMap((source) => source.tags ?? []))];
  const variables = Object.entries(Object.assign({}, ...sources.map((source) => source.variables ?? {})) as object);
  const linkerFlags = ["-s", "-w", ...variables.flatMap(([name, value]) => ["-X", `${name}=${String(value)}`])];
  return [
    "build",
    "-v",
    // go.mod and go.sum are committed; a build must not need to change them.
    "-mod=readonly",
    "-trimpath",
    "-buildvcs=false",
    ...(tags.length === 0 ? [] : [`-tags=${tags.join(",")}`]),
    `-ldflags=${linkerFlags.join(" ")}`,
  ];
}

/**
 * Builds all targets (of one helper module) into the folder in one command, so that what they share is compiled
 * once.
 *
 * @throws SourceUnavailable when Go is missing or too old; CommandError when the build fails.
 */
export async function buildWithGo(
  targets: readonly [GoTarget, ...GoTarget[]],
  folder: string,
  options: {
    modules: string;
    searchPath: string;
    log: ToolLog;
    signal: AbortSignal;
    onDetail: (detail: string) => void;
  },
): Promise<void> {
  const cwd = path.join(options.modules, targets[0].source.module);
  const go = await findGo(cwd, options.searchPath, options.log);
  let downloaded = 0;
  let compiled = 0;
  // With one target -o names the file; with several it must be a folder, and the commands name the files.
  const [first, second] = targets;
  const output = second === undefined ? path.join(folder, first.name) : `${folder}${path.sep}`;
  await run(go, [...buildArguments(targets), "-o", output, ...targets.map((target) => target.source.command)], {
    cwd,
    environment: buildEnvironment(),
    log: options.log,
    signal: options.signal,
    onLine: (line) => {
      if (line.startsWith("go: downloading")) {
        downloaded += 1;
        options.onDetail(`building with Go, ${downloaded} modules fetched`);
      } else if (/^[\w./-]+$/.test(line)) {
        compiled += 1;
        options.onDetail(`building with Go, ${compiled} packages compiled`);
      }
    },
  });
}
