import { describe, expect, it } from "vitest";
import { allMonth, always, type CostItem, estimate } from "../../../model/cost/estimate";
import { priceTables, priceUnits } from "../../../model/cost/prices";
import { catalogue } from "../../../stacks/altlas";
import { budgetProblems, budgetWarning, stackCost } from "../../../stacks/platform/cost";
import { readStackFile } from "../../../stacks/settings/file";
import { readSettings } from "../../../stacks/settings/load";
import { type Settings } from "../../../stacks/settings/schema";

const items: CostItem[] = [
  { layer: "cluster", what: "EKS control plane", price: { name: "eksCluster" }, quantity: always(allMonth(1)) },
  {
    layer: "nodes",
    what: "Nodes",
    price: { machine: "m6i.xlarge" },
    quantity: { floor: 730, expected: 1460, ceiling: 2190 },
  },
  { layer: "nodes", what: "Strange nodes", price: { machine: "x9.huge" }, quantity: always(730) },
];

describe("an estimate", () => {
  it("adds up what has a price, by hand", () => {
    const { total, layers, unknown } = estimate(items, "us-east-1", priceTables["us-east-1"]);
    expect(layers.cluster?.expected).toBeCloseTo(73);
    expect(layers.nodes?.floor).toBeCloseTo(140.16);
    expect(total.ceiling).toBeCloseTo(73 + 420.48);
    expect(unknown).toEqual(["Strange nodes (hour of x9.huge, us-east-1)"]);
  });
  it("knows no price in a region without a table", () => {
    const { total, unknown } = estimate(items, "mars-north-1", undefined);
    expect(total.expected).toBe(0);
    expect(unknown).toHaveLength(3);
  });
});

describe("the price tables", () => {
  it.each(Object.values(priceTables))("$region: dated, sourced, above zero", ({ asOf, sources, prices, machines }) => {
    expect(asOf).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(sources.length).toBeGreaterThan(1);
    for (const amount of [...Object.values(prices), ...Object.values(machines)]) expect(amount).toBeGreaterThan(0);
    for (const name of Object.keys(prices)) expect(priceUnits).toHaveProperty(name);
  });
});

describe("beta's cost", () => {
  const file = readStackFile("beta", process.cwd());
  if ("problems" in file) throw new Error(JSON.stringify(file.problems));
  const settings = readSettings(file.config).settings as Settings;
  const { estimate: found, shares } = stackCost(settings, catalogue)!;
  it("rises from floor to ceiling, in total and in each layer", () => {
    for (const { floor, expected, ceiling } of [found.total, ...Object.values(found.layers)]) {
      expect(floor).toBeLessThanOrEqual(expected);
      expect(expected).toBeLessThanOrEqual(ceiling);
    }
  });
  it("is what its parts are: nodes by machine and hours", () => {
    const general = found.lines.find(({ what }) => what === "Nodes of pool general");
    expect(general?.monthlyUsd?.ceiling).toBeCloseTo(12 * 730 * 0.46);
  });
  it("is shared out in full among those who ask for nodes, and idle", () => {
    const nodes = found.lines
      .filter(({ what }) => what.startsWith("Nodes of pool"))
      .reduce((sum, { monthlyUsd }) => sum + (monthlyUsd?.expected ?? 0), 0);
    expect(shares.reduce((sum, { monthlyUsd }) => sum + monthlyUsd.expected, 0)).toBeCloseTo(nodes, 0);
  });
  it("stays in the stack's budget, and is refused by a smaller one with its figures", () => {
    expect(budgetProblems(settings, catalogue)).toEqual([]);
    const [problem] = budgetProblems({ ...settings, budget: { monthlyUsd: 100 } }, catalogue);
    expect(problem?.why).toContain(`$${found.total.expected.toFixed(0)} a month`);
    expect(budgetWarning({ ...settings, budget: { monthlyUsd: found.total.expected + 1 } }, catalogue)).toContain(
      `$${found.total.ceiling.toFixed(0)}`,
    );
    expect(budgetWarning({ ...settings, budget: { monthlyUsd: found.total.ceiling } }, catalogue)).toBeUndefined();
    const both = (highestUsd: number) =>
      budgetWarning({ ...settings, budget: { monthlyUsd: found.total.expected + 1, highestUsd } }, catalogue);
    expect(both(found.total.ceiling - 1)).toContain("above altlas:budget.highestUsd of");
    expect(both(found.total.ceiling)).toBeUndefined();
  });
});
