import { type Catalogue, type Platform } from "../../model/platform";
import { catalogue as altlas } from "../../stacks/altlas";
import { type LoadedPlatform, loadPlatform } from "../../stacks/platform";
import { type Recording } from "../../registrations/record";
import { recordPlatform } from "../../registrations/stack";
import { projectFolder, stackConfig } from "./stack";

/** What to record differently from the stack as it is committed. */
export interface StackVariation {
  /** Settings without namespace, replaced or, by `undefined`, taken away. */
  readonly changes?: Readonly<Record<string, unknown>>;
  readonly catalogue?: Catalogue;
  /** Alters the platform behind the checks, for what they would refuse. */
  readonly alter?: (platform: Platform) => Platform;
  readonly preview?: boolean;
  /** What the stack beneath tells, as {@link Recording.outputs}. */
  readonly beneath?: Recording["outputs"];
}

/** A stack's settings and catalogue as the program reads them. */
export function loadStack(stack: string, { changes, catalogue = altlas }: StackVariation = {}): LoadedPlatform {
  return loadPlatform(stackConfig(stack, changes), catalogue, projectFolder, stack);
}

/** What the whole program registers for a stack. */
export async function recordStack(stack: string, variation: StackVariation = {}): Promise<Recording> {
  const loaded = loadStack(stack, variation);
  const platform = variation.alter?.(loaded.platform) ?? loaded.platform;
  return recordPlatform(
    { ...loaded, platform },
    { stack, preview: variation.preview ?? false, ...(variation.beneath ? { beneath: variation.beneath } : {}) },
  );
}
