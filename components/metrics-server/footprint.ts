import { type Footprint } from "../../model/footprint";
import { spreadsHardOverZones } from "../shared/placement";
import { quantities } from "../shared/quantities";
import { type MetricsServerArgs } from "./args";
import { ephemeralMebibytes, name, resourcesFor } from "./defaults";

/** What the metrics server takes from a cluster; nothing is registered. */
export function footprint(args: MetricsServerArgs): Footprint {
  const { requests, limits } = resourcesFor(args.maximumNodes);
  return {
    kind: "replicated",
    name,
    namespace: args.namespace,
    pool: args.pool.name,
    pods: { minimum: args.replicas, expected: args.replicas, maximum: args.replicas },
    // One new pod before an old one goes, whatever their number.
    surgePercent: Math.floor(100 / args.replicas),
    ...(spreadsHardOverZones(args.pool) ? { spread: { zoneSkew: 1 } } : {}),
    pod: {
      requests: quantities(requests, ephemeralMebibytes.request),
      limits: quantities(limits, ephemeralMebibytes.limit),
    },
    volumes: [],
  };
}
