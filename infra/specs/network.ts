import { policySpec } from "../../components/governed-namespace/specs";
import { edgePolicies } from "../../model/connectivity/policies";
import { type Place, platformLabels } from "../../model/labels";
import { type Platform } from "../../model/platform";

/** The policies of the platform's edges: exactly one at each end that lies in the cluster. */
export function edgePolicySpecs(platform: Platform) {
  const tiers = new Map(Object.entries(platform.namespaces).map(([tier, name]) => [name, tier as Place["tier"]]));
  return edgePolicies(platform.edges, platform.endpoints, platform.namespaces).map((policy) => {
    const tier = tiers.get(policy.namespace) ?? "foundation";
    return policySpec(policy, platformLabels(platform, { tier, planStep: "2.2.4" }));
  });
}
