import { allocatable, instanceTypes } from "../../model/aws/instance-types";
import { type NodePool } from "../../model/node-pool";

/** A machine of the table; it is there, or the table lost the plan's machines. */
function machine(instanceType: string): Pick<NodePool, "instanceType" | "allocatable"> {
  const type = instanceTypes.get(instanceType);
  if (!type) throw new Error(`no machine ${instanceType} in model/aws/instance-types.ts`);
  return { instanceType, allocatable: allocatable(type) };
}

/** The scaling plan's own pools: 4 vCPU and 16 GB, 8 and 16, 4 and 32, with its own bounds. */
export function planPools(zones: readonly string[]): NodePool[] {
  return [
    { name: "general", ...machine("m6i.xlarge"), minimum: 3, maximum: 5, taints: [], zones },
    {
      name: "cpu",
      ...machine("c6i.2xlarge"),
      minimum: 1,
      maximum: 3,
      taints: [{ key: "cpu", value: "high", effect: "NoSchedule" }],
      zones,
    },
    {
      name: "memory",
      ...machine("r6i.xlarge"),
      minimum: 1,
      maximum: 2,
      taints: [{ key: "memory", value: "high", effect: "NoSchedule" }],
      zones,
    },
  ];
}
