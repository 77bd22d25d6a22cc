import { type LoadedPlatform } from "../stacks/platform";
import { registerStack } from "../stacks/program";
import { type Recording, type RecordingSettings, recordRegistrations } from "./record";

/**
 * What the whole program registers for a stack; stacks without AWS never load its SDK.
 *
 * @param settings `beneath`: what the stack tells that this one stands on, if any
 * @throws RunError when it stands on one and is not what that one tells; a preview takes what nobody tells for unknown.
 */
export async function recordPlatform(
  loaded: LoadedPlatform,
  settings: { readonly stack: string; readonly preview: boolean } & Pick<RecordingSettings, "beneath">,
): Promise<Recording> {
  const aws = "aws" in loaded.cluster ? await import("../infra/aws") : undefined;
  return recordRegistrations(
    () =>
      registerStack(loaded, settings.stack, () => {
        if (!aws) throw new Error(`stack ${settings.stack} asks for the AWS layer`);
        return aws;
      }),
    settings,
  );
}
