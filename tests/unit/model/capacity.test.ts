import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Amount, dimensions, evenly, nodeCount, type NodeSet, type PodGroup } from "../../../model/capacity/pods";
import { groupThatMayWait, shortage } from "../../../model/capacity/bounds";
import { fewestNodes, judge, prove } from "../../../model/capacity/judge";
import { firstFitDecreasing } from "../../../model/capacity/witness";

const node: Amount = { cpuMillicores: 3920, memoryMebibytes: 14000, pods: 58 };
const group = (name: string, count: number, cpuMillicores: number, more: Partial<PodGroup> = {}): PodGroup => ({
  name,
  count,
  pod: { cpuMillicores, memoryMebibytes: 512, pods: 1 },
  ...more,
});
const on = (count: number, zones = 3): NodeSet => ({ node, zones: evenly(count, zones) });

describe("equal pods", () => {
  it("fit exactly as many as divide the nodes", () => {
    expect(judge(on(5), [group("a", 35, 500)]).verdict).toBe("fits");
    expect(judge(on(5), [group("a", 36, 500)]).verdict).toBe("does not fit");
  });
  it("are counted by memory and by number as well", () => {
    expect(judge(on(1, 1), [group("a", 28, 1, { pod: { cpuMillicores: 1, memoryMebibytes: 500, pods: 1 } })])).toEqual({
      verdict: "fits",
      evidence: "proof",
    });
    expect(
      judge(on(1, 1), [group("a", 59, 1, { pod: { cpuMillicores: 1, memoryMebibytes: 1, pods: 1 } })]),
    ).toMatchObject({
      verdict: "does not fit",
      shortage: { dimension: "pods", needed: 59, available: 58 },
    });
  });
  it("larger than a node never fit", () => {
    expect(judge(on(9), [group("a", 1, 4000)])).toMatchObject({
      shortage: { why: "one pod of a is larger than a node" },
    });
  });
});

describe("what keeps pods apart", () => {
  it("alone on a node: as many nodes as pods", () => {
    expect(judge(on(3), [group("a", 3, 100, { alone: "node" })]).verdict).toBe("fits");
    expect(judge(on(2), [group("a", 3, 100, { alone: "node" })]).verdict).toBe("does not fit");
  });
  it("alone in a zone: a zone for each", () => {
    expect(judge(on(3), [group("a", 3, 100, { alone: "zone" })]).verdict).toBe("fits");
    expect(judge(on(9), [group("a", 4, 100, { alone: "zone" })]).verdict).toBe("does not fit");
  });
  it("a quorum of three, one for each node and zone, fits on three nodes", () => {
    expect(judge(on(3), [group("q", 3, 1000, { alone: "node", zoneSkew: 1, zoneBound: true })]).verdict).toBe("fits");
  });
  it("a zone's share may be more than the zone holds", () => {
    const nodes: NodeSet = { node, zones: [4, 4, 1] };
    expect(judge(nodes, [group("a", 12, 1500, { zoneSkew: 1 })])).toMatchObject({
      verdict: "does not fit",
      shortage: { dimension: "cpuMillicores" },
    });
  });
});

describe("mixed sizes", () => {
  it("are undecided where an unlucky order leaves a large pod waiting", () => {
    // Small pods on both nodes leave 1,920 on each; the large one needs 2,000.
    const judged = judge(on(2, 1), [group("small", 4, 1000), group("large", 1, 2000)]);
    expect(judged).toMatchObject({ verdict: "undecided", group: "large" });
    expect(firstFitDecreasing(on(2, 1), [group("small", 4, 1000), group("large", 1, 2000)])).toBeDefined();
  });
});

describe("fewest nodes", () => {
  it("is where the pods fit, and one fewer does not", () => {
    expect(fewestNodes(node, 3, [group("a", 36, 500)], "fits")).toBe(6);
    expect(fewestNodes(node, 3, [group("a", 1, 4000)], "fits")).toBeUndefined();
  });
});

