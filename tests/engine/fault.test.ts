import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type AskedRegistration,
  dependents,
  endPrograms,
  type FakeEngineOptions,
  runOnFakeEngine,
} from "../support/fake-engine";
import { keysFile, readGoldenFiles } from "../support/golden/files";
import { stackConfig } from "../support/stack";

const dev: FakeEngineOptions = { stack: "dev", config: stackConfig("dev") };
/** The root, which the list of keys leaves out. */
const stackKey = "pulumi:pulumi:Stack::altlas-dev";
const golden = (readGoldenFiles("dev").get(keysFile) ?? "").split("\n").filter(Boolean);
const keysOf = (registrations: readonly AskedRegistration[]) => registrations.map(({ key }) => key).sort();
/** Programs at once: more would only take turns on two cores. */
const concurrency = 2;

describe("the program on an engine that takes notes", () => {
  let all: readonly AskedRegistration[];
  afterAll(endPrograms);
  beforeAll(async () => {
    const run = await runOnFakeEngine(dev);
    expect(run).toMatchObject({ code: 0, said: "" });
    all = run.registrations;
  });

  it("registers what the golden files say", () => {
    expect(keysOf(all)).toEqual([stackKey, ...golden].sort());
  });

  it("registers the same in a preview in which every output is unknown", async () => {
    const run = await runOnFakeEngine({ ...dev, preview: true });
    expect(run).toMatchObject({ code: 0, said: "" });
    expect(keysOf(run.registrations)).toEqual(keysOf(all));
  });

  // A program that ends well although a registration failed would have the engine delete all that was not registered.
  it(
    "ends with an error and registers nothing more, whichever registration fails",
    async () => {
      const waiting = all.map(({ key }) => key);
      const attempt = async (key: string) => {
        const lost = dependents(key, all);
        const after = new Set(keysOf(all).filter((other) => !lost.has(other)));
        const run = await runOnFakeEngine({ ...dev, fail: { key, after } });
        expect(run.code, key).not.toBe(0);
        expect(run.afterFailure, key).toEqual([]);
        expect(keysOf(run.registrations), key).toEqual([...after, key].sort());
        expect(run.said, key).toContain(`${key} was refused by the fake engine`);
      };
      const worker = async () => {
        for (let key = waiting.shift(); key !== undefined; key = waiting.shift()) await attempt(key);
      };
      await Promise.all(Array.from({ length: concurrency }, worker));
    },
    15 * 60_000,
  );
});
