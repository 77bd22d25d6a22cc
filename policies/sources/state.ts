import { z } from "zod";
import { type Resource } from "./resource";
import { decodeProperties } from "./wire";

const properties = z.record(z.string(), z.unknown());
const stateSchema = z.looseObject({
  deployment: z.looseObject({
    resources: z
      .array(
        z.looseObject({
          urn: z.string(),
          type: z.string(),
          inputs: properties.optional(),
          outputs: properties.optional(),
          protect: z.boolean().optional(),
          parent: z.string().optional(),
          custom: z.boolean().optional(),
          aliases: z.array(z.string()).nullish(),
          dependencies: z.array(z.string()).nullish(),
          propertyDependencies: z.record(z.string(), z.array(z.string()).nullable()).nullish(),
          provider: z.string().optional(),
          deletedWith: z.string().optional(),
          retainOnDelete: z.boolean().optional(),
          delete: z.boolean().optional(),
          ignoreChanges: z.array(z.string()).optional(),
        }),
      )
      .nullish(),
  }),
});

/** A document is no state export. */
export class StateError extends Error {}

/**
 * The resources of a state export (`pulumi stack export`, with or without `--show-secrets`).
 *
 * @throws StateError with one sentence when the text is not such an export.
 */
export function fromStateExport(exported: unknown): Resource[] {
  const parsed = stateSchema.safeParse(exported);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.join(".") ?? "";
    throw new StateError(
      `This is no state export: ${where === "" ? "the document" : where}: ${issue?.message ?? "unreadable"}. ` +
        "Make one with: pulumi stack export --file state.json",
    );
  }
  // What waits for its deletion has been replaced already; its successor is in the list.
  const alive = (parsed.data.deployment.resources ?? []).filter((resource) => resource.delete !== true);
  return alive.map((resource, position) => {
    const inputs = decodeProperties(resource.inputs);
    const outputs = decodeProperties(resource.outputs);
    return {
      type: resource.type,
      name: logicalName(resource.urn),
      urn: resource.urn,
      inputs: inputs.properties,
      outputs: outputs.properties,
      secrets: { inputs: inputs.secrets, outputs: outputs.secrets },
      options: {
        protect: resource.protect ?? false,
        ignoreChanges: resource.ignoreChanges ?? [],
        ...(resource.parent !== undefined && { parent: resource.parent }),
        ...(resource.aliases && { aliases: resource.aliases }),
        ...(resource.retainOnDelete === true && { retainOnDelete: true }),
      },
      edges: {
        custom: resource.custom ?? false,
        dependencies: resource.dependencies ?? [],
        propertyDependencies: Object.fromEntries(
          Object.entries(resource.propertyDependencies ?? {}).map(([property, urns]) => [property, urns ?? []]),
        ),
        ...(resource.provider !== undefined && { provider: providerUrn(resource.provider) }),
        ...(resource.deletedWith !== undefined && { deletedWith: resource.deletedWith }),
        position,
      },
    };
  });
}

/** A state names a provider by its URN and its id. */
function providerUrn(reference: string): string {
  return reference.split("::").slice(0, -1).join("::");
}

/** Operations of a state export that were cut off: nobody knows whether they ended. */
export function pendingOperations(exported: unknown): number {
  const parsed = z
    .looseObject({ deployment: z.looseObject({ pending_operations: z.array(z.unknown()).nullish() }) })
    .safeParse(exported);
  return parsed.success ? (parsed.data.deployment.pending_operations ?? []).length : 0;
}

/** The last part of a URN: `urn:pulumi:stack::project::type::name`. */
export function logicalName(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
