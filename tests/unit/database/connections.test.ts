import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { surgePercent as deployedSurge } from "../../../components/microservice/defaults";
import { pooler as operatedPooler } from "../../../components/postgresql/cloud-native-pg/pooler";
import {
  type BudgetInput,
  clientsPerConnection,
  connectionBudget,
  fewestConnections,
  growth,
  growthTogether,
  poolerPlan,
} from "../../../model/database/connections";
import { poolerSurge, surgePercent } from "../../../model/database/connections/ledger";
import { share } from "../../../model/database/connections/share";
import { type Bytes } from "../../../model/quantity";
import { catalogue } from "../../../stacks/altlas";
import { databaseEdges } from "../../../stacks/altlas/database/edges";
import { serverSize } from "../../support/server-sizes";
import { sampleArgs } from "../components/cloud-native-pg/sample";

const { services } = catalogue;
/** Beta, every service by its target contract. */
const plan: BudgetInput = { services, edges: databaseEdges, maxConnections: 200, poolers: 2 };
const today: BudgetInput = { ...plan, edges: databaseEdges.filter(({ status }) => status === "exists") };

/** Any input of the platform's edges. */
const anyInput = fc
  .record({
    maxima: fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 5, maxLength: 5 }),
    perPod: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 6, maxLength: 6 }),
    maxConnections: fc.integer({ min: 20, max: 2000 }),
    poolers: fc.integer({ min: 1, max: 5 }),
  })
  .map(({ maxima, perPod, ...rest }): BudgetInput => ({
    ...rest,
    services: services.map(({ name }, index) => ({ name, replicas: { maximum: maxima[index] ?? 1 } })),
    edges: databaseEdges.map((edge, index) => ({
      ...edge,
      database: { ...edge.database!, connectionsPerPod: perPod[index] ?? 1 },
    })),
  }));

describe("the connection budget", () => {
  it("gives every client of the archive a connection where there is room, and counts its migrations past the pooler", () => {
    const budget = connectionBudget(today);
    // 12 pods and 3 in an update, 7 connections each.
    expect(budget.clients).toBe(105);
    expect(budget.pools).toEqual([{ role: "archive", database: "atlas_db", size: 53 }]);
    // 15 for migrations past the pooler, 11 of jobs, agents and exporter, 3 look-ups, 8 in reserve.
    expect(budget.beside).toBe(37);
    // Three poolers while one is replaced, and the 15.
    expect(budget.roles.map(({ name, connectionLimit }) => [name, connectionLimit])).toEqual([["archive", 174]]);
    expect(budget.problems).toEqual([]);
  });

  it("shares beta's 200 out by clients where there is no room for all", () => {
    const budget = connectionBudget(plan);
    expect(budget).toMatchObject({ clients: 374, beside: 40, left: 160, least: 147, pooled: 159, poolersAtOnce: 3 });
    expect(Object.fromEntries(budget.pools.map(({ role, size }) => [role, size]))).toEqual({
      api_gateway: 18,
      archive: 16,
      runner: 10,
      segmentation: 5,
      ai_orchestrator: 4,
    });
    expect(budget.roles.map(({ name, connectionLimit }) => [name, connectionLimit])).toEqual([
      ["archive", 63],
      ["api_gateway", 54],
      ["runner", 30],
      ["segmentation", 15],
      ["ai_orchestrator", 12],
    ]);
    expect(budget.problems).toEqual([]);
  });

  it("refuses a server that is too small, with the numbers and every number that fits", () => {
    const small = { ...plan, maxConnections: 180 };
    const { problems } = connectionBudget(small);
    expect(problems).toHaveLength(1);
    const [{ setting, value, why, remedy }] = problems as [(typeof problems)[number]];
    expect([setting, value]).toEqual(["altlas:database.maxConnections", 180]);
    expect(why).toMatch(/374 connections to 2 poolers \(api-gateway 125, archive-service 105, .*which need 147/);
    expect(why).toMatch(/Of 180 only 140 are left beside 40 of others \(archive-service 15, postgresql-migrations 2/);

    const fits = Number(/Set it to (\d+) or more, with memory/.exec(remedy)?.[1]);
    expect(connectionBudget({ ...plan, maxConnections: fits }).problems).toEqual([]);
    expect(connectionBudget({ ...plan, maxConnections: fits - 1 }).problems).toHaveLength(1);

    const pods = Number(/replicas.maximum of api-gateway in altlas:services from 20 to (\d+)/.exec(remedy)?.[1]);
    const withPods = (maximum: number) => ({
      ...small,
      services: services.map((one) => (one.name === "api-gateway" ? { ...one, replicas: { maximum } } : one)),
    });
    expect(connectionBudget(withPods(pods)).problems).toEqual([]);
    expect(connectionBudget(withPods(pods + 1)).problems).toHaveLength(1);

    const perPod = Number(/lower the 5 connections of each pod of api-gateway to (\d+)/.exec(remedy)?.[1]);
    const withConnections = (connectionsPerPod: number) => ({
      ...small,
      edges: databaseEdges.map((edge) =>
        edge.from === "api-gateway" && edge.to === "pgbouncer"
          ? { ...edge, database: { ...edge.database!, connectionsPerPod } }
          : edge,
      ),
    });
    expect(connectionBudget(withConnections(perPod)).problems).toEqual([]);
    expect(connectionBudget(withConnections(perPod + 1)).problems).toHaveLength(1);
  });

  it("names the memory that more connections need, and several services where one alone makes no room", () => {
    const memory: Bytes = "768Mi";
    const tiny = { ...plan, maxConnections: 60, server: serverSize({ memory, maxConnections: 60 }) };
    const [problem] = connectionBudget(tiny).problems;
    expect(problem?.remedy).toMatch(
      /Set it to 187 or more, for which it needs altlas:database.resources.memory of \d+Mi \(now 768Mi\); or lower replicas.maximum of several services/,
    );
    expect(connectionBudget({ ...tiny, server: serverSize({}) }).problems[0]?.remedy).toMatch(
      /187 or more \(its 6Gi of memory carry that\)/,
    );
  });

  it("refuses nothing that has room, and nothing else passes", () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const { problems } = connectionBudget(input);
        expect(problems.length === 0).toBe(fewestConnections(input) <= input.maxConnections);
      }),
    );
  });

  it("never promises more connections than the server has, nor fewer than one for four clients", () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const { problems, beside, pooled, pools, lines, roles, maxConnections } = connectionBudget(input);
        if (problems.length > 0) return;
        expect(beside + pooled).toBeLessThanOrEqual(maxConnections);
        for (const { role, size } of pools) {
          const clients = lines.find((line) => line.at === "pooler" && line.role === role)!.count;
          expect(size * input.poolers * clientsPerConnection, role).toBeGreaterThanOrEqual(clients);
          // More than all of its clients could use would be kept from others for nothing.
          expect((size - 1) * input.poolers, role).toBeLessThan(clients);
        }
        const reserved = lines.filter((line) => line.at === "server" && !roles.some(({ name }) => name === line.role));
        const others = reserved.reduce((sum, { count }) => sum + count, 0);
        const ofRoles = roles.reduce((sum, { connectionLimit }) => sum + connectionLimit, 0);
        expect(others + ofRoles).toBeLessThanOrEqual(maxConnections);
      }),
    );
  });

  it("reckons with the updates that Deployments really make", () => {
    expect(surgePercent).toBe(deployedSurge);
    expect(operatedPooler(sampleArgs()).spec.deploymentStrategy?.rollingUpdate?.maxSurge).toBe(poolerSurge);
  });
});

