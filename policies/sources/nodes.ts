import { type RegisteredNode, unknownInput } from "../../model/order/graph";
import { Unknown } from "../field";
import { type Resource } from "./resource";

/** Resources as nodes of the graph of what stands on what; those of a source that knows no edges are left out. */
export function orderNodes(resources: readonly Resource[]): RegisteredNode[] {
  return resources.flatMap(({ urn, type, name, inputs, options, edges }) =>
    urn === undefined || edges === undefined
      ? []
      : [
          {
            urn,
            type,
            name,
            inputs: plain(inputs) as Record<string, unknown>,
            parent: options?.parent,
            protect: options?.protect,
            retainOnDelete: options?.retainOnDelete,
            ...edges,
          },
        ],
  );
}

function plain(value: unknown): unknown {
  if (value instanceof Unknown) return unknownInput;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
}
