import { joinPath, UNKNOWN } from "../../policies/field";
import { type Resource } from "../../policies/sources/resource";
import { recordStack, type StackVariation } from "../support/program";
import { type PropertyValue, unknownValue } from "../../registrations/property-values";
import { type Recording, type Registration } from "../../registrations/record";

/** Everything that our own program registers for a stack, as the pack would see it. */
export async function recordedResources(stack: string, variation: StackVariation = {}): Promise<Resource[]> {
  return toResources(await recordStack(stack, variation), "altlas", stack);
}

/** Everything in a recording of a project's stack, the stack and its outputs included. */
export function toResources({ registrations, outputs }: Recording, project: string, stack: string): Resource[] {
  const program = decode(outputs);
  const name = `${project}-${stack}`;
  return [
    ...registrations.map(toResource),
    {
      type: "pulumi:pulumi:Stack",
      name,
      urn: `urn:pulumi:${stack}::${project}::pulumi:pulumi:Stack::${name}`,
      inputs: {},
      outputs: program.properties,
      secrets: { inputs: new Set(), outputs: program.secrets },
    },
  ];
}

function toResource({ key, type, name, custom, parent, inputs, options }: Registration): Resource {
  const { properties, secrets } = decode(inputs);
  return {
    type,
    name,
    urn: key,
    inputs: properties,
    secrets: { inputs: secrets, outputs: new Set() },
    options: {
      protect: options.protect ?? false,
      ignoreChanges: options.ignoreChanges ?? [],
      ...(parent !== undefined && { parent }),
    },
    edges: {
      custom,
      dependencies: options.dependsOn ?? [],
      ...(options.propertyDependencies && { propertyDependencies: options.propertyDependencies }),
      ...(options.provider !== undefined && { provider: options.provider }),
    },
  };
}

/** Reads a recording's marks of secret and unknown values. */
function decode(value: Readonly<Record<string, PropertyValue>>): {
  properties: Record<string, unknown>;
  secrets: Set<string>;
} {
  const secrets = new Set<string>();
  const read = (each: PropertyValue, path: string): unknown => {
    if (each === unknownValue) return UNKNOWN;
    if (typeof each !== "object" || each === null) return each;
    if (Array.isArray(each)) return each.map((item: PropertyValue, index) => read(item, joinPath(path, index)));
    const object = each as Readonly<Record<string, PropertyValue>>;
    if (object.$secret !== undefined) {
      secrets.add(path);
      return read(object.$secret, path);
    }
    return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, read(item, joinPath(path, key))]));
  };
  const properties = Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, read(item, joinPath("", key))]),
  );
  return { properties, secrets };
}
