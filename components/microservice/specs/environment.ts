import type * as types from "@pulumi/kubernetes/types";
import { contentChecksum } from "../../../model/checksum";
import { mergeNodeOptions, runtimeSettings } from "../../../model/runtime";
import { type Plain } from "../../shared/plain";
import { type MicroserviceArgs } from "../args";

/** Where the variables of a service stand. */
export interface ResolvedEnvironment {
  /** Content of the ConfigMap; empty means that there is none. */
  readonly configuration: Readonly<Record<string, string>>;
  /** Variables that stand in the container itself: derived from the limits that stand beside them. */
  readonly derived: Readonly<Record<string, string>>;
}

/** Name of the ConfigMap with the plain environment. */
export function configMapName(name: string): string {
  return `${name}-environment`;
}

/**
 * Brings what was given and what is derived from the limits together: what was given wins, except that Node's flags are
 * added to one another.
 */
export function resolveEnvironment({ environment, runtime, resources }: MicroserviceArgs): ResolvedEnvironment {
  const configuration: Record<string, string> = { ...environment.plain };
  const derived: Record<string, string> = {};
  for (const [variable, value] of Object.entries(runtimeSettings(runtime, resources.limits))) {
    const given = configuration[variable];
    if (given === undefined) derived[variable] = value;
    else if (variable === "NODE_OPTIONS") configuration[variable] = mergeNodeOptions(given, value);
  }
  return { configuration, derived };
}

/** Variables of the container besides those of the ConfigMap, in the order of their names. */
export function containerEnvironment(args: MicroserviceArgs): Plain<types.input.core.v1.EnvVar>[] {
  const derived = Object.entries(resolveEnvironment(args).derived).map(([name, value]) => ({ name, value }));
  const secrets = Object.entries(args.environment.secrets).map(([name, { secretName, key }]) => ({
    name,
    // Not optional: without it the process would start with a default of its own, and some defaults are public.
    valueFrom: { secretKeyRef: { name: secretName, key } },
  }));
  return [...derived, ...secrets].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Annotations whose change makes new pods, since a process reads its environment only once. */
export function environmentChecksums(args: MicroserviceArgs): Record<string, string> {
  const { configuration } = resolveEnvironment(args);
  const read = new Set(Object.values(args.environment.secrets).map(({ key }) => key));
  const generations = Object.entries(args.secretGenerations ?? {}).filter(([key]) => read.has(key));
  return {
    ...(hasEntries(configuration) ? { "checksum/environment": contentChecksum(configuration) } : {}),
    ...(generations.length > 0
      ? { "checksum/secret-generations": contentChecksum(Object.fromEntries(generations)) }
      : {}),
  };
}

/** Whether an object holds anything. */
export function hasEntries(object: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(object).length > 0;
}
