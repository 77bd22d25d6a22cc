import { type Footprint } from "../../model/footprint";
import { spreadsHardOverZones } from "../shared/placement";
import { quantities } from "../shared/quantities";
import { type ClusterAutoscalerArgs } from "./args";
import { ephemeralMebibytes, resources } from "./defaults";

/** What the autoscaler takes from the cluster that it scales; nothing is registered. */
export function footprint(args: ClusterAutoscalerArgs): Footprint {
  return {
    kind: "replicated",
    name: args.serviceAccount,
    namespace: args.namespace,
    pool: args.pool.name,
    pods: { minimum: args.replicas, expected: args.replicas, maximum: args.replicas },
    // One new pod before an old one goes, whatever their number.
    surgePercent: Math.floor(100 / args.replicas),
    ...(spreadsHardOverZones(args.pool) ? { spread: { zoneSkew: 1 } } : {}),
    pod: {
      requests: quantities(resources.requests, ephemeralMebibytes.request),
      limits: quantities(resources.limits, ephemeralMebibytes.limit),
    },
    volumes: [],
  };
}
