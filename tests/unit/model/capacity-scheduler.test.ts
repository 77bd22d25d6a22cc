import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judge } from "../../../model/capacity/judge";
import { tryOrders } from "../../../model/capacity/orders";
import { evenly, type NodeSet, type PodGroup } from "../../../model/capacity/pods";
import { type QueuedPod, schedule } from "../../../model/capacity/scheduler";
import { balancedAllocation, leastAllocated, topologySpread } from "../../../model/capacity/scores";
import { seededRandom } from "../../../model/random";

const amount = (cpuMillicores: number, memoryMebibytes: number) => ({ cpuMillicores, memoryMebibytes });
const group = (name: string, count: number, cpu: number, memory: number, more: Partial<PodGroup> = {}): PodGroup => ({
  name,
  count,
  pod: { ...amount(cpu, memory), pods: 1 },
  ...more,
});
const nodes = (...zones: number[]): NodeSet => ({ node: { ...amount(4000, 16_000), pods: 58 }, zones });
const onlyFor = (zone: number, inZone: number, onNode: number) => ({ zone, inZone, onNode });

// The tables of kubernetes/kubernetes v1.36.2: least_allocated_test.go, balanced_allocation_test.go and
// podtopologyspread/scoring_test.go below pkg/scheduler/framework/plugins.
describe("the scores are those of the scheduler's own tests", () => {
  it.each([
    ["nothing scheduled", amount(4000, 10_000), amount(0, 0), 37],
    ["nothing scheduled on a larger node", amount(6000, 10_000), amount(0, 0), 50],
    ["pods scheduled", amount(10_000, 20_000), amount(3000, 0), 57],
    ["pods scheduled with memory", amount(10_000, 20_000), amount(3000, 5000), 45],
    ["pods scheduled on a larger node", amount(10_000, 50_000), amount(3000, 5000), 60],
  ])("least allocated: %s", (_, size, used, score) => {
    expect(leastAllocated(size, used, amount(3000, 5000))).toBe(score);
  });
  it("reckons 100m and 200 MiB for a pod that asks for nothing, in the first score only", () => {
    expect(leastAllocated(amount(1000, 1000), amount(0, 0), amount(0, 0))).toBe(85);
    expect(balancedAllocation(amount(1000, 1000), amount(500, 500), amount(0, 0))).toBe(75);
  });
  it.each([
    ["nothing scheduled", amount(4000, 10_000), amount(0, 0), amount(3000, 5000), 68],
    ["nothing scheduled on a larger node", amount(6000, 10_000), amount(0, 0), amount(3000, 5000), 75],
    ["pods scheduled", amount(10_000, 20_000), amount(3000, 0), amount(3000, 5000), 73],
    ["pods scheduled with memory", amount(10_000, 20_000), amount(3000, 5000), amount(3000, 5000), 74],
    ["pods scheduled on a larger node", amount(10_000, 50_000), amount(3000, 5000), amount(3000, 5000), 70],
    ["the highest there is", amount(3000, 5000), amount(3000, 0), amount(0, 5000), 100],
    ["the lowest there is", amount(3000, 5000), amount(0, 0), amount(0, 5000), 50],
    ["a node filled up", amount(6000, 10_000), amount(3000, 0), amount(3000, 0), 62],
  ])("balanced allocation: %s", (_, size, used, pod, score) => {
    expect(balancedAllocation(size, used, pod)).toBe(score);
  });
  it("topology spread: over nodes", () => {
    expect(topologySpread([onlyFor(0, 2, 1), onlyFor(0, 2, 1)], false)).toEqual([100, 100]);
    const four = [2, 1, 0, 3].map((onNode) => onlyFor(0, 6, onNode));
    expect(topologySpread(four, false)).toEqual([20, 60, 100, 0]);
    expect(topologySpread([onlyFor(0, 7, 4), onlyFor(0, 7, 2), onlyFor(0, 7, 1)], false)).toEqual([33, 83, 100]);
  });
  it("topology spread: over zones and nodes", () => {
    expect(topologySpread([onlyFor(0, 3, 2), onlyFor(1, 6, 2)], true)).toEqual([100, 63]);
  });
});

