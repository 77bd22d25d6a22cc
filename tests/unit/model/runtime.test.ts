import * as fc from "fast-check";
import { expect, test } from "vitest";
import { bytes, mebibytes } from "../../../model/quantity";
import { mergeNodeOptions, minimumMemory, nodeHeapMebibytes, runtimeSettings } from "../../../model/runtime";
import { type Amounts, type Runtime } from "../../../model/service";

const runtimes: readonly Runtime[] = ["node", "python", "rust", "go"];

/** Limits in a runtime's range: up to 16 cores and 64 GiB, and never less than it needs. */
function limitsOf(runtime: Runtime): fc.Arbitrary<Amounts> {
  return fc.record({
    cpu: fc.integer({ min: 1, max: 16_000 }).map((cpu): Amounts["cpu"] => `${cpu}m`),
    memory: fc
      .integer({ min: mebibytes(minimumMemory[runtime]), max: 65_536 })
      .map((memory): Amounts["memory"] => `${memory}Mi`),
  });
}

/** Every number in a runtime's settings, by variable. */
function numbers(runtime: Runtime, limits: Amounts): Record<string, number> {
  return Object.fromEntries(
    Object.entries(runtimeSettings(runtime, limits)).map(([name, value]) => [name, Number(/\d+$/.exec(value)?.[0])]),
  );
}

const parameters = { seed: 20_261_123, numRuns: 300 };

test.each(runtimes)("settings of %s are whole positive numbers for any limits it accepts", (runtime) => {
  fc.assert(
    fc.property(limitsOf(runtime), (limits) => {
      for (const [name, value] of Object.entries(numbers(runtime, limits))) {
        expect(Number.isInteger(value), name).toBe(true);
        expect(value, name).toBeGreaterThan(0);
      }
    }),
    parameters,
  );
});

test.each(runtimes)("more memory never lowers a setting of %s except threads that workers share", (runtime) => {
  fc.assert(
    fc.property(limitsOf(runtime), fc.integer({ min: 1, max: 4096 }), (limits, more) => {
      const larger: Amounts = { ...limits, memory: `${mebibytes(limits.memory) + more}Mi` };
      const [before, after] = [numbers(runtime, limits), numbers(runtime, larger)];
      for (const [name, value] of Object.entries(before)) {
        if (!name.endsWith("_NUM_THREADS")) expect(after[name], name).toBeGreaterThanOrEqual(value);
      }
    }),
    parameters,
  );
});

test("memory bounds of Go and Node stay below the limit, Node's by at least what lives outside its heap", () => {
  fc.assert(
    fc.property(limitsOf("go"), ({ cpu, memory }) => {
      expect(Number(runtimeSettings("go", { cpu, memory }).GOMEMLIMIT)).toBeLessThan(bytes(memory));
    }),
    parameters,
  );
  fc.assert(
    fc.property(limitsOf("node"), ({ memory }) => {
      expect(nodeHeapMebibytes(memory)).toBeLessThanOrEqual(mebibytes(memory) - 96);
      expect(nodeHeapMebibytes(memory)).toBeGreaterThanOrEqual(64);
    }),
    parameters,
  );
});

test("Python's workers and their threads together use no more than the cores rounded up, nor more memory than there is", () => {
  fc.assert(
    fc.property(limitsOf("python"), (limits) => {
      const { WEB_CONCURRENCY: workers = 0, OMP_NUM_THREADS: threads = 0 } = numbers("python", limits);
      expect(workers * threads).toBeLessThanOrEqual(Math.max(1, Math.ceil(Number(limits.cpu.slice(0, -1)) / 1000)));
      if (workers > 1) expect(workers * bytes("1Gi")).toBeLessThanOrEqual(bytes(limits.memory));
    }),
    parameters,
  );
});

test.each<[Runtime, Amounts, Record<string, string>]>([
  ["go", { cpu: "1", memory: "1Gi" }, { GOMEMLIMIT: "966367641", GOMAXPROCS: "1" }],
  ["go", { cpu: "1500m", memory: "512Mi" }, { GOMEMLIMIT: "483183820", GOMAXPROCS: "2" }],
  ["node", { cpu: "1", memory: "1Gi" }, { NODE_OPTIONS: "--max-old-space-size=768" }],
  ["node", { cpu: "250m", memory: "256Mi" }, { NODE_OPTIONS: "--max-old-space-size=160" }],
  [
    "python",
    { cpu: "2", memory: "2Gi" },
    {
      WEB_CONCURRENCY: "2",
      OMP_NUM_THREADS: "1",
      OPENBLAS_NUM_THREADS: "1",
      MKL_NUM_THREADS: "1",
      MALLOC_ARENA_MAX: "2",
    },
  ],
  [
    "python",
    { cpu: "2", memory: "1Gi" },
    {
      WEB_CONCURRENCY: "1",
      OMP_NUM_THREADS: "2",
      OPENBLAS_NUM_THREADS: "2",
      MKL_NUM_THREADS: "2",
      MALLOC_ARENA_MAX: "2",
    },
  ],
  ["rust", { cpu: "1", memory: "1Gi" }, { TOKIO_WORKER_THREADS: "1", MALLOC_ARENA_MAX: "2" }],
  ["rust", { cpu: "1.5", memory: "1Gi" }, { TOKIO_WORKER_THREADS: "2", MALLOC_ARENA_MAX: "2" }],
])("%s with %j gets exactly its settings", (runtime, limits, settings) => {
  expect(runtimeSettings(runtime, limits)).toEqual(settings);
});

test.each([
  ["--enable-source-maps", "--enable-source-maps --max-old-space-size=768"],
  ["", "--max-old-space-size=768"],
  ["--max-old-space-size=100", "--max-old-space-size=100"],
  ["--max_old_space_size=100 --no-warnings", "--max_old_space_size=100 --no-warnings"],
])("Node's flags %j become %j", (given, merged) => {
  expect(mergeNodeOptions(given, "--max-old-space-size=768")).toBe(merged);
});
