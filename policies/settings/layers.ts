import { z } from "zod";
import { declaredPolicies } from "../../model/connectivity/platform-network";
import { bucketName } from "../../model/aws";
import { isWhole, layers, type StackLayers } from "../../model/layers";
import { type RuleSettings } from "../../model/rule-settings";
import { stackOutputsSchema } from "../../model/stack-outputs";
import { type Declared } from "../../stacks/altlas/declared";
import { namespaces } from "../../stacks/altlas/namespaces";
import { type Resource } from "../sources/resource";

/** What rules read of a stack's `altlas:layers` and `altlas:cluster`. */
const stackLayers = z.object({ registers: z.array(z.enum(layers)), beneath: z.string().optional() });
const cluster = z.object({ mode: z.string(), name: z.string().optional(), account: z.string().optional() });

/** What is known of the rest of an environment of which a stack is only a part. */
export interface Part {
  /**
   * What another stack of the environment registers by this same program, as far as rules on this one look at it; it is
   * judged there. Of a stack without the platform's layer: the policies that its namespaces have before any edge, and
   * those of edges between components.
   */
  readonly beneath: readonly Resource[];
}

/**
 * The part that a stack is; nothing of a whole environment, or where `altlas:layers` cannot be read.
 *
 * @param declared What the environment declares about who may talk to whom, where that can be read.
 */
export function partOfEnvironment(own: unknown, declared?: Declared): Part | undefined {
  const part = readLayers(own);
  if (!part || isWhole(part)) return undefined;
  return {
    beneath: part.registers.includes("services") && !part.registers.includes("platform") ? closing(declared) : [],
  };
}

/** What a stack's layers say to rules; nothing where they cannot be read. */
export function layerSettings(own: unknown, where: unknown): RuleSettings {
  const part = readLayers(own);
  const place = cluster.safeParse(where);
  if (!part || !place.success) return {};
  const { mode, name, account } = place.data;
  // The stack beneath makes the bucket and its encryption, by this same program; it is judged there.
  const isBeneath = !part.registers.includes("cluster") && name !== undefined && account !== undefined;
  return {
    "ALT-OPS-006": { schema: z.toJSONSchema(stackOutputsSchema(part, mode === "eks")) },
    ...(isBeneath && { "ALT-DB-008": { encryptedBuckets: [bucketName({ name, account }, "backups")] } }),
  };
}

function readLayers(own: unknown): StackLayers | undefined {
  const parsed = stackLayers.safeParse(own);
  if (!parsed.success) return undefined;
  const { registers, beneath } = parsed.data;
  return { registers, ...(beneath === undefined ? {} : { beneath }) };
}

/** The policies that close every namespace of the platform, and open what its components need of each other. */
function closing(declared: Declared | undefined): Resource[] {
  const { edges = [], endpoints = [] } = declared ?? {};
  const isService = (name: string) => endpoints.some((each) => each.name === name && each.kind === "service");
  const between = edges.filter(({ from, to }) => !isService(from) && !isService(to));
  return declaredPolicies({ edges: between, endpoints, namespaces }).map(({ name, namespace, spec }) => ({
    type: "",
    name: `${namespace}/${name}`,
    inputs: { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name, namespace }, spec },
  }));
}