describe("a simulated order", () => {
  const queue = (...groups: number[]): QueuedPod[] => groups.map((index) => ({ group: index }));
  const waitingOf = (set: NodeSet, groups: PodGroup[], order: QueuedPod[]) =>
    schedule(set, groups, order, seededRandom(1));

  it("spreads pods, so that a large one that comes last finds no node", () => {
    const groups = [group("small", 4, 1000, 100), group("large", 1, 2100, 100)];
    expect(waitingOf(nodes(2), groups, queue(0, 0, 0, 0, 1))).toEqual([1]);
    expect(waitingOf(nodes(2), groups, queue(1, 0, 0, 0, 0))).toEqual([]);
  });
  it("tries a pod again that only a spread kept waiting", () => {
    // The second pod may not go to the full zone's neighbour before the first zone has one.
    const groups = [group("spread", 4, 1900, 100, { zoneSkew: 1 })];
    expect(waitingOf(nodes(1, 1), groups, queue(0, 0, 0, 0))).toEqual([]);
    expect(waitingOf(nodes(2, 0), groups, queue(0, 0, 0, 0))).toEqual([]);
    expect(waitingOf(nodes(3, 1), [group("spread", 6, 1900, 100, { zoneSkew: 1 })], queue(0, 0, 0, 0, 0, 0))).toEqual([
      0,
    ]);
  });
  it("puts one on a node, or in a zone, where each must be alone", () => {
    expect(waitingOf(nodes(2), [group("a", 3, 10, 10, { alone: "node" })], queue(0, 0, 0))).toEqual([0]);
    expect(waitingOf(nodes(3, 3), [group("a", 3, 10, 10, { alone: "zone" })], queue(0, 0, 0))).toEqual([0]);
  });
  it("brings a pod with a volume back to its zone and to no other", () => {
    const groups = [group("a", 3, 1900, 100, { zoneBound: true })];
    expect(
      waitingOf(
        nodes(1, 5),
        groups,
        [0, 0, 0].map((zone) => ({ group: 0, zone })),
      ),
    ).toEqual([0]);
  });
  it("leaves every pod waiting where there is no node", () => {
    expect(waitingOf(nodes(0, 0), [group("a", 2, 1, 1)], queue(0, 0))).toEqual([0, 0]);
  });
  it("fills what it may fill: no pod waits beside a node that would take it", () => {
    const size = fc.integer({ min: 1, max: 30 });
    const anyGroup = fc.tuple(size, size, fc.integer({ min: 1, max: 6 }));
    fc.assert(
      fc.property(
        fc.array(anyGroup, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 4 }),
        fc.nat(),
        (drawn, count, seed) => {
          const groups = drawn.map(([cpu, memory, pods], index) => group(`g${index}`, pods, cpu * 100, memory * 400));
          const order = seededRandom(seed).shuffled(
            groups.flatMap(({ count: pods }, index) => queue(...Array<number>(pods).fill(index))),
          );
          const waiting = waitingOf(nodes(count), groups, order);
          const placed = (one: "cpuMillicores" | "memoryMebibytes") =>
            order.reduce((sum, { group: index }) => sum + groups[index]!.pod[one], 0) -
            waiting.reduce((sum, index) => sum + groups[index]!.pod[one], 0);
          expect(placed("cpuMillicores")).toBeLessThanOrEqual(4000 * count);
          expect(placed("memoryMebibytes")).toBeLessThanOrEqual(16_000 * count);
          // A node that is closed to a pod is more than full without it.
          for (const index of waiting) {
            const { cpuMillicores, memoryMebibytes } = groups[index]!.pod;
            const closing =
              (4000 - cpuMillicores < placed("cpuMillicores") ? 1 : 0) +
              (16_000 - memoryMebibytes < placed("memoryMebibytes") ? 1 : 0);
            expect(closing).toBeGreaterThan(0);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("many orders", () => {
  const mixed = [group("small", 6, 1000, 100), group("large", 1, 2000, 100)];
  it("give the same tally every time", () => {
    expect(tryOrders(nodes(2), mixed)).toEqual(tryOrders(nodes(2), mixed));
  });
  it("decide where they all agree, and say how many do where they do not", () => {
    const verdict = judge(nodes(2), mixed);
    expect(verdict).toMatchObject({ verdict: "undecided", group: "large", tally: { orders: 120, fewestWaiting: 1 } });
    const { tally } = verdict as { tally: { complete: number } };
    expect(tally.complete).toBeGreaterThan(0);
    expect(tally.complete).toBeLessThan(120);
  });
  it("`fits` by orders where the proof sees a danger that the scheduler's scores avoid", () => {
    // Both small pods on one node and a large one on the other would close both to the second large one.
    const groups = [group("small", 2, 800, 100), group("large", 2, 2500, 100)];
    expect(judge(nodes(2), groups)).toMatchObject({ verdict: "fits", evidence: "orders", tally: { complete: 120 } });
    expect(judge(nodes(3), groups)).toEqual({ verdict: "fits", evidence: "proof" });
  });
  it("`does not fit` by orders although a placement exists that the scheduler never finds", () => {
    // Five small ones fill a node, the other two and the large ones the second; nobody who spreads pods does that.
    const groups = [group("small", 7, 800, 100), group("large", 2, 1000, 100)];
    const why = "in each of 120 orders 1 or more pods stay without a node, although a placement exists";
    expect(judge(nodes(2), groups)).toMatchObject({ verdict: "does not fit", evidence: "orders", why });
  });
  it("bring pods with volumes back evenly where they had to be, and anywhere elsewhere", () => {
    const tight = { node: nodes(1).node, zones: evenly(3, 3) };
    const quorum = group("quorum", 3, 3000, 100, { zoneBound: true, zoneSkew: 1 });
    expect(tryOrders(tight, [quorum]).complete).toBe(120);
    expect(tryOrders(tight, [{ ...quorum, zoneSkew: undefined }]).complete).toBeLessThan(120);
  });
});
