import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BudgetInput, connectionBudget, poolerPlan } from "../../../model/database/connections";
import { databaseEdges } from "../../../stacks/altlas/database/edges";

const plan: BudgetInput = {
  services: [
    { name: "api-gateway", replicas: { maximum: 15 } },
    { name: "segmentation-service", replicas: { maximum: 15 } },
    { name: "runner-service", replicas: { maximum: 15 } },
    { name: "archive-service", replicas: { maximum: 12 } },
    { name: "ai-orchestrator", replicas: { maximum: 10 } },
  ],
  edges: databaseEdges,
  maxConnections: 200,
  poolers: 2,
};
const today: BudgetInput = { ...plan, edges: databaseEdges.filter(({ status }) => status === "exists") };

describe("the connection budget", () => {
  it("gives every client of the archive a connection where there is room, and counts its migrations past the pooler", () => {
    const budget = connectionBudget(today);
    // 12 pods and 3 in an update, 7 connections each.
    expect(budget.clients).toBe(105);
    expect(budget.pools).toEqual([{ role: "archive", database: "atlas_db", size: 53 }]);
    // 15 for migrations past the pooler, 8 of jobs and exporter, 2 look-ups, 8 in reserve.
    expect(budget.beside).toBe(33);
    expect(budget.roles.map(({ name, connectionLimit }) => [name, connectionLimit])).toEqual([["archive", 121]]);
    expect(budget.problems).toEqual([]);
  });

  it("shares out by clients where there is no room for all", () => {
    const { pools, left, pooled, problems } = connectionBudget(plan);
    expect(problems).toEqual([]);
    expect(pooled).toBeLessThanOrEqual(left);
    const size = Object.fromEntries(pools.map((pool) => [pool.role, pool.size]));
    expect(size.archive).toBeGreaterThan(size.ai_orchestrator ?? 0);
  });

  it("refuses a server that is too small, with the numbers and the number that fits", () => {
    const small = connectionBudget({ ...plan, maxConnections: 100 });
    expect(small.problems).toHaveLength(1);
    const [problem] = small.problems;
    expect(problem).toMatchObject({ setting: "altlas:database.maxConnections", value: 100 });
    expect(problem?.why).toMatch(/api-gateway 95/);
    const fits = Number(/Set it to (\d+) or more/.exec(problem?.remedy ?? "")?.[1]);
    expect(connectionBudget({ ...plan, maxConnections: fits }).problems).toEqual([]);
    expect(connectionBudget({ ...plan, maxConnections: fits - 1 }).problems).toHaveLength(1);
  });

  it("never promises more connections than the server has, whatever there is of services", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 5, maxLength: 5 }),
        fc.integer({ min: 20, max: 2000 }),
        fc.integer({ min: 1, max: 5 }),
        (maxima, maxConnections, poolers) => {
          const services = plan.services.map(({ name }, index) => ({
            name,
            replicas: { maximum: maxima[index] ?? 1 },
          }));
          const budget = connectionBudget({ services, edges: databaseEdges, maxConnections, poolers });
          if (budget.problems.length > 0) return;
          expect(budget.beside + budget.pooled).toBeLessThanOrEqual(maxConnections);
          for (const { size } of budget.pools) expect(size).toBeGreaterThan(0);
        },
      ),
    );
  });

  it("lets one pooler take all clients while the others are away", () => {
    const budget = connectionBudget(plan);
    const pooler = poolerPlan(budget, 2);
    expect(pooler.maxClientConnections).toBeGreaterThan(budget.clients);
    expect(pooler.maxDatabaseConnections).toBe(
      Math.max(
        ...["altlas", "atlas_db"].map((database) =>
          budget.pools.filter((pool) => pool.database === database).reduce((all, { size }) => all + size, 0),
        ),
      ),
    );
  });
});