const anyGroup = (index: number) =>
  fc.record({
    name: fc.constant(`g${index}`),
    count: fc.integer({ min: 1, max: 6 }),
    pod: fc.record({
      cpuMillicores: fc.integer({ min: 1, max: 20 }).map((n) => n * 100),
      memoryMebibytes: fc.integer({ min: 1, max: 12 }).map((n) => n * 512),
      pods: fc.constant(1),
    }),
    zoneSkew: fc.option(fc.integer({ min: 1, max: 2 }), { nil: undefined, freq: 4 }),
    alone: fc.option(fc.constant("node" as const), { nil: undefined, freq: 4 }),
  }) as fc.Arbitrary<PodGroup>;
const anyCase = fc
  .record({
    nodes: fc.integer({ min: 1, max: 8 }),
    zones: fc.integer({ min: 1, max: 3 }),
    groups: fc.integer({ min: 1, max: 4 }),
  })
  .chain(({ nodes, zones, groups }) =>
    fc.record({
      nodes: fc.constant<NodeSet>({ node, zones: evenly(nodes, zones) }),
      groups: fc.tuple(...Array.from({ length: groups }, (_, index) => anyGroup(index))),
    }),
  );

/** A scheduler that may choose any node that accepts a pod, in the given order of pods; the number that stay waiting. */
function schedule(
  { node: each, zones }: NodeSet,
  pods: readonly PodGroup[],
  choose: (options: number) => number,
): number {
  const bins = zones.flatMap((count, zone) =>
    Array.from({ length: count }, () => ({ zone, free: { ...each }, names: [] as string[] })),
  );
  const inZone = (name: string, zone: number) =>
    bins
      .filter((bin) => bin.zone === zone)
      .reduce((sum, bin) => sum + bin.names.filter((other) => other === name).length, 0);
  let waiting = 0;
  for (const { name, pod, alone, zoneSkew } of pods) {
    const present = zones.flatMap((count, zone) => (count > 0 ? [zone] : []));
    const least = Math.min(...present.map((zone) => inZone(name, zone)));
    const options = bins.filter(
      (bin) =>
        dimensions.every((dimension) => bin.free[dimension] >= pod[dimension]) &&
        !(alone === "node" && bin.names.includes(name)) &&
        (zoneSkew === undefined || inZone(name, bin.zone) + 1 - least <= zoneSkew),
    );
    const bin = options[choose(options.length)];
    if (!bin) {
      waiting += 1;
      continue;
    }
    bin.names.push(name);
    bin.free = {
      cpuMillicores: bin.free.cpuMillicores - pod.cpuMillicores,
      memoryMebibytes: bin.free.memoryMebibytes - pod.memoryMebibytes,
      pods: bin.free.pods - 1,
    };
  }
  return waiting;
}

describe("on any pods and nodes", () => {
  it("a proven `fits` holds in every order and with every choice, a proven `does not fit` in none", () => {
    fc.assert(
      fc.property(anyCase, fc.infiniteStream(fc.nat()), fc.nat(), ({ nodes, groups }, choices, seed) => {
        const verdict = prove(nodes, groups)?.verdict;
        const pods = groups.flatMap((one) => Array.from({ length: one.count }, () => one));
        const shuffled = pods
          .map((pod, index) => ({ pod, key: ((index + 1) * (seed + 7919)) % 104729 }))
          .sort((a, b) => a.key - b.key);
        const waiting = schedule(
          nodes,
          shuffled.map(({ pod }) => pod),
          (options) => (choices.next().value ?? 0) % Math.max(1, options),
        );
        if (verdict === "fits") expect(waiting).toBe(0);
        if (verdict === "does not fit") expect(waiting).toBeGreaterThan(0);
      }),
      { numRuns: 1500 },
    );
  });
  it("a shortage and a witness never meet", () => {
    fc.assert(
      fc.property(anyCase, ({ nodes, groups }) => {
        if (shortage(nodes, groups)) expect(firstFitDecreasing(nodes, groups)).toBeUndefined();
        else if (!groupThatMayWait(nodes, groups)) expect(nodeCount(nodes)).toBeGreaterThan(0);
      }),
      { numRuns: 1000 },
    );
  });
});
