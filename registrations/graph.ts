import { type RegisteredNode } from "../model/order/graph";
import { type Registration } from "./registration";

/** Registrations as the nodes of a graph; keys are names enough, because edges are keys too. */
export function nodesOf(registrations: readonly Registration[]): RegisteredNode[] {
  return registrations.map(({ key, type, name, custom, parent, inputs, options }) => ({
    urn: key,
    type,
    name,
    custom,
    inputs,
    parent,
    provider: options.provider,
    dependencies: options.dependsOn ?? [],
    propertyDependencies: options.propertyDependencies,
    deletedWith: options.deletedWith,
    protect: options.protect ?? false,
    retainOnDelete: options.retainOnDelete ?? false,
  }));
}
