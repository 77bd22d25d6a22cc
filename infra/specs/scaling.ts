import { type ClusterAutoscalerArgs } from "../../components/cluster-autoscaler/args";
import { footprint as clusterAutoscalerFootprint } from "../../components/cluster-autoscaler/footprint";
import { clusterAutoscalerManifests } from "../../components/cluster-autoscaler/specs/objects";
import { type MetricsServerArgs } from "../../components/metrics-server/args";
import { footprint as metricsServerFootprint } from "../../components/metrics-server/footprint";
import { metricsServerManifests } from "../../components/metrics-server/specs/objects";
import { type Footprint } from "../../model/footprint";
import { partOf, platformLabels } from "../../model/labels";
import { type Manifest } from "../../model/manifest";
import { type NodePool } from "../../model/node-pool";
import { type Platform } from "../../model/platform";
import { clusterAutoscalerIdentity, systemNamespace, systemPriorityClass } from "../../model/system";

/** Pods of each: one may be away, and the other still works. */
const replicas = 2;

/** Which pool grows first when a pod fits several: one that everybody may use before one that is kept for few. */
const priorities = { open: 50, tainted: 10 } as const;

/** The component's arguments for the metrics server. */
export function metricsServerArgs(platform: Platform): MetricsServerArgs {
  const { metricsServer, networks, apiServerNetworks } = platform.scaling;
  return {
    ...metricsServer,
    namespace: systemNamespace,
    partOf,
    // The plan's horizontal autoscaling stands on it.
    labels: platformLabels(platform, { tier: "foundation", planStep: "2.4.1" }),
    replicas,
    maximumNodes: maximumNodes(platform),
    pool: systemPool(platform),
    priorityClassName: systemPriorityClass,
    networks,
    apiServerNetworks,
  };
}

/** The component's arguments for the cluster autoscaler; `undefined` where the nodes are not ours to add. */
export function clusterAutoscalerArgs(platform: Platform): ClusterAutoscalerArgs | undefined {
  const { clusterAutoscaler, apiServerNetworks } = platform.scaling;
  if (!clusterAutoscaler) return undefined;
  return {
    ...clusterAutoscaler,
    ...clusterAutoscalerIdentity,
    partOf,
    labels: platformLabels(platform, { tier: "foundation", planStep: "2.4.4" }),
    replicas,
    maximumNodes: maximumNodes(platform),
    scaledPools: platform.pools.map((pool) => ({
      // EKS names the group that it makes for a node group after it.
      groupName: `eks-${pool.name}-`,
      priority: pool.taints.length > 0 ? priorities.tainted : priorities.open,
    })),
    pool: systemPool(platform),
    priorityClassName: systemPriorityClass,
    networks: apiServerNetworks,
  };
}

/** What the layer takes from the cluster. */
export function scalingFootprints(platform: Platform): Footprint[] {
  const autoscaler = clusterAutoscalerArgs(platform);
  return [
    metricsServerFootprint(metricsServerArgs(platform)),
    ...(autoscaler ? [clusterAutoscalerFootprint(autoscaler)] : []),
  ];
}

/** The layer's objects, in the order in which they are made. */
export function scalingManifests(platform: Platform): Manifest[] {
  const autoscaler = clusterAutoscalerArgs(platform);
  return [
    ...metricsServerManifests(metricsServerArgs(platform)),
    ...(autoscaler ? clusterAutoscalerManifests(autoscaler) : []),
  ];
}

/**
 * Where what the cluster itself runs on goes: the first pool that is open to everybody and never empty, or the first.
 * @throws when there is no pool; the settings' schema asks for one.
 */
export function systemPool({ pools }: Pick<Platform, "pools">): NodePool {
  const pool = pools.find(({ taints, minimum }) => taints.length === 0 && minimum > 0) ?? pools[0];
  if (!pool) throw new Error("the platform has no node pool");
  return pool;
}

function maximumNodes({ pools }: Platform): number {
  return pools.reduce((sum, { maximum }) => sum + maximum, 0);
}
