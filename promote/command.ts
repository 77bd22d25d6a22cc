import { type Catalogue } from "../model/platform";
import { type Problem, renderProblems } from "../model/problem";
import { findProblems } from "../stacks/platform/checks";
import { readStackFile, readStackText, stackPath } from "../stacks/settings/file";
import { readSettings } from "../stacks/settings/load";
import { type Settings } from "../stacks/settings/schema";
import { replaceFile, WriteError } from "../stacks/settings/write";
import { type Arguments, readArguments, usage } from "./arguments";
import { edit, EditError } from "./edit";
import { unneededExemptions } from "./exemptions";
import { type Plan, planPromotion } from "./plan";
import { printJson, printText } from "./print";
import { joinRequests, parseDigests, parseRequest, parseTag, RequestError } from "./requests";
import { readFileSync } from "node:fs";
import { basename } from "node:path";

/** What the command prints, and how it ends. */
export interface Outcome {
  readonly output: string;
  readonly errors: string;
  readonly exitCode: 0 | 1 | 2;
}

/** Where the command finds things. */
export interface CommandInput {
  readonly catalogue: Catalogue;
  readonly projectFolder: string;
  /** Reads the standard input to its end; asked for by `--digests -` alone. */
  readonly standardInput: () => string;
}

/** What a promotion did, or would do. */
export interface Promotion extends Plan {
  readonly stack: string;
  /** Name of the stack's file. */
  readonly file: string;
  readonly before: string;
  readonly after: string;
  readonly written: boolean;
  readonly unneeded: ReturnType<typeof unneededExemptions>;
}

/** A stack cannot be read, or must not become what was asked for. */
class Refusal extends Error {
  public override readonly name = "Refusal";
}

/** Runs `promote <stack> …`. Prints nothing itself and never throws for wrong input. */
export function runCommand(given: readonly string[], input: CommandInput): Outcome {
  try {
    const parsed = readArguments(given);
    if (parsed.help) return { output: usage, errors: "", exitCode: 0 };
    const promotion = promote(parsed, input);
    return { output: parsed.json ? printJson(promotion) : printText(promotion), errors: "", exitCode: 0 };
  } catch (error) {
    if (error instanceof Refusal) return { output: "", errors: `${error.message}\n`, exitCode: 1 };
    if (error instanceof RequestError || error instanceof WriteError) {
      return { output: "", errors: `${error.message}\n`, exitCode: 2 };
    }
    throw error;
  }
}

function promote(parsed: Arguments, { catalogue, projectFolder, standardInput }: CommandInput): Promotion {
  const { stack } = parsed;
  if (parsed.from === stack) throw new RequestError(`${stack} cannot be promoted from itself. Name another stack.`);
  const digests =
    parsed.digests === undefined
      ? []
      : parseDigests(
          parsed.digests === "-" ? standardInput() : readDigests(parsed.digests),
          parsed.digests === "-" ? "The standard input" : parsed.digests,
          catalogue,
        );
  const requests = joinRequests(
    digests,
    parsed.images.map((image) => parseRequest(image, catalogue)),
  );
  const tag = parsed.tag === undefined ? undefined : parseTag(parsed.tag);
  const { settings, text } = readStack(stack, projectFolder, catalogue);
  const from =
    parsed.from === undefined
      ? undefined
      : { stack: parsed.from, settings: readStack(parsed.from, projectFolder, catalogue).settings };
  const plan = planPromotion(settings, { from, tag, requests }, catalogue);
  if ("problems" in plan) throw refusal(`Stack ${stack} is not promoted; nothing was written`, plan.problems);
  const file = stackPath(stack, projectFolder);
  const after = change(text, plan, file);
  const next = check(stack, readStackText(stack, after), catalogue);
  const written = !parsed.dryRun && after !== text;
  if (written) replaceFile(file, text, after);
  return {
    ...plan,
    stack,
    file: basename(file),
    before: text,
    after,
    written,
    unneeded: unneededExemptions(next, catalogue),
  };
}

function readDigests(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    throw new RequestError(
      `${file} cannot be read (${code}). Name a file with a JSON object, or - for the standard input.`,
    );
  }
}

function readStack(stack: string, projectFolder: string, catalogue: Catalogue) {
  const read = readStackFile(stack, projectFolder);
  const settings = check(stack, read, catalogue);
  return { settings, text: "text" in read ? read.text : "" };
}

/** The settings in what was read of a stack. @throws Refusal with every problem. */
function check(stack: string, read: ReturnType<typeof readStackText>, catalogue: Catalogue): Settings {
  const headline = `Stack ${stack} cannot be promoted; nothing was written`;
  if ("problems" in read) throw refusal(headline, read.problems);
  const { settings, problems: found } = readSettings(read.config);
  const problems = [...found, ...findProblems(settings, catalogue)];
  if (problems.length > 0) throw refusal(headline, problems);
  // Without problems every key was read.
  return settings as Settings;
}

function change(text: string, { assignments }: Plan, file: string): string {
  try {
    return edit(text, assignments);
  } catch (error) {
    if (!(error instanceof EditError)) throw error;
    throw new Refusal(`${basename(file)} was not changed: ${error.message}`);
  }
}

function refusal(headline: string, problems: readonly Problem[]): Refusal {
  return new Refusal(renderProblems(headline, problems));
}
