import { describe, expect, it } from "vitest";
import { catalogue } from "../../../stacks/altlas";
import { tryLoadPlatform } from "../../../stacks/platform";
import { projectFolder, stackConfig } from "../../support/stack";

const containing = (text: string) => expect.stringContaining(text) as string;

function load(stack: "dev" | "beta", layers: unknown, own = "beta-services") {
  return tryLoadPlatform(stackConfig(stack, { layers }), catalogue, projectFolder, own);
}
function problemsOf(...given: Parameters<typeof load>) {
  const result = load(...given);
  return "problems" in result ? result.problems : [];
}
function layersOf(...given: Parameters<typeof load>) {
  const result = load(...given);
  return "problems" in result ? result.problems : result.layers;
}

describe("altlas:layers", () => {
  it("is all that the environment has where nothing is said", () => {
    expect(layersOf("beta", undefined)).toEqual({ registers: ["cluster", "platform", "services"] });
    expect(layersOf("dev", undefined)).toEqual({ registers: ["platform", "services"] });
  });

  it.each([
    ["beta", { registers: ["cluster"] }],
    ["beta", { registers: ["cluster", "platform"] }],
    ["beta", { registers: ["platform"], beneath: "beta-cluster" }],
    ["beta", { registers: ["platform", "services"], beneath: "acme/altlas/beta-cluster" }],
    ["beta", { registers: ["services"], beneath: "organization/altlas/beta-platform" }],
    ["dev", { registers: ["platform"] }],
    ["dev", { registers: ["services"], beneath: "dev-platform" }],
  ] as const)("takes for %s: %o", (stack, layers) => {
    expect(layersOf(stack, layers)).toEqual(layers);
  });

  it("takes layers in any order, and registers them from the ground up", () => {
    expect(layersOf("beta", { registers: ["platform", "cluster"] })).toEqual({ registers: ["cluster", "platform"] });
  });

  it.each([
    [
      "an unknown name",
      { registers: ["platfrom"] },
      "registers[0]",
      "is no layer; did you mean platform?",
      "Use one of",
    ],
    ["no layer", { registers: [] }, "registers", "registers one layer at least", ""],
    ["one twice", { registers: ["cluster", "cluster"] }, "registers[1]", "named twice", ""],
    ["a gap", { registers: ["cluster", "services"] }, "registers", "leaves out platform, which lies between", ""],
    ["no stack's name", { registers: ["services"], beneath: "altlas/beta" }, "beneath", "such as beta-cluster", ""],
    ["an unknown key", { registers: ["services"], benath: "a" }, "benath", "no such setting", "Did you mean beneath?"],
  ])("refuses %s", (_, layers, setting, why, remedy) => {
    expect(problemsOf("beta", layers)).toEqual([
      expect.objectContaining({
        setting: `altlas:layers.${setting}`,
        why: expect.stringMatching(new RegExp(why.replace(/[?[\]]/g, "\\$&"), "i")) as string,
        remedy: containing(remedy),
      }),
    ]);
  });

  it("refuses to make a cluster that exists", () => {
    expect(problemsOf("dev", { registers: ["cluster", "platform"] })).toEqual([
      expect.objectContaining({
        setting: "altlas:layers.registers",
        why: "There is no cluster to make: altlas:cluster.mode is local, so the cluster exists already.",
      }),
    ]);
  });

  it.each([
    ["services", "platform"],
    ["platform", "cluster"],
  ])("refuses %s on nothing: the stack of %s must be named", (layer, beneath) => {
    expect(problemsOf("beta", { registers: [layer] })).toEqual([
      expect.objectContaining({
        setting: "altlas:layers.beneath",
        value: undefined,
        why: `The layer ${layer} stands on the layer ${beneath}, and no stack is named that registers it.`,
        remedy: containing("pulumi config set --path 'altlas:layers.beneath' <stack>"),
      }),
    ]);
  });

  it.each([
    ["beta", "cluster"],
    ["dev", "platform"],
  ] as const)("refuses a stack beneath the ground of %s", (stack, layer) => {
    expect(problemsOf(stack, { registers: [layer], beneath: "another" })).toEqual([
      expect.objectContaining({ setting: "altlas:layers.beneath", why: containing("Nothing lies beneath the layer") }),
    ]);
  });

  it.each(["beta-services", "organization/altlas/beta-services", "acme/altlas/beta-services"])(
    "refuses a stack that stands on itself: %s",
    (beneath) => {
      expect(problemsOf("beta", { registers: ["services"], beneath })).toEqual([
        expect.objectContaining({ value: beneath, why: containing("this stack itself") }),
      ]);
      expect(problemsOf("beta", { registers: ["services"], beneath }, "beta-other")).toEqual([]);
      expect(problemsOf("beta", { registers: ["services"], beneath: "acme/other/beta-services" })).toEqual([]);
    },
  );
});
