import { parseArgs } from "node:util";

/** A wrong command line; the sentence is for the user. */
export class UsageError extends Error {}

/** What `npm start` and `npm run preview` understand. */
export interface StackCommand {
  stack: string;
  /** Print one JSON object instead of text. */
  json: boolean;
  help: boolean;
  /** Folder with Pulumi.yaml, from the clone's; default the clone. */
  cwd: string;
}

/**
 * Reads a command line with an optional stack name, as a word or as `--stack`, and `--json`; where another project may be
 * worked on, also its folder, by the name that Pulumi's own CLI has for it.
 *
 * @throws UsageError with the usage
 */
export function parseStackCommand(args: string[], usage: string, projects = false): StackCommand {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        stack: { type: "string", short: "s" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
        ...(projects ? { cwd: { type: "string", short: "C" } as const } : {}),
      },
    });
    const [word, ...more] = positionals;
    if (more.length > 0) throw new Error(`one stack at a time; "${more.join(" ")}" is too much`);
    if (word !== undefined && values.stack !== undefined)
      throw new Error(`the stack is given twice: ${word} and ${values.stack}`);
    const cwd = typeof values.cwd === "string" ? values.cwd : ".";
    // Every other project's stacks are named by whoever has it.
    const usual = cwd === "." ? "dev" : undefined;
    const stack = values.stack ?? word ?? usual;
    if (stack === undefined && !values.help) throw new Error(`name a stack of ${cwd}`);
    return { stack: stack ?? "", json: values.json, help: values.help, cwd };
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}
