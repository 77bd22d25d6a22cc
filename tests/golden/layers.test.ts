import { beforeAll, describe, expect, it } from "vitest";
import { type Layer, layers } from "../../model/layers";
import { readGoldenFiles, keysFile, updateCommand } from "../support/golden/files";
import { vanishedKeys } from "../support/golden/keys";
import { layersSetting, recordSplit, splitFiles, splitFolder, splitStack } from "../support/golden/split";
import { recordStack } from "../support/program";
import { type Recording, type Registration } from "../../registrations/record";

/** The one resource that more than one part has: each reaches the cluster by itself. */
const cluster = "pulumi:providers:kubernetes::cluster";

/**
 * A registration without what it waits for in other stacks. In one stack the engine must be told what comes first. Of two
 * stacks the one beneath is brought up first and taken down last, by whoever runs them: it is there before anything here
 * begins, and the engine could not wait for what is not in its state. All else is the same.
 */
function within(registration: Registration, own: ReadonlySet<string>): Registration {
  const { dependsOn = [], propertyDependencies = {}, ...others } = registration.options;
  const kept = (keys: readonly string[]) => keys.filter((key) => own.has(key));
  const properties = Object.entries(propertyDependencies).flatMap(([name, keys]) =>
    kept(keys).length > 0 ? [[name, kept(keys)] as const] : [],
  );
  return {
    ...registration,
    options: {
      ...others,
      ...(kept(dependsOn).length > 0 ? { dependsOn: kept(dependsOn) } : {}),
      ...(properties.length > 0 ? { propertyDependencies: Object.fromEntries(properties) } : {}),
    },
  };
}

describe(`stack ${splitStack} as one stack for each layer`, () => {
  let whole: ReadonlyMap<string, Registration>;
  let parts: ReadonlyMap<Layer, Recording>;
  const keysOf = (layer: Layer) => new Set(parts.get(layer)!.registrations.map(({ key }) => key));
  const typesIn = (layer: Layer) => new Set(parts.get(layer)!.registrations.map(({ type }) => type));
  beforeAll(async () => {
    whole = new Map((await recordStack(splitStack)).registrations.map((each) => [each.key, each]));
    parts = await recordSplit();
  });

  it("registers every resource of the whole in exactly one of them, and nothing else", () => {
    const all = layers.flatMap((layer) => [...keysOf(layer)]);
    expect(all.filter((key) => key !== cluster).sort()).toEqual([...whole.keys()].filter((key) => key !== cluster));
    expect(layers.filter((layer) => keysOf(layer).has(cluster))).toEqual(["platform", "services"]);
  });

  it.each(layers)(
    "registers each resource of the layer %s as the whole does, apart from what lies in others",
    (layer) => {
      const own = keysOf(layer);
      const { registrations } = parts.get(layer)!;
      expect(registrations.length).toBeGreaterThan(50);
      for (const registration of registrations) {
        expect(registration).toEqual(within(whole.get(registration.key)!, own));
      }
    },
  );

  it("cuts only what points downwards: what another stack must have made before, and removes after", () => {
    const layerOf = new Map(layers.flatMap((layer) => [...keysOf(layer)].map((key) => [key, layer] as const)));
    const cut: string[] = [];
    for (const layer of layers) {
      for (const key of keysOf(layer)) {
        const { dependsOn = [], propertyDependencies = {} } = whole.get(key)!.options;
        for (const other of [...dependsOn, ...Object.values(propertyDependencies).flat()]) {
          if (keysOf(layer).has(other)) continue;
          cut.push(other);
          expect(layers.indexOf(layerOf.get(other)!), `${key} waits for ${other}`).toBeLessThan(layers.indexOf(layer));
        }
      }
    }
    // Nodes and roles for what is in the cluster; namespaces, classes and Secrets for the services.
    for (const type of ["aws:eks/nodeGroup:NodeGroup", "platform:foundation:GovernedNamespace", "core/v1:Secret"]) {
      expect(cut.some((key) => key.includes(type))).toBe(true);
    }
  });

  it("lets no service change reach further: the stack of the services has no means to", () => {
    const packages = new Set([...typesIn("services")].map((type) => type.split(":")[0]));
    expect([...packages].sort()).toEqual(["kubernetes", "platform", "pulumi"]);
    const kinds = ["Namespace", "Secret", "StorageClass", "PriorityClass", "ResourceQuota", "ClusterRole"];
    expect([...typesIn("services")].filter((type) => kinds.includes(type.split(":").at(-1)!))).toEqual([]);
    expect([...typesIn("platform")].filter((type) => type.startsWith("aws:"))).toEqual([]);
    expect([...typesIn("cluster")].filter((type) => type.startsWith("kubernetes:"))).toEqual([]);
  });

  it("tells no value of a secret across the border", () => {
    for (const layer of layers) {
      const told = JSON.stringify(parts.get(layer)!.outputs);
      expect(told).not.toContain("$secret");
      expect(told).not.toContain("random-value-of-");
    }
  });

  it.each(layers)("has the resources and tells what is in the golden files of the layer %s", (layer) => {
    const recording = parts.get(layer)!;
    const committed = readGoldenFiles(splitFolder(layer));
    const keys = (committed.get(keysFile) ?? "").split("\n").filter(Boolean);
    expect(keys.length).toBeGreaterThan(0);
    // Moving a resource to another layer would delete it in one stack and make it in the other.
    expect(vanishedKeys(keys, recording.registrations)).toEqual([]);
    expect(committed, `tests/golden/${splitFolder(layer)}; if it is meant: ${updateCommand}`).toEqual(
      splitFiles(recording),
    );
  });

  it("is the same resources in two stacks: the cluster by itself, the rest together", async () => {
    const top = { registers: ["services", "platform"], beneath: "beta-cluster" };
    const { registrations } = await recordStack(splitStack, {
      changes: { layers: top },
      beneath: parts.get("cluster")!.outputs,
    });
    const own = new Set(registrations.map(({ key }) => key));
    expect(own).toEqual(new Set([...keysOf("platform"), ...keysOf("services")]));
    for (const registration of registrations) {
      expect(registration).toEqual(within(whole.get(registration.key)!, own));
    }
  });

  it("is the same as the whole where its one stack names every layer", async () => {
    const { registrations } = await recordStack(splitStack, { changes: { layers: { registers: [...layers] } } });
    expect(new Map(registrations.map((each) => [each.key, each]))).toEqual(whole);
  });

  it("previews each layer before the one beneath was ever brought up, with what that will tell unknown", async () => {
    const changes = { layers: layersSetting("platform") };
    const { registrations } = await recordStack(splitStack, { changes, preview: true });
    expect(registrations.map(({ key }) => key)).toEqual(parts.get("platform")!.registrations.map(({ key }) => key));
    const provider = registrations.find(({ key }) => key === cluster)!;
    expect(provider.inputs.kubeconfig).toBe("<unknown>");
  });
});
