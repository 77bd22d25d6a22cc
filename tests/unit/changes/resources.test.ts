import path from "node:path";
import { describe, expect, it } from "vitest";
import { foldCommon } from "../../../changes/compare/folding";
import { describeChange, layerOf } from "../../../changes/compare/identity";
import { awsImmutable } from "../../../changes/compare/replacement-aws";
import { compareResources, type ResourceChange } from "../../../changes/compare/resources";
import { type PropertyObject } from "../../../registrations/property-values";
import { type Registration } from "../../../registrations/registration";
import { Schema } from "../../../sandbox/plugins/aws/schema";
import { keysFile, readGoldenFiles } from "../../support/golden/files";
import { projectFolder } from "../../support/stack";
import { object, resource } from "./registrations";

const provider = (settings: PropertyObject) => resource("pulumi:providers:kubernetes", "cluster", settings);
const mutable = provider({ enableConfigMapMutable: "true", enableSecretMutable: "true" });
const served = { provider: mutable.key };

function changes(before: readonly Registration[], after: readonly Registration[]): readonly ResourceChange[] {
  return compareResources(before, after).changes;
}

/** Action and forcing fields of the one change. */
function only(before: Registration, after: Registration, others: readonly Registration[] = [mutable]) {
  const found = changes([...others, before], [...others, after]);
  expect(found).toHaveLength(1);
  const { action, replacing } = found[0]!;
  return { action, replacing: replacing.map(({ path: steps }) => steps.join(".")) };
}

describe("resources that differ", () => {
  const deployment = (inputs: PropertyObject) => object("apps/v1:Deployment", "app", inputs, served);

  it("are created, deleted, updated or the same, by their keys, whatever the order", () => {
    const [a, b, c] = [resource("t:a:A", "a"), resource("t:a:A", "b", { x: 1 }), resource("t:a:A", "c")];
    const result = compareResources([a, b, c], [resource("t:a:A", "d"), c, resource("t:a:A", "b", { x: 2 })]);
    expect(result.changes.map(({ action, name }) => `${action} ${name}`)).toEqual(["delete a", "update b", "create d"]);
    expect(result.unchanged).toBe(1);
  });

  it("are moved when an alias leads from a key that is gone, and their children with them", () => {
    const parent = (name: string, options = {}) => resource("p:a:P", name, {}, { custom: false, options });
    const before = [parent("old"), resource("t:a:A", "old-child", { x: 1 }, { parent: "p:a:P::old" })];
    const now = parent("new", { aliases: [{ name: "old" }] });
    const after = [now, resource("t:a:A", "new-child", { x: 1 }, { parent: now.key })];
    expect(changes(before, after).map(({ action, name, formerKey }) => [action, name, formerKey])).toEqual([
      ["move", "new-child", "p:a:P$t:a:A::old-child"],
      ["move", "new", "p:a:P::old"],
    ]);
  });

  it("are deleted and created when they were renamed without an alias", () => {
    expect(changes([resource("t:a:A", "old")], [resource("t:a:A", "new")]).map(({ action }) => action)).toEqual([
      "create",
      "delete",
    ]);
  });

  it("tell options that matter, and count those that only wait for others", () => {
    const before = resource("t:a:A", "a", {}, { options: { protect: true, dependsOn: ["x"] } });
    const unprotected = changes([before], [resource("t:a:A", "a", {}, { options: { dependsOn: ["x"] } })]);
    expect(unprotected[0]?.options).toEqual([{ path: ["protect"], before: true }]);
    const waiting = compareResources(
      [before],
      [resource("t:a:A", "a", {}, { options: { protect: true, dependsOn: ["y"] } })],
    );
    expect(waiting).toMatchObject({ changes: [], unchanged: 0, reordered: 1 });
  });

  it("are replaced where Kubernetes has a field that cannot change, by the provider's own table", () => {
    const selector = (app: string) => ({ spec: { selector: { matchLabels: { app } }, replicas: 1 } });
    expect(only(deployment(selector("a")), deployment(selector("b")))).toEqual({
      action: "replace",
      replacing: ["spec.selector.matchLabels.app"],
    });
    expect(only(deployment({ spec: { replicas: 1 } }), deployment({ spec: { replicas: 2 } })).action).toBe("update");
    const claim = (size: string, storageClassName: string) =>
      object("core/v1:PersistentVolumeClaim", "data", {
        spec: { resources: { requests: { storage: size } }, storageClassName },
      });
    expect(only(claim("1Gi", "a"), claim("2Gi", "a")).action).toBe("update");
    expect(only(claim("1Gi", "a"), claim("1Gi", "b")).replacing).toEqual(["spec.storageClassName"]);
  });

  it("replace configuration only when the provider does", () => {
    const map = (value: string, options = served) =>
      object("core/v1:ConfigMap", "config", { data: { value } }, options);
    expect(only(map("a"), map("b")).action).toBe("update");
    const strict = provider({});
    expect(only(map("a"), map("b"), [strict]).action).toBe("replace");
  });

  it("are replaced where AWS has a field that cannot change, also below it and when it goes as a whole", () => {
    const cluster = (inputs: PropertyObject) => resource("aws:eks/cluster:Cluster", "c", inputs);
    const key = { provider: { keyArn: "k" }, resources: ["secrets"] };
    expect(only(cluster({ name: "a" }), cluster({ name: "b" })).replacing).toEqual(["name"]);
    expect(only(cluster({ encryptionConfig: key }), cluster({})).replacing).toEqual(["encryptionConfig"]);
    // AWS can take another key, and encryption can be turned on in place.
    expect(only(cluster({}), cluster({ encryptionConfig: key })).action).toBe("update");
    const family = (ipFamily: string) => cluster({ kubernetesNetworkConfig: { ipFamily } });
    expect(only(family("ipv4"), family("ipv6")).action).toBe("replace");
    expect(only(cluster({}), family("ipv6")).action).toBe("replace");
    expect(only(cluster({ version: "1.35" }), cluster({ version: "1.36" })).action).toBe("update");
  });

  it("are replaced when they are random, or when the program says so, and not where it ignores the change", () => {
    const password = (length: number) => resource("random:index/randomPassword:RandomPassword", "p", { length });
    expect(only(password(20), password(30)).action).toBe("replace");
    const named = (x: number, options: Registration["options"]) => resource("t:a:A", "a", { x }, { options });
    expect(only(named(1, { replaceOnChanges: ["x"] }), named(2, { replaceOnChanges: ["x"] })).action).toBe("replace");
    const ignoring = { replaceOnChanges: ["x"], ignoreChanges: ["x"] };
    expect(only(named(1, ignoring), named(2, ignoring)).action).toBe("update");
  });
});

