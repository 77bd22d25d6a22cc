import { createPlatform } from "../infra/platform";
import { stackOutputs } from "../stacks/outputs";
import { type LoadedPlatform } from "../stacks/platform";
import { type Recording, recordRegistrations } from "./record";

/** What the whole program registers for a platform; stacks without AWS never load its SDK. */
export async function recordPlatform(
  { platform, cluster }: Pick<LoadedPlatform, "platform" | "cluster">,
  settings: { readonly stack: string; readonly preview: boolean },
): Promise<Recording> {
  const aws = "aws" in cluster ? await import("../infra/aws") : undefined;
  return recordRegistrations(() => {
    createPlatform(platform, cluster, aws && { aws: () => aws });
    return stackOutputs(platform);
  }, settings);
}
