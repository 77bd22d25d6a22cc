import { describe, expect, it } from "vitest";
import { type Disturbance, ledger } from "../../../model/disruption/ledger";
import { type Footprint } from "../../../model/footprint";

const amounts = { cpuMillicores: 100, memoryMebibytes: 128, ephemeralMebibytes: 0 };
const workload = (pods: number, more: Partial<Extract<Footprint, { kind: "replicated" }>> = {}): Footprint => ({
  kind: "replicated",
  name: "w",
  namespace: "n",
  pool: "p",
  pods: { minimum: pods, expected: pods, maximum: pods },
  surgePercent: 0,
  pod: { requests: amounts, limits: amounts },
  volumes: [],
  ...more,
});
const row = (disturbance: Disturbance, ground = { nodes: 3, zones: 3 }) => ledger([disturbance], () => ground)[0]!;
const quorum = (pods: number, maxUnavailable = 1) =>
  row({ footprint: workload(pods, { spread: { alone: "node", zoneSkew: 1 } }), quorum: true, maxUnavailable });

describe("the disruption ledger", () => {
  it("three members that are spread stand one eviction, a node and a zone", () => {
    const three = quorum(3);
    expect(three).toMatchObject({ needed: 2, evictions: 1, drains: true, notes: [] });
    expect([three.nodeLoss, three.zoneLoss, three.nodeGroupUpgrade].map(({ lost, serves }) => [lost, serves])).toEqual([
      [1, true],
      [1, true],
      [1, true],
    ]);
  });
  it("tells a budget that lets the majority go", () => {
    expect(quorum(3, 2)).toMatchObject({ nodeGroupUpgrade: { serves: false } });
    expect(quorum(3, 2).notes.join()).toContain("the majority");
  });
  it("tells an even number of members", () => {
    expect(quorum(4).notes.join()).toContain("4 members stand no more losses than 3");
  });
  it("members without hard spread may all be lost with a node", () => {
    const loose = row({ footprint: workload(3), quorum: true, maxUnavailable: 1 });
    expect(loose.nodeLoss).toEqual({ lost: 3, lostWhenSpread: 1, serves: false, servesWhenSpread: true });
  });
  it("a single pod without a budget drains, and is gone meanwhile", () => {
    const single = row({ footprint: workload(1), quorum: false });
    expect(single).toMatchObject({ evictions: 1, drains: true, nodeLoss: { serves: false } });
  });
  it("a budget of none never lets a drain end", () => {
    expect(row({ footprint: workload(2), quorum: false, maxUnavailable: 0 }).notes.join()).toContain("waits for ever");
  });
  it("an update with a surge loses nothing, one without loses a pod", () => {
    expect(row({ footprint: workload(2, { surgePercent: 25 }), quorum: false }).rollingUpdate.lost).toBe(0);
    expect(row({ footprint: workload(2), quorum: false }).rollingUpdate.lost).toBe(1);
  });
});
