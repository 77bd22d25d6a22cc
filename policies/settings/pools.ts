import { z } from "zod";
import { poolLabel } from "../../model/node-pool";
import { type RuleSettings } from "../../model/rule-settings";
import { type Pool } from "../checks/node-pools";
import { roomRuleSettings } from "./room";

/** What rules read of a stack's `altlas:nodePools` and `altlas:cluster`. */
const nodePools = z.array(
  z.object({
    name: z.string(),
    minimum: z.int(),
    maximum: z.int(),
    taints: z.array(z.object({ key: z.string(), value: z.string(), effect: z.string() })).default([]),
    instanceType: z.string().optional(),
    allocatable: z.object({ cpu: z.string(), memory: z.string(), pods: z.int() }).optional(),
    zonal: z.boolean().default(false),
  }),
);
const cluster = z.object({ zones: z.array(z.string()).min(1) });

/** The stack's own node pools, for the rules on where pods go. */
export function poolSettings(read: (key: string) => unknown): RuleSettings {
  const parsed = nodePools.safeParse(read("nodePools"));
  if (!parsed.success) return {};
  const zones = cluster.safeParse(read("cluster"));
  const table = parsed.data.map(({ name, taints, minimum, maximum }): Pool => ({
    name,
    labels: {
      [poolLabel]: [name],
      // Nodes of every pool are in every zone of the cluster.
      ...(zones.success && { "topology.kubernetes.io/zone": zones.data.zones }),
    },
    taints,
    minimum,
    maximum,
  }));
  return {
    // Capacity, quotas and cost are reckoned by pool, so each workload must say which one it takes from.
    "ALT-SCALE-010": { pools: table, required: true },
    "ALT-SCALE-011": { pools: table },
    ...roomRuleSettings(
      read,
      table.map((pool, index) => {
        const { zonal = false, instanceType, allocatable } = parsed.data[index] ?? {};
        return {
          ...pool,
          zonal,
          ...(instanceType === undefined ? {} : { instanceType }),
          ...(allocatable === undefined ? {} : { allocatable }),
        };
      }),
    ),
  };
}
