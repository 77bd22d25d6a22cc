import { describe, expect, it } from "vitest";
import { judgePools } from "../../../model/capacity/pools";
import { remedies } from "../../../model/capacity/remedies";
import { capacityData } from "../../../reports/capacity";
import { reports } from "../../../reports/registry";
import { Paper } from "../../../reports/text/paper";
import { catalogue } from "../../../stacks/altlas";
import { reservations } from "../../../stacks/altlas/reservations";
import { stackLoad } from "../../../stacks/platform/load";
import { readStackFile } from "../../../stacks/settings/file";
import { readSettings } from "../../../stacks/settings/load";
import { type Settings } from "../../../stacks/settings/schema";

function settingsOf(stack: string): Settings {
  const file = readStackFile(stack, process.cwd());
  if ("problems" in file) throw new Error(JSON.stringify(file.problems));
  return readSettings(file.config).settings as Settings;
}
const input = (stack: string, plan = false) => ({ stack, settings: settingsOf(stack), catalogue, plan });

describe("the plan's own pools", () => {
  const { pools, fits, maximumNodes } = capacityData(input("beta", true));
  const at = (name: string) => {
    const pool = pools.find((one) => one.name === name)!;
    return { ...pool, highest: pool.moments.find(({ moment }) => moment === "maximum")! };
  };
  it("overflow where the plan's figures say so", () => {
    expect(fits).toBe(false);
    expect(maximumNodes).toBe(10);
    const general = at("general");
    expect(general.bareMillicores).toBe(24000);
    expect(general.highest.asked.cpuMillicores).toBe(28800);
    expect(general.allocatableMillicores).toBe(19600);
    expect(general.highest.nodesForAnyOrder).toBe(8);
    expect(general.highest.verdict.verdict).toBe("does not fit");
    const cpu = at("cpu");
    expect(cpu.bareMillicores).toBe(25000);
    expect(cpu.highest.asked.cpuMillicores).toBe(27500);
    expect(cpu.allocatableMillicores).toBe(23730);
    expect(cpu.highest.nodesForAnyOrder).toBe(4);
    expect(cpu.highest.verdict.verdict).toBe("does not fit");
  });
  it("have three ways out, with what each costs", () => {
    for (const name of ["general", "cpu"]) {
      const ways = at(name).remedies;
      expect(ways.map(({ kind }) => kind)).toEqual(["raise the pool's maximum", "lower replicas", "bigger machines"]);
      expect(ways[0]?.monthlyUsd).toBeGreaterThan(0);
      expect(ways[1]?.monthlyUsd).toBe(0);
    }
  });
});

describe("beta", () => {
  const settings = settingsOf("beta");
  const load = stackLoad(settings, catalogue);
  it("fits at every load, by proof", () => {
    const verdicts = judgePools(load.pools, load.footprints).flatMap(({ pool, moments }) =>
      moments.map(({ moment, verdict }) => `${pool.name} ${moment}: ${JSON.stringify(verdict)}`),
    );
    expect(verdicts.filter((text) => !text.endsWith('{"verdict":"fits","evidence":"proof"}'))).toEqual([]);
  });
  it("reckons no component twice", () => {
    const names = load.footprints.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
  it("no longer fits with the plan's bound, and then every remedy helps", () => {
    const general = load.pools.find(({ name }) => name === "general")!;
    const small = { ...general, maximum: 3 };
    expect(judgePools([small], load.footprints)[0]!.moments.some(({ verdict }) => verdict.verdict !== "fits")).toBe(
      true,
    );
    expect(remedies(small, load.footprints, "rollout", () => 1).map(({ kind }) => kind)).toContain(
      "raise the pool's maximum",
    );
  });
});

describe("reservations", () => {
  const options = { factor: 0.25, pools: ["general", "memory"], spreadPools: ["memory"], aws: true } as const;
  it("all say where their figures come from", () => {
    for (const { source } of reservations({ ...options, form: "available" })) {
      expect(source).toMatch(/^(upstream default: |assumed: |RabbitMQ)/);
    }
  });
  it("are one of each and smaller in a small stack, and without EKS' daemons elsewhere", () => {
    const small = reservations({ ...options, form: "single", aws: false });
    expect(small.every(({ footprint }) => footprint.kind === "perNode" || footprint.pods.maximum === 1)).toBe(true);
    expect(small.some(({ footprint }) => footprint.name === "aws-node")).toBe(false);
  });
});

describe("the reports", () => {
  it.each([
    ["capacity", "beta", "Everything fits, in any order of events"],
    ["disruption", "beta", "postgresql                       3      2          1"],
    ["cost", "beta", "a month as expected"],
    ["cost", "dev", "nothing is billed by this project"],
  ])("%s of %s is printed, and drawn where it has a picture", (name, stack, sentence) => {
    const paper = new Paper({ columns: 100, colour: false });
    const result = reports.find((report) => report.name === name)!.run(input(stack));
    result.print(paper);
    expect(paper.text).toContain(sentence);
    if (result.draw) expect(result.draw()).toMatch(/^<svg [^]*<\/svg>\n$/);
  });
});
