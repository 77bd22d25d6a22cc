import { parseArgs, type ParseArgsConfig } from "node:util";
import { UsageError } from "../engine/arguments";

/** A command of `npm run sandbox`. */
export interface Command {
  /** One line for the list of commands. */
  summary: string;
  /** Arguments and options, as shown by `help <command>`. */
  usage: string;
  /**
   * Does the work.
   *
   * @returns the exit code.
   */
  run: (args: string[]) => Promise<number>;
}

/**
 * Reads arguments strictly.
 *
 * @throws UsageError with the command's usage for anything that is not one of its options.
 */
export function parse<Options extends ParseArgsConfig["options"]>(usage: string, args: string[], options: Options) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    // Node's message goes on with advice about "--" that does not fit behind npm.
    const [message = ""] = (error instanceof Error ? error.message : String(error)).split(". ");
    throw new UsageError(`${message}.\nusage: npm run sandbox -- ${usage}`);
  }
}

/**
 * Refuses positional arguments beyond those a command takes.
 *
 * @throws UsageError
 */
export function refuseExtra(usage: string, positionals: readonly string[], taken = 0): void {
  const extra = positionals.slice(taken);
  if (extra.length > 0) {
    throw new UsageError(`Unexpected: ${extra.join(" ")}\nusage: npm run sandbox -- ${usage}`);
  }
}

/** Says whom a command waits for. */
export function onWait(holder: number | undefined): void {
  const who = holder === undefined ? "" : ` (process ${holder})`;
  process.stderr.write(`Another command${who} is working on this control plane; waiting for it to finish.\n`);
}
