import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Graph } from "../../policies/graph/graph";
import { toJson } from "../../policies/outputs/json";
import { renderText } from "../../policies/outputs/text";
import { undecided } from "../../policies/report";
import { rules } from "../../policies/rules";
import { evaluate } from "../../policies/evaluate";
import { resolveRuleSettings, SettingsError } from "../../policies/settings";
import { fromObjects } from "../../policies/sources/objects";
import { type Resource } from "../../policies/sources/resource";
import { UNKNOWN } from "../../policies/field";
import {
  app,
  compliant,
  copy,
  drop,
  findingsOf,
  judge,
  judgeResources,
  type Manifest,
  set,
  today,
  unknown,
  without,
} from "./fixtures";

const exemption = {
  rule: "ALT-K8S-002",
  resource: "Deployment/altlas/archive-service",
  reason: "Its memory is not measured yet; the load test of January decides.",
  owner: "platform",
  expires: "2026-12-01",
};
const noLimit = drop("Deployment", `${app}.resources.limits.memory`);

describe("a run of all rules", () => {
  test("finds nothing in the careful service", () => {
    expect(judge().totals).toMatchObject({ fail: 0, cannotTell: 0, exempted: 0 });
  });

  test("gives the same report for any order of the resources", () => {
    const manifests = compliant();
    for (const edit of [
      noLimit,
      copy("Deployment", "twin"),
      without("PodDisruptionBudget"),
      unknown("Service", "spec.selector"),
    ]) {
      edit(manifests);
    }
    const expected = JSON.stringify(toJson(judgeResources(fromObjects(manifests))));
    fc.assert(
      fc.property(fc.shuffledSubarray(manifests, { minLength: manifests.length }), (shuffled) => {
        expect(JSON.stringify(toJson(judgeResources(fromObjects(shuffled))))).toBe(expected);
      }),
      { seed: 20_261_123, numRuns: 30 },
    );
  });

  test("never crashes and never passes more, whatever single property is unknown", () => {
    // Every path of the service's objects in turn becomes unknown: a failure may become undecided, a pass may not appear.
    const manifests = compliant();
    noLimit(manifests);
    const failing = new Set(
      findingsOf(judgeResources(fromObjects(manifests)), "ALT-K8S-002").map((each) => each.outcome),
    );
    expect(failing).toContain("fail");
    let tried = 0;
    const hide = (holder: Record<string, unknown>, key: string): void => {
      const value = holder[key];
      holder[key] = UNKNOWN;
      const { totals } = judgeResources(fromObjects(manifests));
      expect(totals.fail).toBeLessThanOrEqual(1);
      expect(totals.fail + totals.cannotTell).toBeGreaterThan(0);
      holder[key] = value;
      tried += 1;
      if (typeof value === "object" && value !== null) {
        for (const inner of Object.keys(value)) hide(value as Record<string, unknown>, inner);
      }
    };
    for (const manifest of manifests)
      for (const key of ["metadata", "spec", "data"]) if (key in manifest) hide(manifest, key);
    expect(tried).toBeGreaterThan(150);
  });

  test("never crashes on objects with properties of wrong types", () => {
    const wrong = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.constant([]),
      fc.constant({}),
      fc.boolean(),
      fc.constant(null),
    );
    const paths = ["metadata", "spec", "data", "spec.template", "spec.template.spec", "spec.selector", `${app}.ports`]
      .concat([
        `${app}.image`,
        `${app}.env`,
        "metadata.namespace",
        "spec.egress",
        "spec.podSelector",
        "metadata.labels",
      ])
      .concat(["spec.ports", "spec.metrics", "spec.scaleTargetRef", `${app}.securityContext`, "metadata.annotations"]);
    const kinds = [
      "Deployment",
      "Service",
      "ConfigMap",
      "NetworkPolicy",
      "HorizontalPodAutoscaler",
      "PodDisruptionBudget",
    ];
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.constantFrom(...paths), wrong, (kind, path, value) => {
        expect(() =>
          judge([
            (manifests) => {
              try {
                set(kind, path, value)(manifests);
              } catch {
                // The kind has no such place.
              }
            },
          ]),
        ).not.toThrow();
      }),
      { seed: 20_261_123, numRuns: 300 },
    );
  });
});

describe("levels", () => {
  test("stop the update by the rule's gate and the environment", () => {
    for (const environment of ["dev", "beta", "prod"]) expect(judge([noLimit], { environment }).blocked).toBe(true);
    expect(judge([], { environment: "prod" }).blocked).toBe(false);
  });
});

describe("an exemption", () => {
  test("covers a failure, which is listed and stops nothing", () => {
    const report = judge([noLimit], { exemptions: [exemption] });
    expect(report.blocked).toBe(false);
    expect(report.totals).toMatchObject({ fail: 0, exempted: 1 });
    const text = renderText({ target: "test", report, notices: [] }, { colour: false });
    expect(text).toContain(
      "ALT-K8S-002 Container app of Deployment altlas/archive-service, by platform until 2026-12-01",
    );
    expect(text).toContain("Exemptions that end soon (1)");
  });

  test.each([
    ["has ended", { expires: "2026-11-22" }],
    ["is of another rule", { rule: "ALT-K8S-001" }],
    ["names another resource", { resource: "Deployment/altlas/other" }],
    ["cannot be read", { reason: "short" }],
  ])("that %s covers nothing, and is reported", (_, change) => {
    const report = judge([noLimit], { exemptions: [{ ...exemption, ...change }] });
    expect(report.blocked).toBe(true);
    expect(findingsOf(report, "ALT-K8S-002").map(({ outcome }) => outcome)).toContain("fail");
    expect(findingsOf(report, "ALT-OPS-005").map(({ outcome }) => outcome)).toEqual(["fail"]);
  });

  test("that nothing needs is a warning, and stops nothing", () => {
    const report = judge([], { exemptions: [exemption] });
    expect(findingsOf(report, "ALT-OPS-005").map(({ outcome, blocks }) => [outcome, blocks])).toEqual([
      ["fail", false],
    ]);
    expect(report.blocked).toBe(false);
  });
});

