import { policySpec } from "../../components/governed-namespace/specs";
import { edgePolicies } from "../../model/connectivity/policies";
import { type Layer } from "../../model/layers";
import { type Place, platformLabels } from "../../model/labels";
import { type Platform } from "../../model/platform";

/**
 * Layer that an edge belongs to: calls from or to a service come and go with the services, those among components with the
 * components, whose first jobs already make them.
 */
export type EdgeLayer = Extract<Layer, "platform" | "services">;

/** The policies of a layer's edges: exactly one at each end that lies in the cluster. */
export function edgePolicySpecs(platform: Platform, layer: EdgeLayer) {
  const services = new Set(platform.services.map(({ name }) => name));
  const edges = platform.edges.filter(
    ({ from, to }) => (services.has(from) || services.has(to)) === (layer === "services"),
  );
  const tiers = new Map(Object.entries(platform.namespaces).map(([tier, name]) => [name, tier as Place["tier"]]));
  return edgePolicies(edges, platform.endpoints, platform.namespaces).map((policy) => {
    const tier = tiers.get(policy.namespace) ?? "foundation";
    return policySpec(policy, platformLabels(platform, { tier, planStep: "2.2.4" }));
  });
}