describe("AWS' table of fields that replace", () => {
  const schema = new Schema(path.join(projectFolder, "node_modules", "@pulumi", "aws"));

  it.each(Object.entries(awsImmutable))("names only properties that %s has", (type, properties) => {
    const inputs = schema.kind(type)?.inputs;
    expect(inputs).toBeDefined();
    const names = properties.map((property) => property.replace(/!$/, "").split(".")[0]!);
    expect(names.filter((name) => !inputs?.has(name))).toEqual([]);
  });

  it("has every type of AWS that stack beta registers", () => {
    const keys = (readGoldenFiles("beta").get(keysFile) ?? "").split("\n");
    const types = new Set(keys.flatMap((key) => /(?:^|\$)(aws:[^$]*)::/.exec(key)?.[1] ?? []));
    expect(types.size).toBeGreaterThan(20);
    expect([...types].filter((type) => awsImmutable[type] === undefined)).toEqual([]);
  });
});

describe("what a resource is called", () => {
  it("is its kind and its own name, or the engine's", () => {
    const [created] = changes([], [object("apps/v1:Deployment", "app")]);
    expect(describeChange(created!)).toBe("Deployment altlas/app");
    const [deleted] = changes([resource("aws:s3/bucket:Bucket", "logs")], []);
    expect(describeChange(deleted!)).toBe("Bucket logs");
  });

  it.each([
    ["platform:aws:EksCluster$aws:eks/cluster:Cluster::eks", "cluster"],
    ["aws:eks/addon:Addon::addon", "cluster"],
    ["platform:foundation:GovernedNamespace$kubernetes:core/v1:Namespace::n", "foundation"],
    ["kubernetes:scheduling.k8s.io/v1:PriorityClass::p", "foundation"],
    ["platform:scaling:MetricsServer::m", "scaling"],
    ["platform:mesh:Linkerd::l", "mesh"],
    ["platform:workload:Microservice$kubernetes:apps/v1:Deployment::d", "services"],
    ["kubernetes:networking.k8s.io/v1:NetworkPolicy::n", "network"],
    ["random:index/randomPassword:RandomPassword::r", "secrets"],
    ["some:other:Thing::t", "other"],
  ] as const)("%s is made by the layer %s", (key, layer) => {
    expect(layerOf(key)).toBe(layer);
  });

  it("has a layer for every resource of stack beta", () => {
    const keys = (readGoldenFiles("beta").get(keysFile) ?? "").split("\n").filter(Boolean);
    expect(keys.filter((key) => layerOf(key) === "other")).toEqual([]);
  });
});

describe("a change that many resources have in common", () => {
  const labelled = (name: string, version: string, replicas = 1) =>
    object("apps/v1:Deployment", name, {
      metadata: { name, namespace: "altlas", labels: { version } },
      spec: { replicas },
    });
  const names = ["a", "b", "c", "d"];

  it("is told once, and resources without another change are not listed", () => {
    const before = names.map((name) => labelled(name, "1"));
    const after = names.map((name) => labelled(name, "2", name === "d" ? 3 : 1));
    const { changes: left, folded } = foldCommon(changes(before, after));
    expect(folded).toEqual([
      { field: { path: ["metadata", "labels", "version"], before: "1", after: "2" }, resources: 4 },
    ]);
    expect(left.map(({ name, fields }) => [name, fields.length])).toEqual([["d", 1]]);
  });

  it("stays where it is when it is more than a label, or in few", () => {
    const before = names.map((name) => labelled(name, "1", 1));
    const scaled = changes(
      before,
      names.map((name) => labelled(name, "1", 2)),
    );
    expect(foldCommon(scaled)).toEqual({ changes: scaled, folded: [] });
    const few = changes(
      before.slice(0, 3),
      names.slice(0, 3).map((name) => labelled(name, "2")),
    );
    expect(foldCommon(few).folded).toEqual([]);
  });
});
