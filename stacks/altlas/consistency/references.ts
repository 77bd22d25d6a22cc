import { closest } from "fastest-levenshtein";
import { type Edge } from "../../../model/endpoint";
import { type Problem } from "../../../model/problem";
import { type Contract, type ContractName, type Service } from "../../../model/service";

/** The two contracts that each service has. */
export const contractNames: readonly ContractName[] = ["current", "target"];

/** Something that is defined and that nobody refers to. */
export function unused(setting: string, name: string, why: string): Problem {
  return { setting, value: name, why, remedy: "Remove it, or name it where it is meant to be used." };
}

/** Names of the secrets that a contract refers to. */
export function secretsOf(contract: Contract): string[] {
  const read = contract.environment.flatMap((variable) => (variable.kind === "secret" ? [variable.secret] : []));
  return contract.metrics?.keySecret === undefined ? read : [...read, contract.metrics.keySecret];
}

/** The edges that a service may use under one of its contracts. */
export function edgesFrom(service: Pick<Service, "name">, contract: ContractName, edges: readonly Edge[]): Edge[] {
  return edges.filter(
    ({ from, status, follows }) =>
      from === service.name && (status === "exists" || (contract === "target" && follows !== "callee")),
  );
}

/** A reference to something that is not there, with the nearest name that is. */
export function unknownReference(setting: string, value: string, kind: string, known: readonly string[]): Problem {
  return {
    setting,
    value,
    why: `There is no ${kind} of that name.`,
    remedy: known.length === 0 ? "Remove the reference." : `Did you mean ${closest(value, [...known])}?`,
  };
}
