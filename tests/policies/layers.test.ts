import { beforeAll, describe, expect, it } from "vitest";
import { type Layer, layers } from "../../model/layers";
import { evaluate, type Report } from "../../policies/evaluate";
import { Graph } from "../../policies/graph/graph";
import { describeSubject } from "../../policies/rule";
import { rules } from "../../policies/rules";
import { readPolicySettings, withBeneath } from "../../policies/settings";
import { type Resource } from "../../policies/sources/resource";
import { layersSetting, recordSplit, splitFolder, splitStack } from "../support/golden/split";
import { type Recording } from "../../registrations/record";
import { stackConfig } from "../support/stack";
import { today } from "./fixtures";
import { recordedResources } from "./recorded";

/** The rules on what a stack registers, as the pack runs them at the end of its preview. */
function judge(resources: readonly Resource[], changes: Record<string, unknown> = {}): Report {
  const settings = readPolicySettings(stackConfig(splitStack, changes), rules);
  return evaluate(new Graph(withBeneath(resources, settings)), { rules, settings, today });
}
const of = (layer: Layer) => ({
  layers: layersSetting(layer),
  // What a stack has registered so far is its own; the whole's list would miss all that other stacks have now.
  policySettings: { "ALT-OPS-004": { file: `tests/golden/${splitFolder(layer)}/urns.txt` } },
});
const failing = ({ findings }: Report) =>
  findings
    .filter(({ outcome }) => outcome === "fail")
    .map(({ rule, verdict }) => `${rule.id} ${describeSubject(verdict)}`);

describe(`the rules on stack ${splitStack} as one stack for each layer`, () => {
  let whole: Report;
  let resources: Map<Layer, Resource[]>;
  let parts: Map<Layer, Report>;
  beforeAll(async () => {
    whole = judge(await recordedResources(splitStack));
    const recordings: ReadonlyMap<Layer, Recording> = await recordSplit();
    resources = new Map();
    for (const layer of layers) {
      const beneath = recordings.get(layers[layers.indexOf(layer) - 1] ?? layer)!.outputs;
      resources.set(layer, await recordedResources(splitStack, { changes: of(layer), beneath }));
    }
    parts = new Map(layers.map((layer) => [layer, judge(resources.get(layer)!, of(layer))]));
  });

  it.each(layers)("fail on nothing in the layer %s, and warn of no exemption that another layer needs", (layer) => {
    expect(failing(parts.get(layer)!)).toEqual([]);
    expect(parts.get(layer)!.totals.pass).toBeGreaterThan(50);
  });

  it("judge every subject of the whole in one of the layers, but for what no layer has alone", () => {
    const key = ({ rule, verdict }: Report["findings"][number]) => `${rule.id} ${describeSubject(verdict)}`;
    const decided = (report: Report) =>
      report.findings.filter(({ outcome }) => outcome === "pass" || outcome === "exempted").map(key);
    const together = new Set(layers.flatMap((layer) => decided(parts.get(layer)!)));
    const lost = new Set(decided(whole).filter((each) => !together.has(each)));
    // Two rules hold the autoscaler against AWS' groups, and the services against the autoscaler. A third is on what must
    // outlive what: of two stacks, whoever takes them down decides it.
    const rulesOf = [...new Set([...lost].map((each) => each.split(" ")[0]))].sort();
    expect(rulesOf).toEqual(["ALT-OPS-001", "ALT-SCALE-009", "ALT-SCALE-012"]);
    for (const { rule, verdict, outcome } of layers.flatMap((layer) => parts.get(layer)!.findings)) {
      if (!lost.has(key({ rule, verdict } as Report["findings"][number]))) continue;
      expect(outcome).toBe("notApplicable");
      expect(verdict.reason).toMatch(/^(The cluster is none of the resources|The stack has no cluster autoscaler)\.$/);
    }
  });

  it("hold the edges of the services against what the stack beneath closes, and see one policy too many", () => {
    const edges = parts.get("services")!.findings.filter(({ rule }) => rule.id === "ALT-NET-004");
    expect(edges.length).toBeGreaterThan(10);
    expect(new Set(edges.map(({ outcome }) => outcome))).toEqual(new Set(["pass"]));
    const open: Resource = {
      type: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
      name: "open",
      inputs: {
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { name: "open", namespace: "altlas" },
        spec: { podSelector: {}, policyTypes: ["Ingress"], ingress: [{}] },
      },
    };
    const failures = failing(judge([...resources.get("services")!, open], of("services")));
    expect(failures).toEqual(expect.arrayContaining(["ALT-NET-004 Namespace altlas", "ALT-NET-001 Namespace altlas"]));
  });

  it("would fail on the services' stack if it were taken for all of the environment", () => {
    expect(failing(judge(resources.get("services")!))).toContain("ALT-NET-001 Namespace altlas");
  });

  it("hold a stack's outputs against what its layers tell", () => {
    const outputs = (layer: Layer, as: Layer) =>
      failing(judge(resources.get(layer)!, of(as))).filter((each) => each.startsWith("ALT-OPS-006"));
    for (const layer of layers) {
      expect(outputs(layer, layer)).toEqual([]);
      for (const as of layers.filter((other) => other !== layer)) expect(outputs(layer, as)).toHaveLength(1);
    }
  });

  it("stop a stack of the whole environment from becoming one of a layer: all else would be deleted", () => {
    const { layers: own } = of("services");
    const failures = failing(judge(resources.get("services")!, { layers: own }));
    expect(failures).toContain("ALT-OPS-004 EksCluster eks");
    expect(failures).toContain("ALT-OPS-004 GovernedNamespace altlas-data");
  });

  it("still tell an exemption that nothing of the stack needs", () => {
    const needless = {
      rule: "ALT-K8S-030",
      resource: "Deployment/altlas/*",
      reason: "Left over from an image without a tag.",
      owner: "platform",
      expires: "2027-03-31",
    };
    const changes = (layer: Layer) => ({ ...of(layer), exemptions: [needless] });
    const told = (layer: Layer) =>
      failing(judge(resources.get(layer)!, changes(layer))).filter((each) => each.startsWith("ALT-OPS-005"));
    expect(told("services")).toHaveLength(1);
    expect(told("cluster")).toEqual([]);
  });
});
