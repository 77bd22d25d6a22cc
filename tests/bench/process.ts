import { spawn } from "node:child_process";
import { projectRoot } from "../../sandbox/paths";
import { type Sample } from "./measure";

export const root = projectRoot();

/** Loaded before a program: tells what it used, on the fourth pipe, when it ends. */
const meter =
  'data:text/javascript,import{writeSync}from"node:fs";process.on("exit",()=>writeSync(3,JSON.stringify(process.resourceUsage())))';

interface NodeRun {
  /** What stands after `node`. */
  readonly arguments: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly folder?: string;
  /** Exit codes that are no failure; default 0 only. */
  readonly expected?: readonly number[];
}

/**
 * Runs Node.js once and says what it cost, from before its start until after its end.
 *
 * @throws when it ends in an unexpected way, with all that it said.
 */
export async function runNode({
  arguments: given,
  environment,
  folder = root,
  expected = [0],
}: NodeRun): Promise<Sample> {
  const started = performance.now();
  const child = spawn(process.execPath, ["--import", meter, ...given], {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  let said = "";
  let usage = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (bytes: Buffer) => (said += bytes.toString()));
  child.stdio[3]?.on("data", (bytes: Buffer) => (usage += bytes.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  const seconds = (performance.now() - started) / 1000;
  if (code === null || !expected.includes(code)) {
    throw new Error(`node ${given.join(" ")} ended with ${String(code)}:\n${said.slice(-4000)}`);
  }
  // A program that turns into another one (as the native compiler's launcher does) does not end as Node.js.
  if (usage === "") return { seconds };
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(usage) as NodeJS.ResourceUsage;
  // The kernel counts microseconds and kibibytes.
  return { seconds, processor: (userCPUTime + systemCPUTime) / 1e6, megabytes: (maxRSS * 1024) / 1e6 };
}
