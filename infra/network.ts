import { type ComponentResourceOptions } from "@pulumi/pulumi";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import { type Platform } from "../model/platform";
import { type Foundation } from "./foundation";
import { type EdgeLayer, edgePolicySpecs } from "./specs/network";

/**
 * Registers the policies of the platform's edges that belong to a layer.
 *
 * @param foundation absent where another stack has made it
 */
export function createNetworkPolicies(
  platform: Platform,
  layer: EdgeLayer,
  foundation: Foundation | undefined,
  options: ComponentResourceOptions,
): NetworkPolicy[] {
  const byNamespace = new Map(
    Object.values(foundation?.namespaces ?? {}).map((governed) => [governed.namespace, governed]),
  );
  return edgePolicySpecs(platform, layer).map((policy) => {
    const { name, namespace } = policy.metadata;
    const governed = byNamespace.get(namespace);
    return new NetworkPolicy(`${namespace}/${name}`, policy, {
      ...options,
      ...(governed ? { dependsOn: [governed] } : {}),
    });
  });
}
