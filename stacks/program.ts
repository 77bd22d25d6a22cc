import type * as awsLayer from "../infra/aws";
import { type ClusterFacts } from "../infra/cluster";
import { createPlatform } from "../infra/platform";
import { readBeneath } from "./beneath";
import { stackOutputs, type StackOutputs } from "./outputs";
import { type LoadedPlatform } from "./platform";

/**
 * Registers a stack's part of its environment. Where it stands on another stack, that one's outputs are read and judged
 * first; else everything is registered before this returns.
 *
 * @param stack the stack's own name
 * @param aws loads the AWS layer
 * @returns what the stack tells.
 */
export function registerStack(
  loaded: LoadedPlatform,
  stack: string,
  aws: () => typeof awsLayer,
): StackOutputs | Promise<StackOutputs> {
  const { platform, cluster, layers } = loaded;
  const { registers, beneath } = layers;
  const register = (told?: ClusterFacts): StackOutputs => {
    const facts = createPlatform(platform, cluster, { aws, registers, ...(told ? { facts: told } : {}) });
    return stackOutputs(loaded, facts);
  };
  if (beneath === undefined) return register();
  const onGround = async () =>
    register(await readBeneath({ platform, cluster, stack, layers: { registers, beneath } }));
  return onGround();
}
