import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { verdictAt } from "../../../model/capacity/pools";
import { type Footprint, podsAt } from "../../../model/footprint";
import { roomTaken } from "../../../policies/checks/capacity/footprints";
import { monthOf, type MonthSettings } from "../../../policies/checks/capacity/month";
import { knownPools } from "../../../policies/checks/capacity/pools";
import { Graph } from "../../../policies/graph/graph";
import { rules } from "../../../policies/rules";
import { readPolicySettings } from "../../../policies/settings";
import { catalogue } from "../../../stacks/altlas";
import { stackCost } from "../../../stacks/platform/cost";
import { stackLoad } from "../../../stacks/platform/load";
import { readSettings } from "../../../stacks/settings/load";
import { type Settings } from "../../../stacks/settings/schema";
import { findingsOf, judgeResources } from "../../policies/fixtures";
import { recordedResources } from "../../policies/recorded";
import { type StackVariation } from "../../support/program";
import { stackConfig } from "../../support/stack";

/** What takes room, in a form in which both ways of reckoning must give the same. */
function comparable(footprints: readonly Footprint[]) {
  return footprints
    .map((one) => ({
      name: one.name,
      cpu: one.pod.requests.cpuMillicores,
      memory: one.pod.requests.memoryMebibytes,
      ...(one.kind === "perNode"
        ? { pools: [...one.pools].sort() }
        : {
            pools: [one.pool],
            pods: [one.pods.minimum, one.pods.maximum, podsAt(one, "rollout")],
            spread: { alone: one.spread?.alone, zoneSkew: one.spread?.zoneSkew },
            volumes: one.volumes.map(({ sizeMebibytes, zonal = false }) => ({ sizeMebibytes, zonal })),
          }),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A stack by its own settings, and as the rules see what it registers. */
async function bothWays(stack: string, changes: StackVariation["changes"] = {}) {
  const config = {
    ...stackConfig(stack),
    ...Object.fromEntries(Object.entries(changes).map(([key, value]) => [`altlas:${key}`, JSON.stringify(value)])),
  };
  const settings = readSettings(config).settings as Settings;
  const resources = await recordedResources(stack, { changes });
  const ruleSettings = readPolicySettings(config, rules).ruleSettings.get("ALT-AWS-017") as MonthSettings;
  const graph = new Graph(resources);
  const pools = knownPools(graph, ruleSettings.pools);
  const { placed, reserved, doubts } = roomTaken(graph, pools, ruleSettings);
  expect(doubts).toEqual([]);
  return {
    settings,
    load: stackLoad(settings, catalogue),
    graph,
    ruleSettings,
    pools: pools.map(({ read }) => read()!),
    footprints: [...placed.map(({ footprint }) => footprint), ...reserved],
  };
}

describe("stack beta", () => {
  let beta: Awaited<ReturnType<typeof bothWays>>;
  beforeAll(async () => {
    beta = await bothWays("beta");
  });

  test("takes the same room by its reports and by what it registers", () => {
    expect(comparable(beta.footprints)).toEqual(comparable(beta.load.footprints));
  });

  test("has the same pools by both", () => {
    for (const pool of beta.pools) {
      const own = beta.load.pools.find(({ name }) => name === pool.name);
      expect(own).toMatchObject({
        instanceType: pool.instanceType,
        allocatable: pool.allocatable,
        minimum: pool.minimum,
        maximum: pool.maximum,
        zones: pool.zones,
        zonal: pool.zonal,
      });
    }
    expect(beta.pools).toHaveLength(beta.load.pools.length);
  });

  test("gets the same verdict at each moment", () => {
    for (const pool of beta.pools) {
      for (const moment of ["minimum", "expected", "maximum", "rollout", "zone loss"] as const) {
        const own = beta.load.pools.find(({ name }) => name === pool.name)!;
        expect(verdictAt(pool, beta.footprints, moment)).toEqual(verdictAt(own, beta.load.footprints, moment));
      }
    }
  });

  test("costs the same a month", () => {
    const { total, unknown } = monthOf(beta.graph, beta.ruleSettings);
    const report = stackCost(beta.settings, catalogue)!.estimate;
    for (const key of ["floor", "expected", "ceiling"] as const) expect(total[key]).toBeCloseTo(report.total[key], 6);
    expect([...unknown].sort()).toEqual([...report.unknown].sort());
  });
});

test("with the plan's bounds beta does not fit by its report, and its rule says so", async () => {
  const given = JSON.parse(stackConfig("beta")["altlas:nodePools"]!) as { name: string; maximum: number }[];
  const nodePools = given.map((pool) => (pool.name === "general" ? { ...pool, maximum: 5 } : pool));
  const { load, graph, ruleSettings } = await bothWays("beta", { nodePools });
  const general = load.pools.find(({ name }) => name === "general")!;
  expect(verdictAt(general, load.footprints, "maximum").verdict).toBe("does not fit");
  const { pools, reserved, sidecars } = ruleSettings;
  const settings = { "ALT-SCALE-008": { pools, reserved, sidecars } };
  const failed = findingsOf(judgeResources(graph.resources, { settings, environment: "beta" }), "ALT-SCALE-008");
  expect(failed.filter(({ outcome }) => outcome === "fail").map(({ verdict }) => verdict.part)).toEqual([
    "pool general",
  ]);
});

test("a cluster that is there already is judged by what is put on it now", () => {
  const settings = readPolicySettings(stackConfig("kind"), rules).ruleSettings;
  expect(settings.get("ALT-SCALE-008")).toMatchObject({ reserved: [], sidecars: [] });
  expect(settings.get("ALT-AWS-017")).toMatchObject({ pools: [] });
});

test("stack kind fits on its three nodes", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "altlas-kind-"));
  try {
    const kubeconfig = path.join(folder, "kubeconfig");
    writeFileSync(kubeconfig, "contexts: [{ name: kind-altlas }]");
    const config = stackConfig("kind");
    const cluster = { ...(JSON.parse(config["altlas:cluster"]!) as object), kubeconfig };
    const resources = await recordedResources("kind", { changes: { cluster } });
    const settings = readPolicySettings(config, rules).ruleSettings.get("ALT-SCALE-008") as Record<string, unknown>;
    const found = findingsOf(judgeResources(resources, { settings: { "ALT-SCALE-008": settings } }), "ALT-SCALE-008");
    expect(found.map(({ outcome, verdict }) => `${verdict.part}: ${outcome}`).sort()).toEqual([
      "pool cpu: pass",
      "pool general: pass",
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
