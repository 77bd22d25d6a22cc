import { closest } from "fastest-levenshtein";
import { isDay } from "../model/day";
import { isWhole } from "../model/layers";
import { type RegisteredGraph } from "../model/order/graph";
import { type Catalogue } from "../model/platform";
import { type Problem, renderProblems } from "../model/problem";
import { findProblems } from "../stacks/platform/checks";
import { stackLayers } from "../stacks/platform/layers";
import { readStackFile } from "../stacks/settings/file";
import { readSettings } from "../stacks/settings/load";
import { type Settings } from "../stacks/settings/schema";
import { liveReports } from "./live";
import { type AnyReport, type ReportInput } from "./report";
import { Paper, type PaperOptions } from "./text/paper";

/**
 * Exit codes: 1, the stack's configuration has problems, or a live report a finding that was asked for; 2, the command was
 * not understood, or what it reports on cannot be reached.
 */
export type ExitCode = 0 | 1 | 2;

/** What the command prints, and how it ends. */
export interface Outcome {
  readonly output: string;
  readonly errors: string;
  readonly exitCode: ExitCode;
}

/** Where the command finds things. */
export interface CommandInput {
  readonly catalogue: Catalogue;
  readonly reports: readonly AnyReport[];
  readonly projectFolder: string;
  readonly paper: PaperOptions;
  /** The day of which is told where nobody says another, `YYYY-MM-DD`. */
  readonly today: string;
  /** What a stack registers, or what is in a state export; the error is a sentence for whoever asked. */
  readonly registered: (of: GraphSource) => RegisteredGraph | { readonly error: string };
}

/** Where a graph is to come from. */
export type GraphSource = { readonly stack: string } | { readonly state: string };

interface Arguments {
  readonly names: readonly string[];
  readonly stack: string;
  readonly form: "text" | "json" | "svg";
  readonly help: boolean;
  readonly plan: boolean;
  readonly state: string | undefined;
  readonly at: string | undefined;
}

/** The stack that everybody has. */
const defaultStack = "dev";
const options = ["--stack", "--plan", "--state", "--at", "--json", "--svg", "--help"];

/** Runs `report <name> [--stack <stack>] [--plan] [--state <file>] [--at <day>] [--json | --svg]`. Prints nothing itself and never throws for wrong input. */
export function runCommand(given: readonly string[], input: CommandInput): Outcome {
  const parsed = parse(given);
  if ("error" in parsed) return misunderstood(parsed.error);
  const { names, stack, form, help, plan, state, at } = parsed;
  if (help) return { output: usage(input), errors: "", exitCode: 0 };
  const [name, ...more] = names;
  if (name === undefined) return misunderstood(`Name a report.\n\n${usage(input).trimEnd()}`);
  if (more.length > 0) return misunderstood(`One report at a time: ${name}, then ${more.join(", ")}.`);
  const report = input.reports.find((candidate) => candidate.name === name);
  if (liveReports.some((live) => live.name === name)) {
    return misunderstood(`Options of ${name} stand behind its name: npm run report -- ${name} --help lists them.`);
  }
  if (!report) {
    const known = [...input.reports, ...liveReports].map((candidate) => candidate.name);
    return misunderstood(
      `There is no report ${name}. Did you mean ${closest(name, known)}? Known: ${known.join(", ")}.`,
    );
  }
  if (state !== undefined && !report.needsGraph) {
    return misunderstood(`The report ${name} looks at no state; leave --state out.`);
  }
  if (at !== undefined && !report.ofDay) {
    return misunderstood(`The report ${name} is the same on each day; leave --at out.`);
  }
  const settings = readStack(stack, input);
  if ("problems" in settings) {
    return {
      output: "",
      errors: `${renderProblems(`Stack ${stack} cannot be reported on`, settings.problems)}\n`,
      exitCode: 1,
    };
  }
  const graph = report.needsGraph ? input.registered(state === undefined ? { stack } : { state }) : undefined;
  if (graph && "error" in graph) return { output: "", errors: `${graph.error}\n`, exitCode: 1 };
  const result = report.run({
    stack,
    settings: settings.settings,
    catalogue: input.catalogue,
    plan,
    ...(report.ofDay && { day: at ?? input.today }),
    ...(graph && { graph }),
  } satisfies ReportInput);
  if (form === "json")
    return { output: `${JSON.stringify({ report: name, data: result.data }, null, 2)}\n`, errors: "", exitCode: 0 };
  if (form === "svg") {
    if (!result.draw) return misunderstood(`The report ${name} has no picture; leave --svg out.`);
    return { output: result.draw(), errors: "", exitCode: 0 };
  }
  const paper = new Paper(input.paper);
  result.print(paper);
  const layers = stackLayers(settings.settings);
  if (!isWhole(layers)) {
    // What is reckoned from the settings is of all layers; what is read of the registrations is the stack's own.
    const reach = report.needsGraph ? "of that alone" : "of its whole environment";
    paper.blank();
    paper.paragraph(`Stack ${stack} registers ${layers.registers.join(" and ")}; this is ${reach}.`);
  }
  return { output: paper.text, errors: "", exitCode: 0 };
}

