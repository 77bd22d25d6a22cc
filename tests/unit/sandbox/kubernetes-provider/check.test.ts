import { describe, expect, it } from "vitest";
import { Discovery } from "../../../../sandbox/plugins/kubernetes/api/discovery";
import { checkObject, type CheckResult } from "../../../../sandbox/plugins/kubernetes/check";
import { BUILT_IN_KINDS } from "../../../../sandbox/plugins/kubernetes/kinds";
import { autoName, fieldManagerOf, nameProblem } from "../../../../sandbox/plugins/kubernetes/naming";
import { objectId, parseId, readToken, tokenOf, typeOfUrn } from "../../../../sandbox/plugins/kubernetes/tokens";
import { UNKNOWN } from "../../../../sandbox/plugins/kubernetes/wire/properties";
import { secretOf, unknownValue, urnOf } from "../../../support/provider-client";
import { inputs, wire } from "./support";

interface Options {
  olds?: object;
  seed?: string;
  autonaming?: { proposed: string; disabled: boolean };
  defaultNamespace?: string;
  discovery?: Discovery;
}

function check(token: string, news: object, options: Options = {}): CheckResult {
  const reading = readToken(token);
  if (!reading.supported) throw new Error(reading.why);
  return checkObject({
    urn: urnOf(token, "my-thing"),
    gvk: reading.gvk,
    resourceName: "my-thing",
    olds: inputs(options.olds ?? {}),
    news: inputs(news),
    seed: Buffer.from(options.seed ?? "seed"),
    autonaming: options.autonaming,
    defaultNamespace: options.defaultNamespace ?? "default",
    discovery: options.discovery ?? new Discovery(),
  });
}

const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";
const metadata = (result: CheckResult): Record<string, unknown> =>
  result.inputs.value.metadata as Record<string, unknown>;

describe("type tokens", () => {
  it("kind-table: the core group is empty in apiVersion, and every built-in kind's token reads back as itself", () => {
    expect(readToken("kubernetes:core/v1:Service")).toEqual({
      supported: true,
      gvk: { group: "", version: "v1", kind: "Service" },
    });
    for (const { group, kind } of BUILT_IN_KINDS) {
      const gvk = { group, version: "v1", kind };
      expect(readToken(tokenOf(gvk))).toEqual({ supported: true, gvk });
    }
  });

  it("kind-table: no kind stands in the table twice, and no plural of a group twice", () => {
    const kinds = BUILT_IN_KINDS.map(({ group, kind }) => `${group}/${kind}`);
    const plurals = BUILT_IN_KINDS.map(({ group, plural }) => `${group}/${plural}`);
    expect(new Set(kinds).size).toBe(kinds.length);
    expect(new Set(plurals).size).toBe(plurals.length);
  });

  it("custom kinds are accepted, also with names that end like a list or a patch", () => {
    for (const token of [
      "kubernetes:example.com/v1:AllowList",
      "kubernetes:gateway.envoyproxy.io/v1alpha1:EnvoyPatchPolicy",
    ]) {
      expect(readToken(token).supported).toBe(true);
    }
  });

  it.each([
    ["kubernetes:core/v1:PodList"],
    ["kubernetes:core/v1:List"],
    ["kubernetes:apps/v1:DeploymentPatch"],
    ["kubernetes:apiextensions.k8s.io:CustomResourcePatch"],
    ["kubernetes:helm.sh/v3:Release"],
    ["kubernetes:kustomize/v2:Directory"],
    ["kubernetes:meta/v1:Status"],
    ["kubernetes:apps/v1:Deploymant"],
    ["aws:ec2:Instance"],
  ])("kind-refused: %s is refused by its name", (token) => {
    const reading = readToken(token);
    expect(reading.supported).toBe(false);
    expect(reading.supported ? "" : reading.why).toContain(token);
  });

  it("the type of a child's URN is the last of its chain", () => {
    expect(typeOfUrn("urn:pulumi:s::p::kubernetes:helm.sh/v4:Chart$kubernetes:apps/v1:Deployment::a:b/c")).toBe(
      "kubernetes:apps/v1:Deployment",
    );
  });

  it("an id is namespace/name, or the name alone, and reads back", () => {
    for (const [namespace, name] of [
      ["ns", "a"],
      [undefined, "system:node"],
    ] as const) {
      expect(parseId(objectId(namespace, name))).toEqual({ namespace, name });
    }
  });
});

