import { beforeAll, describe, expect, it } from "vitest";
import { type Layer } from "../../../model/layers";
import { readGround, type Standing } from "../../../stacks/platform/beneath";
import { layersSetting, recordSplit } from "../../support/golden/split";
import { loadStack, recordStack } from "../../support/program";
import { type Recording } from "../../../registrations/record";

type Told = Record<string, unknown>;

const containing = (text: string) => expect.stringContaining(text) as string;

/** Stack beta-<layer>, as it would stand on what lies beneath. */
function standing(layer: Exclude<Layer, "cluster">, changes: Record<string, unknown> = {}): Standing {
  const { platform, cluster, layers } = loadStack("beta", { changes: { ...changes, layers: layersSetting(layer) } });
  return { platform, cluster, stack: `beta-${layer}`, layers: { ...layers, beneath: layers.beneath! } };
}

describe("a stack that stands on another", () => {
  let recordings: ReadonlyMap<Layer, Recording>;
  const told = (layer: Layer): Told => structuredClone(recordings.get(layer)!.outputs);
  const problemsOf = (outputs: Told, own: Standing) => {
    const ground = readGround(outputs, own);
    return "problems" in ground ? ground.problems : [];
  };
  beforeAll(async () => {
    recordings = await recordSplit();
  });

  it("finds the ground that it was made for", () => {
    const { cluster } = told("cluster");
    expect(readGround(told("cluster"), standing("platform"))).toEqual({ cluster });
    expect(readGround(told("platform"), standing("services"))).toEqual({ cluster });
  });

  it("takes no offence at what a newer program tells beside", () => {
    const outputs = { ...told("cluster"), more: 1, cluster: { ...(told("cluster").cluster as Told), more: 1 } };
    expect(problemsOf(outputs, standing("platform"))).toEqual([]);
  });

  it.each([
    [
      "another version",
      { schemaVersion: 2 },
      "Stack beta-cluster tells its outputs in version 2; stack beta-platform reads version 1.",
    ],
    ["no version", { schemaVersion: undefined }, "in version (none)"],
    [
      "another environment",
      { environment: "prod" },
      "Stack beta-cluster has environment prod; stack beta-platform, which stands on it, has beta.",
    ],
    [
      "no environment",
      { environment: undefined },
      "Stack beta-cluster does not tell environment as stack beta-platform",
    ],
    [
      "a layer that is not beneath",
      { layers: ["services"] },
      "Stack beta-cluster registers services; what stack beta-platform registers stands on the layer cluster.",
    ],
    ["all layers", { layers: undefined }, "Stack beta-cluster registers all of its environment"],
    ["no cluster", { cluster: undefined }, "Stack beta-cluster does not tell cluster as stack beta-platform"],
  ])("refuses the ground of %s, in a sentence that names both stacks", (_, changes, why) => {
    const problems = problemsOf({ ...told("cluster"), ...changes }, standing("platform"));
    expect(problems).toEqual([expect.objectContaining({ why: containing(why) })]);
    expect(problems[0]!.why).toContain("beta-platform");
  });

  it.each(["endpoint", "certificateAuthority", "volumesKeyArn", "fileSystemId", "pools", "name"])(
    "refuses a cluster without its %s",
    (name) => {
      const cluster = { ...(told("cluster").cluster as Told), [name]: undefined };
      expect(problemsOf({ ...told("cluster"), cluster }, standing("platform"))).toEqual([
        expect.objectContaining({
          setting: "altlas:layers.beneath",
          why: containing(`does not tell cluster.${name} as stack beta-platform`),
          remedy: containing("pulumi up -s beta-cluster"),
        }),
      ]);
    },
  );

  it("refuses another cluster, and tells everything that is wrong at once", () => {
    const cluster = { ...(told("cluster").cluster as Told), name: "altlas-other" };
    expect(problemsOf({ ...told("cluster"), cluster, environment: "dev" }, standing("platform"))).toEqual([
      expect.objectContaining({ setting: "altlas:environment" }),
      expect.objectContaining({
        setting: "altlas:cluster.name",
        why: "Stack beta-cluster has cluster altlas-other; stack beta-platform, which stands on it, has altlas-beta.",
      }),
    ]);
  });

  it("refuses a node pool that the cluster does not have", () => {
    const cluster = { ...(told("cluster").cluster as Told), pools: ["general", "memory"] };
    for (const [layer, beneath] of [
      ["platform", "cluster"],
      ["services", "platform"],
    ] as const) {
      expect(problemsOf({ ...told(beneath), cluster }, standing(layer))).toEqual([
        expect.objectContaining({
          setting: "altlas:nodePools[1].name",
          value: "cpu",
          why: containing(`beta-${beneath}`),
        }),
      ]);
    }
  });

  it("refuses services whose Secret is not there, or of another generation", () => {
    const secrets = { "api-gateway-secrets": { "cache-url": 1, "jwt-secret": 1 } };
    expect(problemsOf({ ...told("platform"), secrets }, standing("services"))).toEqual([
      expect.objectContaining({
        why: "Pods of stack beta-services read key metrics-api-key of Secret api-gateway-secrets, which stack beta-platform did not make.",
      }),
    ]);
    // An address has the generation of its password.
    expect(problemsOf(told("platform"), standing("services", { rotations: { "cache-password": 3 } }))).toEqual([
      expect.objectContaining({
        setting: "altlas:rotations",
        why: containing(
          "Stack beta-platform made generation 1 of cache-url in Secret api-gateway-secrets, and stack beta-services says 3",
        ),
      }),
    ]);
  });

  it("registers nothing when it is refused", async () => {
    const beneath = { ...recordings.get("cluster")!.outputs, environment: "dev" };
    const changes = { layers: layersSetting("platform") };
    await expect(recordStack("beta", { changes, beneath })).rejects.toThrow(
      "The stack cannot stand on the one beneath it; nothing was registered (1 problem)",
    );
  });

  it("is not brought up on a stack that tells nothing, and says what to do", async () => {
    await expect(recordStack("beta", { changes: { layers: layersSetting("platform") } })).rejects.toThrow(
      /Stack beta-cluster, on which stack beta stands, has no outputs yet.*\n.*pulumi up -s beta-cluster/,
    );
  });

  it("keeps secret what was a secret beneath", async () => {
    const { cluster, ...others } = recordings.get("cluster")!.outputs;
    const changes = { layers: layersSetting("platform") };
    const beneath = { ...others, cluster: { $secret: cluster! } };
    const { registrations, outputs } = await recordStack("beta", { changes, beneath });
    const provider = registrations.find(({ type }) => type === "pulumi:providers:kubernetes")!;
    expect(provider.inputs.kubeconfig).toEqual({ $secret: containing("altlas-beta") });
    expect(JSON.stringify(outputs.cluster)).toContain('"endpoint":{"$secret":');
  });
});
