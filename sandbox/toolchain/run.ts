import { spawn } from "node:child_process";
import { mkdirSync, openSync, writeSync } from "node:fs";
import path from "node:path";

/** The full story of how a tool was had, for the reader of a failure. */
export class ToolLog {
  readonly #descriptor: number;

  /** @param file created with its folder; a new run appends to it. */
  constructor(readonly file: string) {
    mkdirSync(path.dirname(file), { recursive: true });
    // Held open, because somebody may delete the cache while a build of minutes writes to it.
    this.#descriptor = openSync(file, "a");
    this.write(`\n==== ${new Date().toISOString()}, process ${process.pid}\n`);
  }

  write(text: string): void {
    writeSync(this.#descriptor, text);
  }

  line(text: string): void {
    this.write(`${text}\n`);
  }
}

/** A command that could not be started, failed or took too long. */
export class CommandError extends Error {
  override readonly name = "CommandError";

  constructor(
    readonly command: string,
    /** Why it ended, such as "exit code 1". */
    readonly reason: string,
    /** The last lines of its output. */
    readonly tail: string,
  ) {
    super(`${command}: ${reason}`);
  }
}

/** Options of {@link run}. */
export interface RunOptions {
  cwd?: string;
  environment?: NodeJS.ProcessEnv;
  log?: ToolLog;
  /** Milliseconds after which the command is killed. */
  timeout?: number;
  signal?: AbortSignal;
  /** Called with each complete line of either stream. */
  onLine?: (line: string) => void;
}

/** How much of the output is kept for the caller; the log gets all of it. */
const KEPT = 64 * 1024;

/** Writes a command the way it can be pasted into a shell. */
export function formatCommand(command: string, args: readonly string[]): string {
  return [command, ...args]
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(" ");
}

/**
 * Runs a command to its end and returns both streams as one text.
 *
 * @throws CommandError when it cannot start, exits with another code than 0, or runs out of time.
 */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const shown = formatCommand(command, args);
  options.log?.line(`$ ${options.cwd === undefined ? "" : `cd ${options.cwd} && `}${shown}`);
  return await new Promise<string>((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.environment ?? process.env,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: options.timeout,
      killSignal: "SIGKILL",
      signal: options.signal,
    });
    let output = "";
    let partial = "";
    const receive = (chunk: string): void => {
      options.log?.write(chunk);
      output = (output + chunk).slice(-KEPT);
      const lines = (partial + chunk).split("\n");
      partial = lines.pop() ?? "";
      lines.forEach((line) => options.onLine?.(line));
    };
    child.stdout.setEncoding("utf8").on("data", receive);
    child.stderr.setEncoding("utf8").on("data", receive);
    const fail = (reason: string): void => {
      options.log?.line(`→ ${reason}`);
      reject(new CommandError(shown, reason, output.trimEnd().split("\n").slice(-6).join("\n")));
    };
    child.on("error", (error) => fail(error.message));
    child.on("close", (code, signal) => {
      if (code === 0) {
        resolve(output);
      } else if (signal !== null) {
        fail(child.killed ? "took too long and was stopped" : `was ended by ${signal}`);
      } else {
        fail(`exit code ${code ?? "unknown"}`);
      }
    });
  });
}