describe("names", () => {
  it("check-autoname: a missing name is made from the resource's name and the seed, and marked", () => {
    const first = metadata(check(CONFIG_MAP, { data: {} }));
    expect(first.name).toMatch(/^my-thing-[0-9a-f]{8}$/);
    expect(first.annotations).toEqual({ "pulumi.com/autonamed": "true" });
    expect(metadata(check(CONFIG_MAP, {})).name).toBe(first.name);
    expect(metadata(check(CONFIG_MAP, {}, { seed: "other" })).name).not.toBe(first.name);
  });

  it("check-autoname: an update keeps the generated name, a name that the program once gave is not kept", () => {
    const generated = { metadata: { name: "my-thing-11111111", annotations: { "pulumi.com/autonamed": "true" } } };
    expect(metadata(check(CONFIG_MAP, {}, { olds: generated })).name).toBe("my-thing-11111111");
    expect(metadata(check(CONFIG_MAP, {}, { olds: { metadata: { name: "mine" } } })).name).toMatch(
      /^my-thing-[0-9a-f]{8}$/,
    );
  });

  it("check-autoname: the project's autonaming setting gives the name, or forbids to make one", () => {
    expect(metadata(check(CONFIG_MAP, {}, { autonaming: { proposed: "wanted", disabled: false } })).name).toBe(
      "wanted",
    );
    expect(check(CONFIG_MAP, {}, { autonaming: { proposed: "", disabled: true } }).failures).toEqual([
      { property: "metadata.name", reason: expect.stringContaining("autonaming") as string },
    ]);
  });

  it("check-autoname: what comes out is a valid name, whatever the resource is called", () => {
    for (const name of ["UPPER_case name", "9lives", "---", "ünïcode", "x".repeat(300), "a:b/c"]) {
      for (const rule of ["subdomain", "label", "service", "segment"] as const) {
        expect(nameProblem(autoName(name, Buffer.from("s"), "urn", rule), rule)).toBeUndefined();
      }
    }
  });

  it.each([
    [CONFIG_MAP, "a.b-c.0", true],
    [CONFIG_MAP, "Upper", false],
    [CONFIG_MAP, "under_score", false],
    [CONFIG_MAP, "a..b", false],
    [CONFIG_MAP, "x".repeat(254), false],
    ["kubernetes:core/v1:Service", "9lives", false],
    ["kubernetes:core/v1:Service", "a.b", false],
    ["kubernetes:core/v1:Namespace", "a.b", false],
    ["kubernetes:core/v1:Namespace", "9lives", true],
    ["kubernetes:rbac.authorization.k8s.io/v1:ClusterRole", "system:Node_reader", true],
    ["kubernetes:rbac.authorization.k8s.io/v1:ClusterRole", "a/b", false],
  ])("check-names: %s may be called %s: %s", (token, name, valid) => {
    const { failures } = check(token, { metadata: { name } });
    expect(failures.map(({ property }) => property)).toEqual(valid ? [] : ["metadata.name"]);
  });

  it("check-names: a name that is known later is left alone", () => {
    const result = check(CONFIG_MAP, { metadata: { name: unknownValue, namespace: unknownValue } });
    expect(result.failures).toEqual([]);
    expect(metadata(result)).toEqual({ name: UNKNOWN, namespace: UNKNOWN });
  });

  it("check-names: generateName is refused, because an apply needs the name", () => {
    expect(check(CONFIG_MAP, { metadata: { generateName: "x-" } }).failures.map(({ property }) => property)).toEqual([
      "metadata.generateName",
    ]);
  });

  it("the field manager belongs to the URN and to nothing else", () => {
    expect(fieldManagerOf("urn:a")).toBe(fieldManagerOf("urn:a"));
    expect(fieldManagerOf("urn:a")).not.toBe(fieldManagerOf("urn:b"));
  });
});