function readStack(
  stack: string,
  { catalogue, projectFolder }: CommandInput,
): { readonly settings: Settings } | { readonly problems: readonly Problem[] } {
  const file = readStackFile(stack, projectFolder);
  if ("problems" in file) return file;
  const { settings, problems: found } = readSettings(file.config);
  const problems = [...found, ...findProblems(settings, catalogue, stack)];
  // Without problems every key was read.
  return problems.length > 0 ? { problems } : { settings: settings as Settings };
}

function parse(given: readonly string[]): Arguments | { readonly error: string } {
  const names: string[] = [];
  let [stack, help, plan] = [defaultStack, false, false];
  let state: string | undefined;
  let at: string | undefined;
  let form: Arguments["form"] = "text";
  for (let index = 0; index < given.length; index += 1) {
    const argument = given[index] ?? "";
    const [option = "", value] = argument.split(/=(.*)/s);
    if (argument === "--json") form = "json";
    else if (argument === "--plan") plan = true;
    else if (argument === "--svg") form = "svg";
    else if (argument === "--help" || argument === "-h") help = true;
    else if (option === "--stack" || argument === "-s") {
      const next = value ?? given[(index += 1)];
      if (next === undefined || next === "" || next.startsWith("-")) return { error: "--stack needs a stack's name." };
      stack = next;
    } else if (option === "--state") {
      state = value ?? given[(index += 1)];
      if (state === undefined || state === "" || state.startsWith("-")) {
        return { error: "--state needs a file, as `pulumi stack export --file state.json` writes it." };
      }
    } else if (option === "--at") {
      at = value ?? given[(index += 1)] ?? "";
      if (!isDay(at)) return { error: `--at is ${at === "" ? "empty" : at}; it needs a day, such as 2027-01-31.` };
    } else if (argument.startsWith("-")) {
      return { error: `There is no option ${option}. Did you mean ${closest(option, options)}?` };
    } else names.push(argument);
  }
  return { names, stack, form, help, plan, state, at };
}

function misunderstood(message: string): Outcome {
  return { output: "", errors: `${message}\n`, exitCode: 2 };
}

function usage({ reports }: CommandInput): string {
  const width = Math.max(...reports.map(({ name }) => name.length));
  return [
    "npm run report -- <name> [--stack <stack>] [--plan] [--state <file>] [--at <day>] [--json | --svg]",
    "",
    ...[...reports, ...liveReports].map(({ name, purpose }) => `  ${name.padEnd(width)}  ${purpose}`),
    "",
    `  --stack  the stack to report on (default ${defaultStack})`,
    "  --plan   of capacity: the plan's own pools and sizes, not the stack's",
    "  --state  of order: the state in this file, not what the program registers",
    "  --at     of partitions: on this day (YYYY-MM-DD), not today",
    "  --json   the figures for machines",
    "  --svg    the picture, of reports that have one",
    "",
  ].join("\n");
}
