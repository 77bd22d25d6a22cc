import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shortage } from "../../../model/capacity/bounds";
import { judge } from "../../../model/capacity/judge";
import { noPlacement } from "../../../model/capacity/packing";
import { dimensions, nodeCount, type NodeSet, type PodGroup } from "../../../model/capacity/pods";

const node = { cpuMillicores: 10, memoryMebibytes: 10, pods: 4 };
const group = (count: number, cpu: number, memory: number, more: Partial<PodGroup> = {}): PodGroup => ({
  name: `${count}x${cpu}x${memory}`,
  count,
  pod: { cpuMillicores: cpu, memoryMebibytes: memory, pods: 1 },
  ...more,
});

/** Whether a placement exists, by trying every node for every pod; `zones` whether spreads over zones count. */
function placementExists(nodes: NodeSet, groups: readonly PodGroup[], zones: boolean): boolean {
  const pods = groups.flatMap((one) => Array.from({ length: one.count }, () => one));
  const bins = nodes.zones.flatMap((count, zone) =>
    Array.from({ length: count }, () => ({ zone, on: [] as PodGroup[] })),
  );
  const present = nodes.zones.flatMap((count, zone) => (count > 0 ? [zone] : []));
  const even = () =>
    groups.every((one) => {
      const counts = present.map((zone) =>
        bins
          .filter((bin) => bin.zone === zone)
          .reduce((sum, bin) => sum + bin.on.filter((pod) => pod === one).length, 0),
      );
      return one.zoneSkew === undefined || Math.max(...counts) - Math.min(...counts) <= one.zoneSkew;
    });
  const from = (index: number): boolean => {
    const pod = pods[index];
    if (!pod) return !zones || even();
    return bins.some((bin) => {
      const all = [...bin.on, pod];
      if (pod.alone === "node" && bin.on.includes(pod)) return false;
      if (!dimensions.every((one) => all.reduce((sum, each) => sum + each.pod[one], 0) <= nodes.node[one]))
        return false;
      bin.on.push(pod);
      const found = from(index + 1);
      bin.on.pop();
      return found;
    });
  };
  return from(0);
}

const size = fc.integer({ min: 1, max: 10 });
const anyGroup = fc
  .tuple(
    fc.integer({ min: 1, max: 3 }),
    size,
    size,
    fc.boolean(),
    fc.option(fc.integer({ min: 1, max: 2 }), { freq: 2 }),
  )
  .map(([count, cpu, memory, alone, zoneSkew]) =>
    group(count, cpu, memory, { ...(alone ? { alone: "node" } : {}), ...(zoneSkew === null ? {} : { zoneSkew }) }),
  );
const anyCase = fc.record({
  groups: fc.array(anyGroup, { minLength: 1, maxLength: 3 }),
  zones: fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 1, maxLength: 2 }),
});

describe("the search for a placement", () => {
  it("finds what no sum shows: three pods of which no two go together, on two nodes", () => {
    const groups = [group(1, 6, 1), group(1, 5, 5), group(1, 1, 6)];
    expect(noPlacement({ node, zones: [2] }, groups)).toBe(false);
    const apart = [group(1, 6, 2), group(1, 5, 9), group(1, 4, 9)];
    expect(shortage({ node, zones: [2] }, apart)).toBeUndefined();
    expect(noPlacement({ node, zones: [2] }, apart)).toBe(true);
    expect(judge({ node, zones: [2] }, apart)).toEqual({
      verdict: "does not fit",
      evidence: "proof",
      shortage: {
        dimension: "nodes",
        needed: 3,
        available: 2,
        why: "however the nodes are filled, some pods are left over",
      },
    });
  });
  it("says what trying every node for every pod says, zones left out", () => {
    fc.assert(
      fc.property(anyCase, ({ groups, zones }) => {
        expect(noPlacement({ node, zones }, groups)).toBe(!placementExists({ node, zones }, groups, false));
      }),
      { numRuns: 1500 },
    );
  });
  it("gives up rather than take for ever", () => {
    const many = Array.from({ length: 20 }, (_, index) => group(9, 97 + index, 131 - index));
    const started = performance.now();
    expect(
      noPlacement({ node: { cpuMillicores: 1000, memoryMebibytes: 1000, pods: 50 }, zones: [23] }, many),
    ).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe("every proof, against all placements of small cases", () => {
  it("`does not fit` only where none exists, and `fits` only where one does", () => {
    const proven = { fits: 0, "does not fit": 0 };
    fc.assert(
      fc.property(anyCase, ({ groups, zones }) => {
        const nodes = { node, zones };
        const verdict = judge(nodes, groups);
        if (verdict.verdict === "undecided" || verdict.evidence === "orders") return;
        proven[verdict.verdict] += 1;
        expect(placementExists(nodes, groups, true)).toBe(verdict.verdict === "fits");
        expect(nodeCount(nodes)).toBeGreaterThan(0);
      }),
      { numRuns: 1500 },
    );
    expect(proven.fits).toBeGreaterThan(100);
    expect(proven["does not fit"]).toBeGreaterThan(100);
  });
  it("`fits` by orders only where a placement exists", () => {
    fc.assert(
      fc.property(anyCase, ({ groups, zones }) => {
        const verdict = judge({ node, zones }, groups);
        if (verdict.verdict === "fits") expect(placementExists({ node, zones }, groups, true)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
