import { closest } from "fastest-levenshtein";
import { z } from "zod";
import { type Allocatable, allocatable, instanceTypes } from "../../model/aws/instance-types";
import { bytes, isBytes, isCpu, millicores } from "../../model/quantity";

/** Kubernetes supports 5,000 nodes in a cluster; 150,000 pods on them. */
const nodes = z.int().min(0).max(5000);

const taint = z.strictObject({
  key: z.string().min(1),
  value: z.string(),
  effect: z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"]),
});

/** One entry of `altlas:nodePools`. */
export const nodePool = z
  .strictObject({
    name: z
      .string()
      .regex(
        /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
        "must be lower-case letters, digits and dashes, at most 63 characters",
      )
      .describe("value of the label altlas.io/pool on its nodes"),
    instanceType: z.string().optional().describe("machine type, where the cloud makes the nodes"),
    allocatable: z
      .strictObject({
        cpu: z.string().refine(isCpu, "must be a CPU amount such as 500m or 2"),
        memory: z.string().refine(isBytes, "must be an amount such as 512Mi or 16Gi"),
        pods: z.int().min(1).max(737),
      })
      .optional()
      .describe(
        "what pods may ask for on one node, after the system's reservation; computed where instanceType is known",
      ),
    minimum: nodes.describe("nodes that are always there"),
    maximum: nodes.min(1).describe("nodes that the autoscaler may reach"),
    taints: z.array(taint).default([]),
    zonal: z
      .boolean()
      .default(false)
      .describe("one node group for each zone, for pods whose volumes are bound to a zone"),
  })
  .refine((pool) => pool.minimum <= pool.maximum, {
    path: ["minimum"],
    message: "is larger than maximum; the autoscaler could never satisfy both",
  })
  .superRefine((pool, context) => {
    const message = allocatableProblem(pool);
    if (message !== undefined) context.addIssue({ code: "custom", ...message });
  });

type Sized = Pick<z.infer<typeof nodePool>, "instanceType" | "allocatable">;

/** What pods may ask for on one node of the pool: as the stack says, or as EKS leaves it of the machine. */
export function poolAllocatable(pool: Sized): Allocatable {
  const type = pool.instanceType === undefined ? undefined : instanceTypes.get(pool.instanceType);
  const known = pool.allocatable ?? (type && allocatable(type));
  if (!known) throw new Error("refused by the settings' schema");
  return known;
}

function allocatableProblem({ instanceType, allocatable: given }: Sized) {
  const type = instanceType === undefined ? undefined : instanceTypes.get(instanceType);
  if (given === undefined) {
    if (type) return undefined;
    if (instanceType === undefined) {
      return {
        path: ["allocatable"],
        message: "is missing, and no instanceType says what a node has; give one of them",
      };
    }
    const nearest = closest(instanceType, [...instanceTypes.keys()]);
    return {
      path: ["instanceType"],
      message: `is not in the table of machines, so that nobody knows what a node has; did you mean ${nearest}? Otherwise give allocatable as well`,
    };
  }
  if (!type) return undefined;
  const computed = allocatable(type);
  const agrees =
    millicores(given.cpu) === millicores(computed.cpu) &&
    bytes(given.memory) === bytes(computed.memory) &&
    given.pods === computed.pods;
  if (agrees) return undefined;
  return {
    path: ["allocatable"],
    message: `differs from what EKS leaves of ${type.name}: ${computed.cpu} CPU, ${computed.memory} and ${computed.pods} pods; leave it out`,
  };
}
