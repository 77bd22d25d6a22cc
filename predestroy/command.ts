import { parseArgs } from "node:util";
import { OrderGraph, stackOfUrn } from "../model/order/graph";
import { type Effect, type Finding, teardownFindings } from "../model/order/teardown";
import { orderNodes } from "../policies/sources/nodes";
import { fromStateExport, pendingOperations, StateError } from "../policies/sources/state";
import { Paper, type PaperOptions } from "../reports/text/paper";

/** Exit codes: 0, nothing stops the destroy; 1, something does; 2, the state could not be read. */
export type ExitCode = 0 | 1 | 2;

/** What the command prints, and how it ends. */
export interface Outcome {
  readonly output: string;
  readonly errors: string;
  readonly exitCode: ExitCode;
}

/** Where the command finds things. */
export interface CommandInput {
  readonly paper: PaperOptions;
  /** The text of a file; `-` is standard input. @throws Error when it cannot be read. */
  readonly readText: (file: string) => string;
  /** The state of a stack of the sandbox; nothing when there is none. */
  readonly sandboxState: (stack: string) => unknown;
}

export const usage = `npm run predestroy -- <stack | state.json | -> [--json]

  What would stop a destroy, what needs a look, what stays behind and what goes for good.
  state.json  as written by: pulumi stack export --stack <stack> --file state.json
  -           the same from standard input
  stack       a stack of the sandbox on this machine
  --json      for machines

  Exit code 0: nothing stops it; 1: something does; 2: the state could not be read. It changes nothing, and asks neither
  cluster nor account.
`;

const headings: Readonly<Record<Effect, string>> = {
  blocks: "Stops the destroy",
  look: "To be looked at first",
  remains: "Stays behind",
  lost: "Goes for good",
};

/** Runs the command. Prints nothing itself, and never throws for wrong input. */
export function runCommand(given: readonly string[], input: CommandInput): Outcome {
  const cannot = (message: string): Outcome => ({ output: "", errors: `${message}\n`, exitCode: 2 });
  let parsed;
  try {
    parsed = parseArgs({
      args: [...given],
      allowPositionals: true,
      options: { json: { type: "boolean", default: false }, help: { type: "boolean", short: "h", default: false } },
    });
  } catch (error) {
    return cannot(`${messageOf(error)}\n\n${usage.trimEnd()}`);
  }
  const { values, positionals } = parsed;
  if (values.help) return { output: usage, errors: "", exitCode: 0 };
  const [target, ...more] = positionals;
  if (target === undefined) return cannot(`Name a state export or a stack of the sandbox.\n\n${usage.trimEnd()}`);
  if (more.length > 0) return cannot(`One state at a time: ${positionals.join(", ")}.`);
  try {
    const isFile = target === "-" || /[./\\]/.test(target);
    const exported = isFile ? parseJson(input.readText(target), target) : input.sandboxState(target);
    if (exported === undefined) {
      return cannot(
        `The sandbox has no state of a stack ${target}. Of a stack elsewhere, export it first: ` +
          `pulumi stack export --stack ${target} --file state.json`,
      );
    }
    return judge(exported, isFile ? undefined : target, input.paper, values.json);
  } catch (error) {
    if (error instanceof StateError || error instanceof CannotRead) return cannot(error.message);
    throw error;
  }
}

class CannotRead extends Error {}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CannotRead(`${file === "-" ? "Standard input" : file} is no JSON: ${messageOf(error)}`);
  }
}

function judge(exported: unknown, named: string | undefined, paper: PaperOptions, json: boolean): Outcome {
  const nodes = orderNodes(fromStateExport(exported));
  const stack = named ?? stackOfUrn(nodes[0]?.urn ?? "") ?? "<stack>";
  const resources = nodes.filter(({ custom }) => custom).length;
  const findings = teardownFindings({
    graph: new OrderGraph(nodes),
    stack,
    pendingOperations: pendingOperations(exported),
  });
  const blocked = findings.some(({ effect }) => effect === "blocks");
  const output = json
    ? `${JSON.stringify({ stack, resources, blocked, findings }, null, 2)}\n`
    : print(stack, resources, blocked, findings, paper);
  return { output, errors: "", exitCode: blocked ? 1 : 0 };
}

function print(
  stack: string,
  resources: number,
  blocked: boolean,
  findings: readonly Finding[],
  options: PaperOptions,
): string {
  const paper = new Paper(options);
  paper.heading(`Before the destroy of stack ${stack}: ${resources} resources`);
  paper.paragraph(
    blocked
      ? "Something stops it, or it would end out of order."
      : "Nothing in the state stops it: whatever is finalised goes before whoever finalises it, and nothing is protected.",
    { emphasis: blocked ? "bad" : "good" },
  );
  paper.paragraph("Read from the state alone. Neither the cluster nor an account was asked; the commands below do.");
  for (const effect of ["blocks", "look", "remains", "lost"] as const) {
    const own = findings.filter((finding) => finding.effect === effect);
    if (own.length > 0) paper.heading(headings[effect]);
    for (const { title, resources: about, detail, commands } of own) {
      paper.paragraph(title, { bullet: "- ", emphasis: "strong" });
      if (about.length > 0) paper.paragraph(about.join(", "), { indent: 2 });
      paper.paragraph(detail, { indent: 2 });
      for (const command of commands) paper.verbatim(`    ${command}`);
    }
  }
  return paper.text;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
