import { inOrder, layerBeneath, layersOf, type StackLayers } from "../../model/layers";
import { type Problem } from "../../model/problem";
import { configNamespace } from "../../model/setting-problems";

import { type Settings } from "../settings/schema";

const setting = (path: string) => `altlas:layers.${path}`;

/** What a stack registers: as it says, or all that its environment has. */
export function stackLayers({ layers, cluster }: Pick<Settings, "layers" | "cluster">): StackLayers {
  if (!layers) return { registers: layersOf(cluster.mode === "eks") };
  const { registers, beneath } = layers;
  return { registers: inOrder(registers), ...(beneath === undefined ? {} : { beneath }) };
}

/**
 * What contradicts itself between a stack's layers and its cluster.
 *
 * @param stack the stack's own name, without organization and project
 */
export function layerProblems({ layers, cluster }: Partial<Settings>, stack: string | undefined): Problem[] {
  if (!layers || !cluster) return [];
  const [lowest] = inOrder(layers.registers);
  if (lowest === undefined) return [];
  const makesCluster = cluster.mode === "eks";
  if (lowest === "cluster" && !makesCluster) {
    return [
      {
        setting: setting("registers"),
        value: layers.registers,
        why: `There is no cluster to make: altlas:cluster.mode is ${cluster.mode}, so the cluster exists already.`,
        remedy: "Take cluster away from the list, or set altlas:cluster.mode to eks.",
      },
    ];
  }
  const missing = layerBeneath(lowest, makesCluster);
  const { beneath } = layers;
  if (missing === undefined) {
    if (beneath === undefined) return [];
    return [
      {
        setting: setting("beneath"),
        value: beneath,
        why: `Nothing lies beneath the layer ${lowest}${makesCluster ? "" : ": the cluster exists already"}.`,
        remedy: "Remove it.",
      },
    ];
  }
  if (beneath === undefined) {
    return [
      {
        setting: setting("beneath"),
        value: undefined,
        why: `The layer ${lowest} stands on the layer ${missing}, and no stack is named that registers it.`,
        remedy: `Name that stack: pulumi config set --path '${setting("beneath")}' <stack>; or register ${missing} here too.`,
      },
    ];
  }
  // The project's name is the namespace of its configuration; which organization is ours, only the backend knows.
  if (stack === undefined || (beneath !== stack && !beneath.endsWith(`/${configNamespace}/${stack}`))) return [];
  return [
    {
      setting: setting("beneath"),
      value: beneath,
      why: "That is this stack itself, which cannot stand on its own outputs.",
      remedy: `Name the stack that registers the layer ${missing}.`,
    },
  ];
}
