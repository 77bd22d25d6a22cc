import { type ComponentResourceOptions } from "@pulumi/pulumi";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import { policySpec } from "../components/governed-namespace/specs";
import { edgePolicies } from "../model/connectivity/policies";
import { type Place, platformLabels } from "../model/labels";
import { type Platform } from "../model/platform";
import { type Foundation } from "./foundation";

/** The policies of the platform's edges: exactly one at each end that lies in the cluster. */
export function createNetworkPolicies(
  platform: Platform,
  foundation: Foundation,
  options: ComponentResourceOptions,
): NetworkPolicy[] {
  const byNamespace = new Map(Object.values(foundation.namespaces).map((governed) => [governed.namespace, governed]));
  const tiers = new Map(Object.entries(platform.namespaces).map(([tier, name]) => [name, tier as Place["tier"]]));
  return edgePolicies(platform.edges, platform.endpoints, platform.namespaces).map((policy) => {
    const governed = byNamespace.get(policy.namespace);
    const tier = tiers.get(policy.namespace) ?? "foundation";
    const labels = platformLabels(platform, { tier, planStep: "2.2.4" });
    return new NetworkPolicy(`${policy.namespace}/${policy.name}`, policySpec(policy, labels), {
      ...options,
      ...(governed ? { dependsOn: [governed] } : {}),
    });
  });
}