describe("growth", () => {
  it("tells which service breaks the budget first, and each number is the last that fits", () => {
    const found = growth(plan);
    expect(found.map(({ service, maximum, most }) => `${service} ${maximum} ${most}`)).toEqual([
      "api-gateway 20 25",
      "archive-service 12 15",
      "runner-service 16 22",
      "segmentation-service 15 28",
      "ai-orchestrator 10 25",
    ]);
    for (const { service, most } of found) {
      const grown = (maximum: number) => ({
        ...plan,
        services: services.map((one) => (one.name === service ? { ...one, replicas: { maximum } } : one)),
      });
      expect(connectionBudget(grown(most)).problems, service).toEqual([]);
      expect(connectionBudget(grown(most + 1)).problems, service).toHaveLength(1);
    }
    expect(growthTogether(plan)).toBe(105);
    expect(growth(today).map(({ service }) => service)).toEqual(["archive-service"]);
  });
});

describe("the poolers' plan", () => {
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
    // A reserve beyond the pools would be refused by the roles' limits.
    expect(pooler.settings.reserve_pool_size).toBe("0");
  });
});

describe("a service's own pool", () => {
  it("is as large as its edge to the pooler says, wherever the service reads its size", () => {
    const sizes = catalogue.services.flatMap(({ name, contracts }) =>
      contracts.target.environment.flatMap((variable) =>
        variable.name === "DATABASE_MAX_CONNECTIONS" && variable.kind === "value" ? [[name, variable.value]] : [],
      ),
    );
    const edges = databaseEdges.filter(({ to }) => to === "pgbouncer");
    expect(Object.fromEntries(sizes)).toEqual(
      Object.fromEntries(edges.map(({ from, database }) => [from, String(database!.connectionsPerPod)])),
    );
  });
});

describe("share", () => {
  it("gives everybody the least, nobody more than wanted, and all of the room that is wanted", () => {
    const claim = fc
      .nat({ max: 50 })
      .chain((full) => fc.record({ full: fc.constant(full), least: fc.nat({ max: full }) }));
    fc.assert(
      fc.property(fc.array(claim, { maxLength: 8 }), fc.nat({ max: 300 }), (claims, more) => {
        const room = claims.reduce((sum, { least }) => sum + least, 0) + more;
        const shares = share(claims, room);
        const total = shares.reduce((sum, value) => sum + value, 0);
        expect(total).toBe(
          Math.min(
            room,
            claims.reduce((sum, { full }) => sum + full, 0),
          ),
        );
        claims.forEach(({ least, full }, index) => {
          expect(shares[index]).toBeGreaterThanOrEqual(least);
          expect(shares[index]).toBeLessThanOrEqual(full);
        });
      }),
    );
  });
});
