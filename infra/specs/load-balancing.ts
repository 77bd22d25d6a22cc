import { type LoadBalancerControllerArgs } from "../../components/aws-load-balancer-controller/args";
import { footprint } from "../../components/aws-load-balancer-controller/footprint";
import { loadBalancerControllerManifests } from "../../components/aws-load-balancer-controller/specs/objects";
import { type Footprint } from "../../model/footprint";
import { partOf, platformLabels } from "../../model/labels";
import { type Manifest } from "../../model/manifest";
import { type Platform } from "../../model/platform";
import { loadBalancerControllerIdentity, systemPriorityClass } from "../../model/system";
import { systemPool } from "./scaling";

/** Pods of it: one may be away, and webhooks are still answered. */
const replicas = 2;

/** The component's arguments for the load-balancer controller; `undefined` where there is no cloud of ours to ask. */
export function loadBalancerControllerArgs(platform: Platform): LoadBalancerControllerArgs | undefined {
  const { loadBalancing, namespaces, scaling } = platform;
  if (!loadBalancing) return undefined;
  return {
    ...loadBalancing,
    ...loadBalancerControllerIdentity,
    partOf,
    labels: platformLabels(platform, { tier: "foundation", planStep: "2.2.3" }),
    // What clients enter by is the only thing with an address outside.
    serviceNamespaces: [namespaces.ingress],
    scraperNamespace: namespaces.observability,
    replicas,
    pool: systemPool(platform),
    priorityClassName: systemPriorityClass,
    networks: scaling.networks,
    apiServerNetworks: scaling.apiServerNetworks,
  };
}

/** What the layer takes from the cluster. */
export function loadBalancingFootprints(platform: Platform): Footprint[] {
  const args = loadBalancerControllerArgs(platform);
  return args ? [footprint(args)] : [];
}

/** The layer's objects beside those of the chart. */
export function loadBalancingManifests(platform: Platform): Manifest[] {
  const args = loadBalancerControllerArgs(platform);
  return args ? loadBalancerControllerManifests(args) : [];
}
