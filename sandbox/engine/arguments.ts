import { parseArgs } from "node:util";

/** A wrong command line; the sentence is for the user. */
export class UsageError extends Error {}

/** What `npm start` and `npm run preview` understand. */
export interface StackCommand {
  stack: string;
  /** Print one JSON object instead of text. */
  json: boolean;
  help: boolean;
}

/**
 * Reads a command line with an optional stack name, as a word or as `--stack`, and `--json`.
 *
 * @throws UsageError with the usage
 */
export function parseStackCommand(args: string[], usage: string): StackCommand {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        stack: { type: "string", short: "s" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    const [word, ...more] = positionals;
    if (more.length > 0) throw new Error(`one stack at a time; "${more.join(" ")}" is too much`);
    if (word !== undefined && values.stack !== undefined)
      throw new Error(`the stack is given twice: ${word} and ${values.stack}`);
    return { stack: values.stack ?? word ?? "dev", json: values.json, help: values.help };
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}