describe("namespaces", () => {
  it("config-namespace: a namespaced kind without one gets the provider's", () => {
    expect(metadata(check(CONFIG_MAP, { metadata: { name: "a" } }, { defaultNamespace: "team" })).namespace).toBe(
      "team",
    );
    expect(
      metadata(check(CONFIG_MAP, { metadata: { name: "a", namespace: "mine" } }, { defaultNamespace: "team" }))
        .namespace,
    ).toBe("mine");
  });

  it("check-names: a cluster-wide kind gets none, and one that is given is refused", () => {
    const token = "kubernetes:core/v1:Namespace";
    expect(metadata(check(token, { metadata: { name: "a" } }))).toEqual({ name: "a" });
    expect(check(token, { metadata: { name: "a", namespace: "b" } }).failures.map(({ property }) => property)).toEqual([
      "metadata.namespace",
    ]);
  });

  it("check-names: a namespace that breaks the rule is refused", () => {
    expect(
      check(CONFIG_MAP, { metadata: { name: "a", namespace: "No.Dots" } }).failures.map(({ property }) => property),
    ).toEqual(["metadata.namespace"]);
  });

  it("a custom kind's scope comes from a definition seen before; without one nothing is guessed", () => {
    const token = "kubernetes:example.com/v1:Widget";
    const discovery = new Discovery();
    expect(metadata(check(token, { metadata: { name: "w" } }, { discovery })).namespace).toBeUndefined();
    const definition = {
      spec: { group: "example.com", scope: "Namespaced", names: { kind: "Widget", plural: "widgets" } },
    };
    check(
      "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition",
      { metadata: { name: "widgets.example.com" }, ...definition },
      { discovery },
    );
    expect(metadata(check(token, { metadata: { name: "w" } }, { discovery })).namespace).toBe("default");
    // What was made before its scope was known stays as it is recorded.
    const olds = { metadata: { name: "w" } };
    expect(metadata(check(token, { metadata: { name: "w" } }, { discovery, olds })).namespace).toBeUndefined();
  });
});

describe("the rest of metadata", () => {
  it("check-metadata: apiVersion and kind are filled in, and refused when they contradict the type", () => {
    expect(check(CONFIG_MAP, {}).inputs.value).toMatchObject({ apiVersion: "v1", kind: "ConfigMap" });
    const { failures } = check(CONFIG_MAP, { apiVersion: "apps/v1", kind: "Deployment" });
    expect(failures.map(({ property }) => property)).toEqual(["apiVersion", "kind"]);
  });

  it("check-metadata: all mistakes come at once, each with its property", () => {
    const { failures } = check(CONFIG_MAP, {
      metadata: {
        name: "Bad_Name",
        uid: "1",
        resourceVersion: "2",
        labels: { tier: 3 },
        annotations: {
          "pulumi.com/skipAwait": "yes",
          "pulumi.com/timeoutSeconds": "-1",
          "pulumi.com/deletionPropagationPolicy": "sideways",
          "pulumi.com/waitFor": "condition=Ready",
        },
      },
    });
    expect(failures.map(({ property }) => property).sort()).toEqual([
      'metadata.annotations["pulumi.com/deletionPropagationPolicy"]',
      'metadata.annotations["pulumi.com/skipAwait"]',
      'metadata.annotations["pulumi.com/timeoutSeconds"]',
      'metadata.annotations["pulumi.com/waitFor"]',
      "metadata.labels.tier",
      "metadata.name",
      "metadata.resourceVersion",
      "metadata.uid",
    ]);
  });

  it("check-metadata: metadata that is no object is refused, metadata that is known later is not", () => {
    expect(check(CONFIG_MAP, { metadata: "text" }).failures.map(({ property }) => property)).toEqual(["metadata"]);
    expect(check(CONFIG_MAP, { metadata: unknownValue }).failures).toEqual([]);
  });

  it("an annotation without effect here is a warning, no failure", () => {
    const result = check(CONFIG_MAP, { metadata: { name: "a", annotations: { "pulumi.com/replaceUnready": "true" } } });
    expect(result.failures).toEqual([]);
    expect(result.warnings).toEqual([expect.stringContaining("pulumi.com/replaceUnready")]);
  });

  it("secrets stay secret through a check, and nulls are dropped", () => {
    const { inputs: checked } = check("kubernetes:core/v1:Secret", {
      metadata: { name: "a", labels: null },
      stringData: secretOf({ password: "x" }),
    });
    expect(wire(checked)).toEqual({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "a", namespace: "default" },
      stringData: secretOf({ password: "x" }),
    });
  });
});
