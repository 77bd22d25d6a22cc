import { describe, expect, it } from "vitest";
import {
  allocatable,
  instanceTypes,
  podsPerNode,
  reservedMebibytes,
  reservedMillicores,
} from "../../../model/aws/instance-types";
import { bytes, mebibytes, millicores } from "../../../model/quantity";
import { nodePool, poolAllocatable } from "../../../stacks/settings/node-pool";

const type = (name: string) => instanceTypes.get(name)!;

describe("EKS' reservations", () => {
  it("keep 6 % of the first core, 1 % of the second, 0.5 % of the next two and 0.25 % of the rest", () => {
    expect([2, 4, 8, 16].map(reservedMillicores)).toEqual([70, 80, 90, 110]);
  });
  it("keep memory for each pod that a node may have", () => {
    expect(reservedMebibytes(58)).toBe(893);
  });
  it("leave the plan's machines what its capacity check expects of their CPU", () => {
    expect(allocatable(type("m6i.xlarge"))).toEqual({ cpu: "3920m", memory: "14162Mi", pods: 58 });
    expect(allocatable(type("c6i.2xlarge"))).toEqual({ cpu: "7910m", memory: "14162Mi", pods: 58 });
    expect(allocatable(type("r6i.xlarge"))).toEqual({ cpu: "3920m", memory: "29317Mi", pods: 58 });
  });
  it("never promise more than the machine has", () => {
    for (const machine of instanceTypes.values()) {
      const { cpu, memory, pods } = allocatable(machine);
      expect(millicores(cpu)).toBeLessThan(machine.vcpus * 1000);
      expect(bytes(memory)).toBeLessThan(machine.memoryGibibytes * 2 ** 30);
      expect(mebibytes(memory)).toBeGreaterThan(0);
      expect(pods).toBe(podsPerNode(machine));
    }
  });
});

describe("pods per node", () => {
  it("come from addresses, and with prefixes from what Kubernetes recommends", () => {
    expect(podsPerNode(type("m6i.large"))).toBe(29);
    expect(podsPerNode(type("m6i.4xlarge"))).toBe(234);
    expect(podsPerNode(type("m6i.xlarge"), true)).toBe(110);
  });
});

describe("a node pool's allocatable", () => {
  const pool = { name: "general", minimum: 1, maximum: 2 };
  it("is computed from the machine", () => {
    const parsed = nodePool.parse({ ...pool, instanceType: "m6i.xlarge" });
    expect(poolAllocatable(parsed).cpu).toBe("3920m");
  });
  it("may be given for a machine that the table does not know", () => {
    const given = { cpu: "1", memory: "1Gi", pods: 10 };
    expect(poolAllocatable(nodePool.parse({ ...pool, instanceType: "x9.huge", allocatable: given }))).toEqual(given);
  });
  it.each([
    [{}, "no instanceType says what a node has"],
    [{ instanceType: "m6i.xlarg" }, "did you mean m6i.xlarge"],
    [
      { instanceType: "m6i.xlarge", allocatable: { cpu: "4", memory: "16Gi", pods: 58 } },
      "3920m CPU, 14162Mi and 58 pods",
    ],
  ])("is refused where nothing or two things say it: %j", (given, message) => {
    const result = nodePool.safeParse({ ...pool, ...given });
    expect(result.error?.issues.map((issue) => issue.message).join()).toContain(message);
  });
});
