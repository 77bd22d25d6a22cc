import { describe, expect, it } from "vitest";
import { serverSettings } from "../../model/database/settings";
import { budgetFigures, type BudgetSource } from "../../reports/budgets/figures";
import { printBudgets } from "../../reports/budgets/print";
import { drawStackedBars } from "../../reports/pictures/stacked-bars";
import { Paper } from "../../reports/text/paper";
import { catalogue } from "../../stacks/altlas";
import { somePlatformDatabase } from "../support/platform-database";
import { serverSize } from "../support/server-sizes";

/** Beta's server and all services of the plan, under their target contracts. */
function source(maxConnections = 200): BudgetSource {
  const size = serverSize({ maxConnections });
  const { resources, volume, walVolume } = size;
  return {
    services: catalogue.services,
    edges: catalogue.edges,
    database: somePlatformDatabase({
      resources,
      volume,
      walVolume,
      maxConnections,
      instances: 3,
      settings: serverSettings(size),
    }),
  };
}

function print(from: BudgetSource): string {
  const paper = new Paper({ colour: false });
  printBudgets({ stack: "beta", budgets: [budgetFigures("target contracts", from)] }, paper);
  return paper.text;
}

describe("the report on budgets", () => {
  it("shares out every connection, and says what breaks first", () => {
    const figures = budgetFigures("target contracts", source());
    expect(figures).toMatchObject({ maxConnections: 200, beside: 40, pooled: 159, taken: 199, clients: 374 });
    expect(figures.lines.filter(({ at }) => at === "server").reduce((sum, { count }) => sum + count, 0)).toBe(40);
    expect(figures.pools.find(({ role }) => role === "archive")).toEqual({
      role: "archive",
      database: "atlas_db",
      clients: 105,
      size: 16,
      limit: 63,
    });
    expect(figures.growth[0]).toEqual({ service: "api-gateway", maximum: 20, most: 25 });
    expect(figures.walSenders).toBe(8);
    expect(figures.memory?.fits).toBe(true);
  });

  it("prints it for people: ledger, pools, growth and memory, no line wider than the paper", () => {
    const text = print(source());
    expect(text).toMatch(/max_connections 200: 40 beside the pools, 159 in the pools of 3 poolers/);
    expect(text).toMatch(/^archive-service +pooler +105 +12 pods at most and 3 more in an update, with 7 each\.$/m);
    expect(text).toMatch(/^ {2}archive +atlas_db +105 +16 +3\.3 +63$/m);
    expect(text).toMatch(/What breaks first when replicas grow: api-gateway, which may have 20 pods: with 26/);
    expect(text).toMatch(/^together +6(\.0)? GiB +of the limit of 6 GiB$/m);
    expect(Math.max(...text.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(100);
  });

  it("tells of a budget without room what is missing, and why it is refused", () => {
    const figures = budgetFigures("target contracts", source(150));
    expect(figures.problems).toHaveLength(1);
    const text = print(source(150));
    expect(text).toMatch(/37 too few/);
    expect(text).toMatch(/Refused: Services may have 374 connections/);
  });

  it("says nothing of memory and settings of a server that is somebody else's", () => {
    const own = source();
    const external: BudgetSource = {
      ...own,
      database: {
        ...own.database,
        settings: [],
        form: {
          kind: "external",
          host: "db.example.org",
          port: 5432,
          cidrs: [],
          administrator: { user: "admin", password: { secretName: "admin", key: "password" } },
        },
      },
    };
    const figures = budgetFigures("current contracts", external);
    expect(figures.memory).toBeUndefined();
    expect(figures.walSenders).toBeUndefined();
    expect(print(external)).not.toMatch(/Memory of one server/);
  });
});

describe("stacked bars", () => {
  const bar = (parts: number[], mark: number) => ({
    name: "target <now>",
    parts: parts.map((value, index) => ({ name: `part ${index}`, value })),
    mark,
  });

  it("put parts after one another in proportion, and a mark where they must end", () => {
    const svg = drawStackedBars("Connections", [bar([50, 30], 100)]);
    const rects = [...svg.matchAll(/<rect x="([\d.]+)" y="\d+" width="([\d.]+)" height="22"/g)];
    const [first, second] = rects.map(([, x, width]) => [Number(x), Number(width)]);
    expect(first).toEqual([144, 240]);
    expect(second).toEqual([144 + 240, 144]);
    expect(svg).toContain('x1="624"');
    expect(svg).toContain("80 of 100");
    expect(svg).toContain("target &lt;now&gt;");
    expect(svg).not.toContain("#be123c");
    expect(drawStackedBars("Connections", [bar([50, 30], 100)])).toBe(svg);
  });

  it("are red beyond the mark", () => {
    expect(drawStackedBars("Connections", [bar([50, 60], 100)])).toMatch(/#be123c">110 of 100/);
  });
});
