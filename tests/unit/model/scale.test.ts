import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytes, formatCpu, formatMebibytes, isBytes, isCpu, mebibytes, millicores } from "../../../model/quantity";
import { planScale, scaleService } from "../../../model/scale";

describe("quantities", () => {
  it.each([
    ["500m", 500],
    ["2", 2000],
    ["0.25", 250],
    ["0.0005", undefined],
    ["2 cores", undefined],
  ])("reads CPU %s as %s millicores", (text, expected) => {
    expect(isCpu(text) ? millicores(text) : undefined).toBe(expected);
  });

  it.each([
    ["1Ki", 1024],
    ["512Mi", 536_870_912],
    ["1.5Gi", 1_610_612_736],
    ["4GB", undefined],
    ["4G", undefined],
    ["100", undefined],
  ])("reads %s as %s bytes", (text, expected) => {
    expect(isBytes(text) ? bytes(text) : undefined).toBe(expected);
  });

  it("writes what it reads", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500_000 }), (amount) => {
        expect(millicores(formatCpu(amount))).toBe(amount);
        expect(mebibytes(formatMebibytes(amount))).toBe(amount);
        expect(isCpu(formatCpu(amount)) && isBytes(formatMebibytes(amount))).toBe(true);
      }),
    );
  });
});

describe("scaleService", () => {
  const service = fc
    .record({
      cpu: fc.integer({ min: 1, max: 40 }).map((n) => n * 50),
      memory: fc.integer({ min: 1, max: 64 }).map((n) => n * 64),
      ratio: fc.constantFrom(1, 1.5, 2),
      floor: fc.integer({ min: 1, max: 1024 }),
      minimum: fc.integer({ min: 1, max: 10 }),
      more: fc.integer({ min: 0, max: 20 }),
    })
    .map(({ cpu, memory, ratio, floor, minimum, more }) => ({
      resources: {
        requests: { cpu: formatCpu(cpu), memory: formatMebibytes(memory) },
        limits: { cpu: formatCpu(cpu * ratio), memory: formatMebibytes(memory * ratio) },
      },
      memoryFloor: formatMebibytes(floor),
      replicas: { minimum, maximum: minimum + more },
      ratio,
    }));
  const scale = fc.record({
    resources: fc.double({ min: 0.01, max: 1, noNaN: true }),
    minimumReplicas: fc.integer({ min: 1, max: 10 }),
    maximumReplicas: fc.integer({ min: 1, max: 30 }),
  });

  it("keeps the plan's own sizes where they are above the floor", () => {
    const plan = {
      resources: { requests: { cpu: "500m", memory: "500Mi" }, limits: { cpu: "1", memory: "1000Mi" } },
      memoryFloor: "192Mi",
      replicas: { minimum: 3, maximum: 20 },
    } as const;
    expect(scaleService(plan, planScale)).toEqual(plan);
  });

  it("gives the figures of the documented rule", () => {
    const plan = {
      resources: { requests: { cpu: "500m", memory: "512Mi" }, limits: { cpu: "1", memory: "1Gi" } },
      memoryFloor: "192Mi",
      replicas: { minimum: 3, maximum: 20 },
    } as const;
    expect(scaleService(plan, { resources: 0.25, minimumReplicas: 2, maximumReplicas: 4 })).toEqual({
      resources: { requests: { cpu: "130m", memory: "192Mi" }, limits: { cpu: "260m", memory: "384Mi" } },
      memoryFloor: "192Mi",
      replicas: { minimum: 2, maximum: 4 },
    });
  });

  it("never asks for less memory than the floor, never for more than plan or floor need, and keeps the plan's ratio", () => {
    fc.assert(
      fc.property(service, scale, (plan, by) => {
        const scaled = scaleService(plan, by);
        const { requests, limits } = scaled.resources;
        expect(mebibytes(requests.memory)).toBeGreaterThanOrEqual(mebibytes(plan.memoryFloor));
        const needed = Math.max(mebibytes(plan.resources.requests.memory), mebibytes(plan.memoryFloor));
        expect(mebibytes(requests.memory)).toBeLessThanOrEqual(needed + 16);
        expect(millicores(requests.cpu)).toBeLessThanOrEqual(millicores(plan.resources.requests.cpu));
        expect(millicores(limits.cpu)).toBeGreaterThanOrEqual(millicores(requests.cpu));
        expect(millicores(limits.cpu) / millicores(requests.cpu)).toBeLessThanOrEqual(plan.ratio);
        expect(bytes(limits.memory)).toBeGreaterThanOrEqual(bytes(requests.memory));
        expect(bytes(limits.memory) / bytes(requests.memory)).toBeLessThanOrEqual(plan.ratio);
      }),
    );
  });

  it("never reverses replica bounds and never exceeds the plan or the scale", () => {
    fc.assert(
      fc.property(service, scale, (plan, by) => {
        const { minimum, maximum } = scaleService(plan, by).replicas;
        expect(minimum).toBe(Math.min(plan.replicas.minimum, by.minimumReplicas));
        expect(maximum).toBeGreaterThanOrEqual(minimum);
        expect(maximum).toBeLessThanOrEqual(plan.replicas.maximum);
        expect(maximum).toBeLessThanOrEqual(Math.max(minimum, by.maximumReplicas));
      }),
    );
  });
});
