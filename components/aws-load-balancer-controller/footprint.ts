import { type Footprint } from "../../model/footprint";
import { spreadsHardOverZones } from "../shared/placement";
import { quantities } from "../shared/quantities";
import { type LoadBalancerControllerArgs } from "./args";
import { ephemeralMebibytes, resources } from "./defaults";

/** What the controller takes from the cluster: what its chart is told, whether the chart can be read or not. */
export function footprint(args: LoadBalancerControllerArgs): Footprint {
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
