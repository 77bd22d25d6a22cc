import { describe, expect, test } from "vitest";
import { images } from "../../../model/versions";
import { platformSettings, stackRuleSettings } from "../../../policies/settings/platform";
import { rules } from "../../../policies/rules";
import { readPolicySettings } from "../../../policies/settings";
import { catalogue } from "../../../stacks/altlas";
import { findingsOf, judgeResources } from "../../policies/fixtures";
import { recordedResources } from "../../policies/recorded";

/** Who publishes the services' images, those of what the cluster runs on, and of the database. */
const publishers = [
  "ghcr.io/krozenking",
  "registry.k8s.io/metrics-server",
  "registry.k8s.io/autoscaling",
  "public.ecr.aws/eks",
  "docker.io/library",
  "ghcr.io/cloudnative-pg",
  "quay.io/prometheuscommunity",
  "registry.k8s.io/kubectl",
  "quay.io/jetstack",
];
const mirrors = { "ghcr.io": "registry.example:5000/github" };

/** The settings of a rule under a stack's configuration. */
function settingsUnder(config: Readonly<Record<string, string>>, id: string): unknown {
  return readPolicySettings(config, rules).ruleSettings.get(id);
}

describe("what the platform's tables say to rules", () => {
  test("in a stack of this project a publisher is allowed with the first image; elsewhere there is no list", () => {
    const { allowed } = settingsUnder({ "altlas:images": '{"tag":"1.0.0"}' }, "ALT-K8S-032") as { allowed: string[] };
    expect(allowed).toEqual(publishers);
    expect(settingsUnder({}, "ALT-K8S-032")).toMatchObject({ allowed: [], mirrors: {} });
  });

  test("each image has its end of life", () => {
    const { catalogue: known } = platformSettings["ALT-K8S-033"] as { catalogue: { repository: string }[] };
    expect(known.map(({ repository }) => repository)).toEqual(Object.values(images).map((image) => image.repository));
  });

  test("the time to drain is one that both contracts of a service need", () => {
    const { drains } = platformSettings["ALT-K8S-060"] as { drains: Record<string, number> };
    for (const { name, contracts } of catalogue.services) {
      const needed = [contracts.current, contracts.target].map(({ shutdown }) => shutdown.drainSeconds);
      expect(needed).toContain(drains[`Deployment/*/${name}`]);
      expect(Math.max(...needed)).toBeGreaterThanOrEqual(drains[`Deployment/*/${name}`]!);
    }
  });

  test("who only watches depends on nobody", () => {
    const { dependencies } = platformSettings["ALT-K8S-061"] as { dependencies: { from: string; to: string }[] };
    expect(dependencies).toContainEqual({ from: "archive-service", to: "postgresql" });
    expect(dependencies.filter(({ from }) => from === "prometheus")).toEqual([]);
  });
});

describe("a stack's mirrors", () => {
  test("reach the rule on registries from the stack's own setting", () => {
    const config = { "altlas:images": JSON.stringify({ tag: "1.0.0", mirrors }) };
    expect(settingsUnder(config, "ALT-K8S-032")).toMatchObject({ mirrors, allowed: publishers });
    expect(settingsUnder({ "altlas:images": '{"tag":"1.0.0"}' }, "ALT-K8S-032")).toMatchObject({ mirrors: {} });
  });

  test("give way to what the stack says to the rule itself", () => {
    const policySettings = JSON.stringify({ "ALT-K8S-032": { mirrors: {} } });
    const config = { "altlas:images": JSON.stringify({ mirrors }), "altlas:policySettings": policySettings };
    expect(settingsUnder(config, "ALT-K8S-032")).toMatchObject({ mirrors: {} });
  });

  test("are where all of our images come from, and keep their end of life", async () => {
    const resources = await recordedResources("dev", { changes: { images: { tag: "1.0.0", mirrors } } });
    const stack = stackRuleSettings((key) => (key === "images" ? { mirrors } : undefined));
    const outcomes = (id: string, options = {}) =>
      findingsOf(judgeResources(resources, { environment: "dev", ...options }), id).map(({ outcome }) => outcome);
    expect(new Set(outcomes("ALT-K8S-032", { stack }))).toEqual(new Set(["pass"]));
    const unmirrored = { "ALT-K8S-032": { allowed: ["ghcr.io"] } };
    expect(new Set(outcomes("ALT-K8S-032", { stack: unmirrored }))).toEqual(new Set(["fail"]));
    expect(outcomes("ALT-K8S-033", { stack })).toContain("fail");
  });
});
