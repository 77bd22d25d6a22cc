import { load } from "js-yaml";
import { describe, expect, test } from "vitest";
import { ClusterAutoscaler } from "../../../components/cluster-autoscaler";
import { type ClusterAutoscalerArgs } from "../../../components/cluster-autoscaler/args";
import { footprint } from "../../../components/cluster-autoscaler/footprint";
import { flags } from "../../../components/cluster-autoscaler/specs/flags";
import {
  clusterAutoscalerManifests,
  clusterAutoscalerObjects,
} from "../../../components/cluster-autoscaler/specs/objects";
import { priorityTable } from "../../../components/cluster-autoscaler/specs/priorities";
import { autoscaledVersions, clusterAutoscalerTag } from "../../../model/versions";
import { recordRegistrations } from "../../../registrations/record";
import { accepts, expanders, flagsOf } from "./cluster-autoscaler-flags";

function args(changes: Partial<ClusterAutoscalerArgs> = {}): ClusterAutoscalerArgs {
  return {
    namespace: "kube-system",
    serviceAccount: "cluster-autoscaler",
    partOf: "whole",
    image: "registry.example/cluster-autoscaler:v1.36.1",
    clusterName: "beta",
    region: "eu-central-1",
    maximumNodes: 30,
    scaledPools: [
      { groupName: "eks-general-", priority: 50 },
      { groupName: "eks-cpu.high-", priority: 10 },
    ],
    replicas: 2,
    pool: {
      name: "general",
      allocatable: { cpu: "4", memory: "14Gi", pods: 58 },
      minimum: 3,
      maximum: 10,
      taints: [],
      zones: ["a", "b", "c"],
    },
    priorityClassName: "system-cluster-critical",
    networks: ["10.0.0.0/16"],
    ...changes,
  };
}

describe("the cluster autoscaler", () => {
  test("has a reason for each flag and names none twice", () => {
    const all = flags(args());
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    for (const { name, why } of all) expect(why.length, name).toBeGreaterThan(15);
  });

  test.each(autoscaledVersions)("names flags of its release for Kubernetes %s, with values that they take", (minor) => {
    const known = flagsOf(clusterAutoscalerTag(minor) ?? "");
    expect(known?.size).toBeGreaterThan(100);
    for (const { name, value } of flags(args())) {
      const type = known?.get(name);
      expect(type, name).toBeDefined();
      expect(type !== undefined && accepts[type](value), `--${name}=${value} is no ${type}`).toBe(true);
    }
    const chosen =
      flags(args())
        .find(({ name }) => name === "expander")
        ?.value.split(",") ?? [];
    expect(expanders).toEqual(expect.arrayContaining(chosen));
    expect(new Set(chosen).size).toBe(chosen.length);
  });

  test.each([
    ["bool", ["yes", "1", ""]],
    ["duration", ["10", "10 m", "10min", ""]],
    ["integer", ["1.5", "ten", ""]],
    ["number", ["0,5", "50%", ""]],
    ["severity", ["debug", ""]],
    ["text", [""]],
  ] as const)("would be refused a value that is no %s", (type, values) => {
    for (const value of values) expect(accepts[type](value), value).toBe(false);
  });

  test("touches only the groups of its own cluster, and never makes more nodes than the pools allow", () => {
    const values = Object.fromEntries(flags(args()).map(({ name, value }) => [name, value]));
    expect(values["node-group-auto-discovery"]).toMatch(/,k8s\.io\/cluster-autoscaler\/beta$/);
    expect(values["max-nodes-total"]).toBe("30");
  });

  test("prefers pools in the order of their priority, and takes groups that nobody named last", () => {
    const table = load(priorityTable(args().scaledPools)) as Record<string, string[]>;
    expect(table).toEqual({ "50": ["^eks-general-"], "10": [String.raw`^eks-cpu\.high-`], "1": [".*"] });
    const patterns = Object.values(table).flat();
    expect(patterns.filter((pattern) => new RegExp(pattern).test("eks-cpuxhigh-1"))).toEqual([".*"]);
  });

  test("may change no object of the cluster but nodes' taints, pods that it evicts, and what is its own", () => {
    const { clusterRole, role } = clusterAutoscalerObjects(args());
    const writes = clusterRole.rules.flatMap(({ resources, verbs }) =>
      verbs.some((verb) => !["get", "list", "watch"].includes(verb)) ? resources : [],
    );
    expect(writes).toEqual(["events", "nodes", "pods/eviction", "pods/status"]);
    const unnamed = role.rules.filter((rule) => !("resourceNames" in rule)).flatMap(({ verbs }) => verbs);
    expect(unnamed).not.toContain("update");
    expect(JSON.stringify([clusterRole, role])).not.toMatch(/"\*"|secrets/);
  });

  test("reaches the credentials of its role, and asks no machine for its region", () => {
    const { networkPolicy, deployment } = clusterAutoscalerObjects(args());
    expect(JSON.stringify(networkPolicy.spec.egress)).toContain("169.254.170.23/32");
    const [container] = deployment.spec.template.spec?.containers ?? [];
    expect(container?.env).toEqual([{ name: "AWS_REGION", value: "eu-central-1" }]);
  });

  test("has a release for each minor that is known, and none for others", () => {
    for (const minor of autoscaledVersions) {
      expect(clusterAutoscalerTag(minor)).toMatch(
        new RegExp(String.raw`^v${minor.replace(".", String.raw`\.`)}\.\d+$`),
      );
    }
    for (const minor of ["1.33", "1.99", "", "toString"]) expect(clusterAutoscalerTag(minor)).toBeUndefined();
  });

  test("takes two pods, one more while it is replaced", () => {
    expect(footprint(args())).toMatchObject({ pods: { minimum: 2, maximum: 2 }, surgePercent: 50 });
  });

  test("registers exactly its manifests", async () => {
    const { registrations } = await recordRegistrations(() => {
      new ClusterAutoscaler("cluster-autoscaler", args());
    });
    const kinds = registrations.map(({ type }) => type.split(":").at(-1));
    expect(kinds.filter((kind) => kind !== "ClusterAutoscaler").sort()).toEqual(
      clusterAutoscalerManifests(args())
        .map(({ kind }) => kind)
        .sort(),
    );
  });
});
