import { type ComponentResourceOptions } from "@pulumi/pulumi";
import { ClusterAutoscaler } from "../components/cluster-autoscaler";
import { MetricsServer } from "../components/metrics-server";
import { type Platform } from "../model/platform";
import { type Foundation } from "./foundation";
import { clusterAutoscalerArgs, metricsServerArgs } from "./specs/scaling";

/** What the layer makes. */
export interface Scaling {
  readonly metricsServer: MetricsServer;
  /** Absent where the nodes are not ours to add. */
  readonly clusterAutoscaler?: ClusterAutoscaler;
}

/**
 * What the cluster measures and scales itself by. The namespace that it lies in is Kubernetes' own; the namespaces of the
 * foundation come before it all the same, and so go after it: none can be deleted while the metrics API is registered and
 * does not answer.
 */
export function createScaling(platform: Platform, foundation: Foundation, options: ComponentResourceOptions): Scaling {
  const after = { ...options, dependsOn: [...Object.values(foundation.namespaces), ...foundation.classes] };
  const metricsServer = new MetricsServer("metrics-server", metricsServerArgs(platform), after);
  const autoscaler = clusterAutoscalerArgs(platform);
  if (!autoscaler) return { metricsServer };
  return { metricsServer, clusterAutoscaler: new ClusterAutoscaler("cluster-autoscaler", autoscaler, after) };
}
