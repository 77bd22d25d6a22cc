import type * as types from "@pulumi/kubernetes/types";
import { type Plain } from "./plain";

/** Plain values as variables of a container, in their order. */
export function variables(values: Readonly<Record<string, string>>): Plain<types.input.core.v1.EnvVar>[] {
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}
