import { type ComponentResourceOptions } from "@pulumi/pulumi";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import { policySpec } from "../components/governed-namespace/specs";
import { edgePolicies } from "../model/connectivity/policies";
import { platformLabels } from "../model/labels";
import { type Platform } from "../model/platform";
import { type Foundation } from "./foundation";

/** The policies of the platform's edges: exactly one at each end that lies in the cluster. */
export function createNetworkPolicies(
  platform: Platform,
  foundation: Foundation,
  options: ComponentResourceOptions,
): NetworkPolicy[] {
  const labels = platformLabels(platform.owner, platform.environment);
  const byNamespace = new Map(Object.values(foundation.namespaces).map((governed) => [governed.namespace, governed]));
  return edgePolicies(platform.edges, platform.endpoints, platform.namespaces).map((policy) => {
    const governed = byNamespace.get(policy.namespace);
    return new NetworkPolicy(`${policy.namespace}/${policy.name}`, policySpec(policy, labels), {
      ...options,
      ...(governed ? { dependsOn: [governed] } : {}),
    });
  });
}