describe("rule settings", () => {
  test("that are wrong are refused, all problems in one message", () => {
    const wrong = { "ALT-K8S-020": { minimumUserId: 0, other: 1 }, "ALT-K8S-001": { a: 1 }, "ALT-XXX-001": {} };
    const read = () => resolveRuleSettings(wrong, rules);
    expect(read).toThrow(SettingsError);
    expect(read).toThrow(/altlas:policySettings.ALT-K8S-001 = [\s\S]*This rule has no settings/);
    expect(read).toThrow(/altlas:policySettings.ALT-K8S-020.minimumUserId = 0/);
    expect(read).toThrow(/altlas:policySettings.ALT-XXX-001 = [\s\S]*There is no such rule/);
  });

  test("of the stack replace single keys of the project's", () => {
    const settings = resolveRuleSettings({ "ALT-NET-005": { dnsAddresses: ["169.254.20.10"] } }, rules);
    expect(settings.get("ALT-NET-005")).toMatchObject({
      internetEgress: ["Deployment/*/api-gateway"],
      dnsAddresses: ["169.254.20.10"],
    });
  });
});

describe("the text report", () => {
  const report = judge([
    noLimit,
    set("PodDisruptionBudget", "spec.maxUnavailable", 0),
    unknown("Service", "spec.ports"),
  ]);
  const text = renderText({ target: "test", report, notices: [] }, { colour: false });

  test("groups failures by severity, the worst first", () => {
    expect(text).toMatch(/^Critical \(1\)\n {2}failed ALT-SCALE-021 .*\n\nHigh \(1\)\n {2}failed ALT-K8S-002 /);
  });

  test("names what cannot be told, and ends with all outcomes and a verdict", () => {
    expect(text).toContain("Cannot be told before the update");
    expect(text).toMatch(/\d+ rules: \d+ passed, 2 failed, \d+ could not be told, \d+ not applicable\./);
    expect(text).toMatch(/Violations of mandatory rules: an update would be stopped\.\n$/);
  });

  test("folds what many resources wait for alike, and keeps what few do", () => {
    const waiting = (count: number) => {
      const subnets = Array.from({ length: count }, (_, index): Resource => ({
        type: "aws:ec2/subnet:Subnet",
        name: `subnet-${String(index).padStart(2, "0")}`,
        inputs: { vpcId: UNKNOWN },
      }));
      return undecided(judgeResources(subnets)).filter((line) => line.endsWith("(ALT-OPS-003)"));
    };
    expect(waiting(5)).toHaveLength(5);
    expect(waiting(30)).toEqual([
      ...[0, 1, 2, 3].map((index) => `Subnet subnet-0${index}: vpcId is not known before the update (ALT-OPS-003)`),
      "… and 26 more (ALT-OPS-003)",
    ]);
  });

  test("is coloured only when asked", () => {
    expect(text).not.toContain("\u001b[");
    expect(renderText({ target: "test", report, notices: [] }, { colour: true })).toContain(
      "\u001b[31mfailed\u001b[0m",
    );
  });

  test("has every failure in its JSON too, with rule, resource and path", () => {
    const json = toJson(report) as { findings: { rule: string; messages: { path: string }[] }[] };
    const failed = json.findings.filter(({ messages }) => messages.length > 0);
    expect(failed.map(({ rule, messages }) => [rule, messages[0]!.path])).toEqual([
      ["ALT-SCALE-021", "spec.maxUnavailable"],
      ["ALT-K8S-002", `${app}.resources.limits.memory`],
    ]);
  });
});

describe("speed", () => {
  /** The careful service many times over, in one namespace: the worst case for selectors. */
  function many(services: number): Manifest[] {
    const all: Manifest[] = [];
    for (let index = 0; index < services; index += 1) {
      const name = `service-${index}`;
      const text = JSON.stringify(compliant().slice(1)).replaceAll("archive-service", name);
      all.push(
        ...(JSON.parse(text) as Manifest[]).filter(
          ({ kind, metadata }) =>
            kind !== "NetworkPolicy" || index === 0 || (metadata as Manifest).name === "from-gateway",
        ),
      );
    }
    return [compliant()[0]!, ...all];
  }

  function seconds(manifests: readonly Manifest[]): number {
    const resources = fromObjects(manifests);
    const start = performance.now();
    evaluate(new Graph(resources), {
      rules,
      settings: { ruleSettings: resolveRuleSettings({}, rules), exemptions: [], exemptionProblems: [] },
      today,
    });
    return (performance.now() - start) / 1000;
  }

  test("grows with the number of objects, not with its square", () => {
    seconds(many(50));
    const [small, large] = [many(100), many(400)];
    const best = (manifests: readonly Manifest[]) => Math.min(...[1, 2, 3].map(() => seconds(manifests)));
    // Linear is 4; the square would be 16. The margin is for a busy machine.
    expect(best(large) / best(small)).toBeLessThan(9);
  });
});
