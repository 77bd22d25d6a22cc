import { type ParseArgsConfig, parseArgs } from "node:util";
import { unknownOption } from "../policies/command/options";
import { CannotCompare } from "./cannot-compare";
import { workingTree } from "./sides/revisions";

/** What the command is asked to do. */
export interface Request {
  readonly base: string;
  /** {@link workingTree} when none is given. */
  readonly head: string;
  /** None: every stack that either side has. */
  readonly stacks: readonly string[];
  readonly format: "text" | "json" | "markdown";
  /** File for the comparison; text then still goes to the terminal. */
  readonly output?: string;
}

/** What `--help` prints. */
export const help = `usage: npm run diff -- <base> [<head>] [options]
  Compares what two revisions register, for every stack: the worst first, then policies, capacity, cost, what workloads
  stand, and each changed resource. Each side is asked by its own code; no engine, cluster, account or network is needed.
    <base>, <head>      git revisions: main, HEAD~3, a commit. Without a head, or with a dot: the working tree
    -s, --stack STACK   this stack only; may be given several times
    --json              one JSON document
    --markdown          for a comment on a pull request: 60,000 bytes at most
    -o, --output FILE   writes it to a file, all or nothing; text still goes to the terminal

  Exit code: 0 compared; 1 the head has a new failure of a mandatory rule, no longer certainly fits on its nodes, or is
  expected to cost more than its budget; 2 something cannot be compared. Nothing secret is printed.
`;

const known = {
  stack: { type: "string", short: "s", multiple: true },
  output: { type: "string", short: "o" },
  json: { type: "boolean" },
  markdown: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const satisfies ParseArgsConfig["options"];

/**
 * Reads the command line.
 *
 * @returns nothing when help was asked for.
 * @throws CannotCompare with a sentence for each way in which it can be wrong.
 */
export function readRequest(args: readonly string[]): Request | undefined {
  const unknown = unknownOption(args, known);
  if (unknown !== undefined) throw new CannotCompare(unknown);
  const { values, positionals } = parse(args);
  if (values.help === true) return undefined;
  const [base, head = workingTree, ...more] = positionals;
  if (base === undefined || base === "") {
    throw new CannotCompare("What shall be compared? Name a revision: npm run diff -- main. --help tells more.");
  }
  if (more.length > 0) {
    throw new CannotCompare(`Two revisions at a time: ${positionals.join(", ")} were given. Name a base and a head.`);
  }
  if (values.json === true && values.markdown === true) {
    throw new CannotCompare("One form at a time: --json and --markdown were given. Run the command for each.");
  }
  return {
    base,
    head,
    stacks: [...new Set(values.stack ?? [])],
    format: values.json === true ? "json" : values.markdown === true ? "markdown" : "text",
    ...(values.output === undefined ? {} : { output: values.output }),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: known, allowPositionals: true });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new CannotCompare(`${message.split("\n")[0] ?? message} --help shows how to write it.`);
  }
}
