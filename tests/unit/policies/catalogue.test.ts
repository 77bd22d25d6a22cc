import { describe, expect, test } from "vitest";
import { planScale } from "../../../model/scale";
import { catalogueSettings, readScale } from "../../../policies/settings/catalogue";
import { rules } from "../../../policies/rules";
import { readPolicySettings, resolveRuleSettings, SettingsError } from "../../../policies/settings";
import { catalogue } from "../../../stacks/altlas";
import { stackConfig } from "../../support/stack";

interface Numbers {
  readonly workload: string;
  readonly requests: { readonly cpu: string; readonly memory: string };
  readonly limits: { readonly cpu: string; readonly memory: string };
  readonly liveness: Readonly<Record<string, number>>;
}

const numbersOf = (settings: ReadonlyMap<string, unknown>): readonly Numbers[] =>
  (settings.get("ALT-K8S-005") as { services: readonly Numbers[] }).services;
/** `requests → limits` of each service. */
const sizes = (numbers: readonly Numbers[]) =>
  Object.fromEntries(
    numbers.map(({ workload, requests, limits }) => [
      workload,
      `${requests.cpu} ${requests.memory} → ${limits.cpu} ${limits.memory}`,
    ]),
  );

describe("what the catalogue says to the rules", () => {
  test("is the plan's table where a stack has no scale", () => {
    const numbers = numbersOf(readPolicySettings({ "altlas:environment": "beta" }, rules).ruleSettings);
    expect(sizes(numbers)).toEqual({
      "Deployment/altlas/api-gateway": "500m 512Mi → 1 1Gi",
      "Deployment/altlas/segmentation-service": "1 1Gi → 2 2Gi",
      "Deployment/altlas/runner-service": "500m 512Mi → 1 1Gi",
      "Deployment/altlas/archive-service": "500m 512Mi → 1 1Gi",
      "Deployment/altlas/ai-orchestrator": "1 1Gi → 2 2Gi",
    });
    expect(numbers.map(({ liveness }) => Object.values(liveness))).toEqual([
      [30, 10, 5],
      [60, 15, 10],
      [45, 15, 10],
      [30, 10, 5],
      [60, 15, 10],
    ]);
  });

  test("is what dev registers, from dev's own configuration", () => {
    const numbers = numbersOf(readPolicySettings(stackConfig("dev"), rules).ruleSettings);
    expect(sizes(numbers)).toEqual({
      // A quarter of the plan's cpu in steps of 10m; memory at each service's floor where a quarter would be less.
      "Deployment/altlas/api-gateway": "130m 256Mi → 260m 512Mi",
      "Deployment/altlas/segmentation-service": "250m 512Mi → 500m 1Gi",
      "Deployment/altlas/runner-service": "130m 128Mi → 260m 256Mi",
      "Deployment/altlas/archive-service": "130m 128Mi → 260m 256Mi",
      "Deployment/altlas/ai-orchestrator": "250m 512Mi → 500m 1Gi",
    });
  });

  test("has liveness numbers that hold for whichever contract a service runs", () => {
    for (const { name, contracts } of catalogue.services) {
      const timing = Object.values(contracts).map(({ probes: { liveness } }) => [
        liveness.initialDelaySeconds,
        liveness.periodSeconds,
        liveness.timeoutSeconds,
      ]);
      expect(timing[0], name).toEqual(timing[1]);
    }
  });

  test("names the plan's two slow starters", () => {
    const { slowStarters } = catalogueSettings(planScale)["ALT-K8S-013"] as { slowStarters: { container: string }[] };
    expect(slowStarters.map(({ container }) => container)).toEqual(["segmentation-service", "ai-orchestrator"]);
  });

  test("gives way to the stack's own settings, key by key", () => {
    const own = { "ALT-K8S-013": { minimumSeconds: 120 }, "ALT-K8S-005": { services: [] } };
    const settings = resolveRuleSettings(own, rules, planScale);
    expect(settings.get("ALT-K8S-013")).toMatchObject({ minimumSeconds: 120, slowStarters: [{}, {}] });
    expect(numbersOf(settings)).toEqual([]);
  });
});

describe("a stack's scale", () => {
  test("is read as the engine hands it over", () => {
    const scale = { resources: 0.5, minimumReplicas: 1, maximumReplicas: 2 };
    const config = { "altlas:scale": JSON.stringify(scale) };
    expect(readScale(scale)).toEqual(scale);
    expect(sizes(numbersOf(readPolicySettings(config, rules).ruleSettings))).toMatchObject({
      "Deployment/altlas/api-gateway": "250m 256Mi → 500m 512Mi",
    });
  });

  test.each([
    ["no number", { resources: "half", minimumReplicas: 2, maximumReplicas: 4 }, /altlas:scale.resources = /],
    ["more than the plan", { resources: 2, minimumReplicas: 2, maximumReplicas: 4 }, /altlas:scale.resources = 2/],
    ["a text", "half", /altlas:scale = /],
  ])("that is %s stops the pack, with the setting's name", (_, given, says) => {
    const read = () => readPolicySettings({ "altlas:scale": JSON.stringify(given) }, rules);
    expect(read).toThrow(SettingsError);
    expect(read).toThrow(says);
  });
});
