import { describe, expect, test } from "vitest";
import { readPolicySettings } from "../../../policies/settings";
import { rules } from "../../../policies/rules";
import { catalogue } from "../../../stacks/altlas";
import { findingsOf, judgeResources } from "../../policies/fixtures";
import { recordedResources } from "../../policies/recorded";
import { stackConfig } from "../../support/stack";
import { systemWorkloads } from "../../../policies/settings/system";

interface ServicesSetting {
  readonly services: readonly { readonly workload: string; readonly minimum: number }[];
  readonly fixed: readonly { readonly workload: string; readonly reason: string }[];
}

function settingsUnder(config: Readonly<Record<string, string>>, id: string): unknown {
  return readPolicySettings(config, rules).ruleSettings.get(id);
}

function minimums(config: Readonly<Record<string, string>>): Record<string, number> {
  const { services } = settingsUnder(config, "ALT-SCALE-001") as ServicesSetting;
  return Object.fromEntries(services.map(({ workload, minimum }) => [workload.split("/")[2] ?? "", minimum]));
}

describe("how many pods a service needs", () => {
  test("is the plan's table in a stack of the plan's size", () => {
    expect(minimums({})).toEqual({
      "api-gateway": 3,
      "segmentation-service": 3,
      "runner-service": 3,
      "archive-service": 2,
      "ai-orchestrator": 2,
    });
  });

  test("is dev's in dev, and never fewer than two", () => {
    expect(new Set(Object.values(minimums(stackConfig("dev"))))).toEqual(new Set([2]));
    const single = { "altlas:scale": '{"resources":0.25,"minimumReplicas":1,"maximumReplicas":4}' };
    expect(new Set(Object.values(minimums(single)))).toEqual(new Set([2]));
  });

  test("is fixed where the stack's scale leaves an autoscaler no room", () => {
    const fixed = (stack: string) =>
      (settingsUnder(stackConfig(stack), "ALT-SCALE-001") as ServicesSetting).fixed.map(({ workload }) => workload);
    const system = [...systemWorkloads.map(({ workload }) => workload), "Deployment/altlas-data/pgbouncer"];
    expect(fixed("dev")).toEqual(system);
    expect(fixed("kind")).toEqual([...system, ...catalogue.services.map(({ name }) => `Deployment/altlas/${name}`)]);
  });

  test("has the plan's ceiling, whatever the stack's scale is", () => {
    const ceilings = catalogue.services.map(({ name, replicas }) => ({
      workload: `Deployment/altlas/${name}`,
      maximum: replicas.maximum,
    }));
    expect(settingsUnder(stackConfig("dev"), "ALT-SCALE-003")).toMatchObject({ ceilings });
  });
});

describe("the node pools of a stack", () => {
  test("reach the rules on where pods go, with the zones of its cluster", () => {
    const { pools } = settingsUnder(stackConfig("dev"), "ALT-SCALE-010") as { pools: readonly { name: string }[] };
    expect(pools.map(({ name }) => name)).toEqual(["general", "cpu", "memory"]);
    expect(pools[1]).toEqual({
      name: "cpu",
      labels: { "altlas.io/pool": ["cpu"], "topology.kubernetes.io/zone": ["local-a", "local-b", "local-c"] },
      taints: [{ key: "cpu", value: "high", effect: "NoSchedule" }],
      minimum: 1,
      maximum: 3,
    });
    expect(settingsUnder(stackConfig("dev"), "ALT-SCALE-011")).toEqual({ pools });
  });

  test("say nothing where there are none, or where they cannot be read, which the program refuses", () => {
    const empty = { pools: [], required: false };
    expect(settingsUnder({}, "ALT-SCALE-010")).toEqual(empty);
    expect(settingsUnder({ "altlas:nodePools": "general" }, "ALT-SCALE-010")).toEqual(empty);
  });

  test("give way to what the stack says to the rule itself", () => {
    const policySettings = JSON.stringify({ "ALT-SCALE-010": { pools: [] } });
    const config = { ...stackConfig("dev"), "altlas:policySettings": policySettings };
    expect(settingsUnder(config, "ALT-SCALE-010")).toMatchObject({ pools: [] });
  });
});

/** A cluster as kind's, which needs no kubeconfig. */
const twoZones = { cluster: { mode: "local", zones: ["kind-a", "kind-b"] } };

describe.each([
  { stack: "dev", changes: {} },
  { stack: "kind", changes: twoZones },
])("stack $stack under its own configuration", ({ stack, changes }) => {
  test("keeps every rule on scaling, placement and disruption", async () => {
    const config = stackConfig(stack, changes);
    const ids = ["ALT-SCALE-001", "ALT-SCALE-010", "ALT-SCALE-011"];
    const settings = Object.fromEntries(ids.map((id) => [id, settingsUnder(config, id) as Record<string, unknown>]));
    const only = rules.filter(({ id }) => id.startsWith("ALT-SCALE"));
    const resources = await recordedResources(stack, { changes });
    const report = judgeResources(resources, { only, settings, environment: "prod" });
    expect(report.findings.flatMap(({ verdict }) => verdict.failures)).toEqual([]);
    for (const id of ids) {
      const passed = findingsOf(report, id).filter(({ outcome }) => outcome === "pass");
      expect(passed.length, id).toBeGreaterThanOrEqual(catalogue.services.length);
    }
  });
});
