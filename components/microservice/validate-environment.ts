import { type Problem } from "../../model/problem";
import { isBytes, isCpu } from "../../model/quantity";
import { runtimeSettings } from "../../model/runtime";
import { type MicroserviceArgs } from "./args";

/** Names that every shell and language can read. */
const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;
const secretObjectName = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;
const secretKeyName = /^[A-Za-z0-9._-]{1,253}$/;

/** What is wrong with the environment and its secrets. */
export function environmentProblems(args: MicroserviceArgs): Problem[] {
  const { plain, secrets } = args.environment;
  const derived = derivedVariables(args);
  return [
    ...Object.entries(plain).flatMap(([name, value]) => [
      ...nameProblems("environment.plain", name),
      ...plainValueProblems(name, value),
    ]),
    ...Object.entries(secrets).flatMap(([name, { secretName, key }]) => [
      ...nameProblems("environment.secrets", name),
      ...(secretObjectName.test(secretName) && secretKeyName.test(key)
        ? []
        : [
            {
              setting: `environment.secrets.${name}`,
              value: { secretName, key },
              why: "It does not name a Secret object and a key in it; the pods would wait for it for ever.",
              remedy: "Give the Secret's metadata.name as secretName, and one of the keys of its data as key.",
            },
          ]),
      ...collisionProblems(name, plain, derived),
    ]),
    ...generationProblems(args),
  ];
}

function nameProblems(setting: string, name: string): Problem[] {
  if (variableName.test(name)) return [];
  return [
    {
      setting: `${setting}["${name}"]`,
      value: name,
      why: "An environment variable's name has letters, digits and underscores and does not begin with a digit.",
      remedy: "Rename it.",
    },
  ];
}

function plainValueProblems(name: string, value: unknown): Problem[] {
  if (typeof value === "string") return [];
  return [
    {
      setting: `environment.plain.${name}`,
      // Not the value itself: what is no string may be a Pulumi secret that somebody put in the wrong place.
      value: `(${typeof value})`,
      why: "A ConfigMap holds texts that are known when the program runs.",
      remedy: "Write it as a string; put what is secret or only known later into a Secret and refer to that.",
    },
  ];
}

function collisionProblems(
  name: string,
  plain: Readonly<Record<string, string>>,
  derived: ReadonlySet<string>,
): Problem[] {
  const other = name in plain ? "environment.plain" : derived.has(name) ? "the settings derived from the limits" : "";
  if (other === "") return [];
  return [
    {
      setting: `environment.secrets.${name}`,
      value: name,
      why: `The same variable also stands in ${other}; which of the two the process sees would be an accident.`,
      remedy: "Keep one of the two.",
    },
  ];
}

function derivedVariables({ runtime, resources: { limits } }: MicroserviceArgs): Set<string> {
  // Unreadable limits are told elsewhere; nothing can be derived from them.
  if (!isCpu(limits.cpu) || !isBytes(limits.memory)) return new Set();
  return new Set(Object.keys(runtimeSettings(runtime, limits)));
}

function generationProblems({ secretGenerations = {} }: MicroserviceArgs): Problem[] {
  return Object.entries(secretGenerations).flatMap(([key, generation]): Problem[] =>
    Number.isInteger(generation) && generation >= 0
      ? []
      : [
          {
            setting: `secretGenerations["${key}"]`,
            value: generation,
            why: "A generation counts how often a secret was made anew.",
            remedy: "Use 0, and one more for each rotation.",
          },
        ],
  );
}
