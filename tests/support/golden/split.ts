import { type Layer, layers } from "../../../model/layers";
import { recordStack, type StackVariation } from "../program";
import { type Recording } from "../../../registrations/record";
import { keysFile, outputsFile, goldenFiles } from "./files";

/** The environment whose division into one stack for each layer is committed. */
export const splitStack = "beta";

/** What `altlas:layers` says in the stack of a layer, where each layer has one. */
export function layersSetting(layer: Layer, environment: string = splitStack) {
  const beneath = layers[layers.indexOf(layer) - 1];
  return { registers: [layer], ...(beneath ? { beneath: `${environment}-${beneath}` } : {}) };
}

/** Golden folder of one layer's stack. */
export function splitFolder(layer: Layer): string {
  return `${splitStack}-split/${layer}`;
}

/** What the stack of each layer registers, each reading what the one beneath it tells. */
export async function recordSplit(
  variation: StackVariation = {},
  stack: string = splitStack,
): Promise<Map<Layer, Recording>> {
  const recordings = new Map<Layer, Recording>();
  let beneath: Recording["outputs"] = {};
  for (const layer of layers) {
    const changes = { ...variation.changes, layers: layersSetting(layer, stack) };
    const recording = await recordStack(stack, { ...variation, changes, beneath });
    recordings.set(layer, recording);
    beneath = recording.outputs;
  }
  return recordings;
}

/** What is committed of it: which resources it has, and what it tells. What they are is in the golden files of the whole. */
export function splitFiles(recording: Recording): Map<string, string> {
  return new Map([...goldenFiles(recording)].filter(([name]) => name === keysFile || name === outputsFile));
}
