import { expect, test } from "vitest";
import { demandAt, type Footprint, nothing, podsAt, surgePods, totalDemand } from "../../../model/footprint";

const pod = {
  requests: { cpuMillicores: 600, memoryMebibytes: 640, ephemeralMebibytes: 64 },
  limits: { cpuMillicores: 1200, memoryMebibytes: 1274, ephemeralMebibytes: 128 },
};

const service: Footprint = {
  kind: "replicated",
  name: "archive",
  namespace: "services",
  pool: "general",
  pods: { minimum: 2, expected: 5, maximum: 12 },
  surgePercent: 25,
  pod,
  volumes: [
    { name: "spool", sizeMebibytes: 1024, per: "pod" },
    { name: "models", sizeMebibytes: 5000, per: "once" },
  ],
};

const agent: Footprint = {
  kind: "perNode",
  name: "log-agent",
  namespace: "observability",
  pools: ["general"],
  pod,
  volumes: [],
};

test.each([
  ["minimum", 2],
  ["expected", 5],
  ["maximum", 12],
  ["rollout", 15],
] as const)("a service of 2 to 12 pods has at its %s %i pods", (moment, pods) => {
  expect(podsAt(service, moment)).toBe(pods);
});

test.each([
  [1, 1],
  [3, 1],
  [4, 1],
  [5, 2],
  [20, 5],
])("of %i pods a quarter, rounded up as the Deployment controller does, is %i", (pods, surge) => {
  expect(surgePods(pods, 25)).toBe(surge);
});

test("demand is pods times what one asks for, with volumes once or for each pod", () => {
  expect(demandAt(service, "expected")).toEqual({
    pods: 5,
    requests: { cpuMillicores: 3000, memoryMebibytes: 3200, ephemeralMebibytes: 320 },
    limits: { cpuMillicores: 6000, memoryMebibytes: 6370, ephemeralMebibytes: 640 },
    volumesMebibytes: 5 * 1024 + 5000,
  });
});

test("a daemon has as many pods as its pools have nodes, at any moment", () => {
  expect(podsAt(agent, "minimum", 3)).toBe(3);
  expect(podsAt(agent, "rollout", 3)).toBe(3);
  expect(demandAt(agent, "maximum", 4).requests.cpuMillicores).toBe(2400);
});

test("the total of nothing is nothing, and of two demands their sum", () => {
  expect(totalDemand([])).toEqual({ pods: 0, requests: nothing, limits: nothing, volumesMebibytes: 0 });
  const total = totalDemand([demandAt(service, "minimum"), demandAt(agent, "minimum", 3)]);
  expect(total).toEqual({
    pods: 5,
    requests: { cpuMillicores: 3000, memoryMebibytes: 3200, ephemeralMebibytes: 320 },
    limits: { cpuMillicores: 6000, memoryMebibytes: 6370, ephemeralMebibytes: 640 },
    volumesMebibytes: 2 * 1024 + 5000,
  });
});
