import { closest } from "fastest-levenshtein";
import { type Problem } from "../../problem";
import { booleanOf, numberOf, unitsOf } from "./amounts";
import { type Overrides } from "./compute";
import { ownerOf } from "./owned";
import { firstMajor, type Parameter, parameterNames, parameterOf } from "./parameters";

/** Key under which a stack overrides a parameter. */
export function overrideKey(name: string): string {
  return `altlas:database.settings.${name}`;
}

/** What is wrong with each override by itself: names that nobody knows or that are not the stack's, values that do not read. */
export function overrideProblems(overrides: Overrides, major: number): Problem[] {
  return Object.entries(overrides).flatMap(([name, value]): Problem[] => {
    const at = { setting: overrideKey(name), value };
    const owner = ownerOf(name);
    if (owner) return [{ ...at, why: owner.why, remedy: owner.remedy }];
    const parameter = parameterOf(name, major);
    if (!parameter) return [{ ...at, ...unknown(name, major) }];
    const wrong = valueProblem(parameter, value);
    return wrong ? [{ ...at, ...wrong }] : [];
  });
}

function unknown(name: string, major: number): Pick<Problem, "why" | "remedy"> {
  const first = firstMajor(name);
  if (first !== undefined) {
    return {
      why: `PostgreSQL ${major} does not know it and would not start; ${first} was the first to.`,
      remedy: `Leave it out until the server is a ${first}.`,
    };
  }
  const near = closest(name, parameterNames(major));
  return {
    why: `PostgreSQL ${major} has no parameter of that name that may be set in service; with one that it does not know it would not start.`,
    remedy: `Did you mean ${near}? https://www.postgresql.org/docs/${major}/runtime-config.html lists them all.`,
  };
}

function valueProblem(parameter: Parameter, value: string): Pick<Problem, "why" | "remedy"> | undefined {
  const { name, type, values, minimum = -Infinity, maximum = Infinity, unit } = parameter;
  if (type === "string") return undefined;
  if (type === "bool") {
    return booleanOf(value) === undefined
      ? { why: `${name} is a yes or no.`, remedy: "Set it to on or off." }
      : undefined;
  }
  if (type === "enum") {
    // Some take a yes or no besides; what they list is written out.
    if (values.some((one) => one.toLowerCase() === value.toLowerCase())) return undefined;
    return { why: `${name} is one of a list.`, remedy: `Set it to one of ${values.join(", ")}.` };
  }
  const amount = numberOf(value, parameter);
  const units = unitsOf(parameter);
  if (amount === undefined) {
    const why =
      unit === undefined
        ? `${name} is a number without a unit.`
        : `${name} is a number with one of the units ${units.join(", ")} (capitals count), or without one in ${unit}.`;
    const example = unit === undefined ? parameter.default : `${parameter.default}${unit === "8kB" ? "" : unit}`;
    return { why, remedy: `Write it as the server does; its default is ${example}.` };
  }
  if (amount >= minimum && amount <= maximum) return undefined;
  const inUnit = unit === undefined ? "" : ` (in ${unit === "8kB" ? "blocks of 8kB" : unit})`;
  return {
    why: `The server takes ${minimum} to ${maximum}${inUnit}; this comes to ${amount}.`,
    remedy: `Set it to ${minimum} or more, and ${maximum} or less.`,
  };
}
