import { type ParseArgsConfig, parseArgs } from "node:util";
import { distance } from "fastest-levenshtein";
import { type Severity, severities } from "../../model/rule-settings";
import { type Rule } from "../rule";
import { CannotRun } from "./cannot-run";

/** Forms of the report besides text. */
export const formats = ["json", "sarif", "junit", "markdown"] as const;
export type Format = (typeof formats)[number];

/** What the command is asked to do. */
export interface Request {
  /** Stack, file or folder; of `explain` the rule. `-` is standard input. */
  readonly target: string;
  readonly format: Format | "text";
  /** File for the report; text then still goes to the terminal. */
  readonly output?: string;
  /** Whose environment, exemptions and rule settings hold. */
  readonly stack?: string;
  readonly environment?: string;
  readonly only?: readonly Rule[];
  readonly level?: Severity;
}

export type Command = { readonly name: "help" } | { readonly name: "explain" | "judge"; readonly request: Request };

const known = {
  stack: { type: "string", short: "s" },
  environment: { type: "string", short: "e" },
  only: { type: "string", multiple: true },
  level: { type: "string" },
  output: { type: "string", short: "o" },
  json: { type: "boolean" },
  sarif: { type: "boolean" },
  junit: { type: "boolean" },
  markdown: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const satisfies ParseArgsConfig["options"];

/** What stacks are for (`stacks/settings/schema.ts`, which the rules may not read). */
const environments = ["dev", "beta", "prod"] as const;

/** Letters that may differ between what was typed and what is offered instead: half of a short word. */
const mostSlips = 4;

/**
 * Reads the command line.
 *
 * @throws CannotRun with a sentence for each way in which it can be wrong.
 */
export function readCommand(args: readonly string[], rules: readonly Rule[]): Command {
  const unknown = unknownOption(args, known);
  if (unknown !== undefined) throw new CannotRun(unknown);
  const { values, positionals } = parse(args);
  if (values.help === true) return { name: "help" };
  const explains = positionals[0] === "explain";
  const [target, ...more] = explains ? positionals.slice(1) : positionals;
  if (target === undefined || target === "") {
    throw new CannotRun(
      explains
        ? "Which rule? Write its id: npm run policy -- explain ALT-K8S-001. docs/rules/README.md lists all rules."
        : "What shall be judged? Name a stack, a state export, or a file or folder of YAML: npm run policy -- dev. --help tells more.",
    );
  }
  if (more.length > 0) {
    throw new CannotRun(`One target at a time: ${target} and ${more.join(", ")} were given. Run the command for each.`);
  }
  const chosen = formats.filter((format) => values[format] === true);
  if (chosen.length > 1) {
    const names = chosen.map((format) => `--${format}`).join(" and ");
    throw new CannotRun(`One form at a time: ${names} were given. Run the command for each.`);
  }
  const level = values.level === undefined ? undefined : readChoice("level", values.level, severities);
  const environment =
    values.environment === undefined ? undefined : readChoice("environment", values.environment, environments);
  const only = values.only === undefined ? undefined : readRules(values.only, rules);
  const request: Request = {
    target,
    format: chosen[0] ?? "text",
    ...(values.output !== undefined && { output: values.output }),
    ...(values.stack !== undefined && { stack: values.stack }),
    ...(environment && { environment }),
    ...(only && { only }),
    ...(level && { level }),
  };
  return { name: explains ? "explain" : "judge", request };
}

/** The rule of that id or slug. @throws CannotRun with the nearest one. */
export function findRule(name: string, rules: readonly Rule[]): Rule {
  const wanted = name.trim();
  const upper = wanted.toUpperCase();
  const id = upper.startsWith("ALT-") ? upper : `ALT-${upper}`;
  const found = rules.find((rule) => rule.id === id || rule.slug === wanted);
  if (found) return found;
  const ids = rules.map((rule) => rule.id);
  const slugs = rules.map(({ slug }) => slug);
  const near = nearest(id, ids) ?? nearest(wanted, slugs);
  const instead = near === undefined ? "" : ` Did you mean ${near}?`;
  throw new CannotRun(`There is no rule ${wanted}.${instead} docs/rules/README.md lists all rules.`);
}

/** What was most likely meant; nothing when nothing is like it. */
export function nearest(word: string, choices: readonly string[]): string | undefined {
  const most = Math.min(mostSlips, Math.ceil(word.length / 2));
  let best: string | undefined;
  let least = most + 1;
  for (const choice of choices) {
    const differing = distance(word, choice);
    if (differing < least) [best, least] = [choice, differing];
  }
  return best;
}

function readRules(given: readonly string[], rules: readonly Rule[]): Rule[] {
  const names = given.flatMap((text) => text.split(",")).map((name) => name.trim());
  const wanted = new Set(names.filter((name) => name !== "").map((name) => findRule(name, rules)));
  if (wanted.size === 0) throw new CannotRun("--only needs the id of a rule, or several with commas between.");
  return rules.filter((rule) => wanted.has(rule));
}

function readChoice<T extends string>(option: string, given: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === given.toLowerCase());
  if (found) return found;
  const near = nearest(given.toLowerCase(), choices);
  const instead = near === undefined ? "" : ` Did you mean ${near}?`;
  throw new CannotRun(`--${option} takes one of ${choices.join(", ")}, not "${given}".${instead}`);
}

/** The first option of the command line that is not among those that are known, in a sentence with the nearest one. */
export function unknownOption(
  args: readonly string[],
  options: NonNullable<ParseArgsConfig["options"]>,
): string | undefined {
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind !== "option" || Object.hasOwn(options, token.name)) continue;
    const near = nearest(token.name, Object.keys(options));
    const instead =
      near === undefined || token.name.length < 2 ? "--help lists all options." : `Did you mean --${near}?`;
    return `There is no option ${token.rawName}. ${instead}`;
  }
  return undefined;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: known, allowPositionals: true });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new CannotRun(`${message.split("\n")[0] ?? message} --help shows how to write it.`);
  }
}
