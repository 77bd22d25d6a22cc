import { type RegisteredNode, unknownInput } from "../../model/order/graph";
import { UNKNOWN } from "../../policies/field";
import { type Resource } from "../../policies/sources/resource";

/** Nodes of a graph as the pack sees them at the end of a run. */
export function asResources(world: Readonly<Record<string, RegisteredNode>>): Resource[] {
  return Object.values(world).map(({ urn, type, name, custom, inputs, dependencies, parent, provider, ...rest }) => ({
    type,
    name,
    urn,
    inputs: opened(inputs) as Record<string, unknown>,
    options: { protect: false, ignoreChanges: [], ...(parent !== undefined && { parent }) },
    edges: {
      custom,
      dependencies,
      ...(rest.propertyDependencies && { propertyDependencies: rest.propertyDependencies }),
      ...(provider !== undefined && { provider }),
    },
  }));
}

function opened(value: unknown): unknown {
  if (value === unknownInput) return UNKNOWN;
  if (Array.isArray(value)) return value.map(opened);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, opened(each)]));
}

/** A change of a recorded program: no resource whose name matches stands on anything of that type any more. */
export const untied =
  (who: RegExp, from: RegExp) =>
  (resources: Resource[]): void => {
    const lost = new Set(
      resources.flatMap(({ type, name, urn }) => (from.test(`${type} ${name}`) && urn !== undefined ? [urn] : [])),
    );
    let changed = 0;
    resources.forEach((resource, index) => {
      const { edges } = resource;
      if (!edges || !who.test(`${resource.type} ${resource.name}`)) return;
      const left = edges.dependencies.filter((urn) => !lost.has(urn));
      changed += edges.dependencies.length - left.length;
      const properties = Object.entries(edges.propertyDependencies ?? {});
      resources[index] = {
        ...resource,
        edges: {
          ...edges,
          dependencies: left,
          propertyDependencies: Object.fromEntries(
            properties.map(([property, urns]) => [property, urns.filter((urn) => !lost.has(urn))]),
          ),
        },
      };
    });
    if (changed === 0) throw new Error(`nothing that is ${String(who)} stands on ${String(from)}`);
  };
