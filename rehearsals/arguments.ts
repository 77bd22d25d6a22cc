import { closest } from "fastest-levenshtein";
import { type PodSizes, podSizes } from "./cases";
import { UsageError } from "../sandbox/engine/arguments";

/** What a rehearsal shows. */
export const rehearsals = ["scheduling", "drain", "zone"] as const;
export type RehearsalName = (typeof rehearsals)[number];

/** What the command was asked for. */
export interface RehearseCommand {
  readonly stack: string;
  readonly only: readonly RehearsalName[];
  /** Generated cases in place of a stack. */
  readonly generated?: number;
  /** Sizes of generated pods. */
  readonly sizes: PodSizes;
  readonly seed: number;
  readonly runs: number;
  /** The plan's own numbers and pools in place of the stack's. */
  readonly plan: boolean;
  readonly help: boolean;
}

const options = ["--only", "--generated", "--pods", "--seed", "--runs", "--plan", "--help"];

/** @throws UsageError */
export function parseArguments(given: readonly string[]): RehearseCommand {
  const command = {
    stack: "beta",
    only: rehearsals as readonly RehearsalName[],
    sizes: "usual" as PodSizes,
    seed: 1,
    runs: 3,
    plan: false,
    help: false,
  };
  const names: string[] = [];
  let generated: number | undefined;
  for (let index = 0; index < given.length; index += 1) {
    const [option = "", inline] = (given[index] ?? "").split(/=(.*)/s);
    const value = () => inline ?? given[(index += 1)] ?? "";
    if (option === "--only")
      command.only = value()
        .split(",")
        .map((text) => oneOf(rehearsals, "rehearsal", text));
    else if (option === "--generated") generated = whole(option, value(), 1000);
    else if (option === "--pods") command.sizes = oneOf(podSizes, "size of pods", value());
    else if (option === "--seed") command.seed = whole(option, value(), 1_000_000);
    else if (option === "--runs") command.runs = whole(option, value(), 20);
    else if (option === "--plan") command.plan = true;
    else if (option === "--help" || option === "-h") command.help = true;
    else if (option.startsWith("-")) {
      throw new UsageError(`There is no option ${option}. Did you mean ${closest(option, options)}?`);
    } else names.push(option);
  }
  if (names.length > 1) throw new UsageError(`One stack at a time: ${names.join(", ")}.`);
  return { ...command, stack: names[0] ?? command.stack, ...(generated === undefined ? {} : { generated }) };
}

function oneOf<Name extends string>(names: readonly Name[], what: string, text: string): Name {
  const found = names.find((name) => name === text);
  if (!found) throw new UsageError(`There is no ${what} "${text}". Known: ${names.join(", ")}.`);
  return found;
}

function whole(option: string, text: string, most: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > most) {
    throw new UsageError(`${option} takes a whole number from 1 to ${most}, and not "${text}".`);
  }
  return number;
}
