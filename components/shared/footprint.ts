import { type Footprint } from "../../model/footprint";
import { type NodePool } from "../../model/node-pool";
import { type Amounts } from "../../model/service";
import { spreadsHardOverZones } from "./placement";
import { quantities } from "./quantities";

/** A Deployment of so many pods, which nothing scales, on one pool of nodes. */
export interface FixedDeployment {
  readonly name: string;
  readonly namespace: string;
  readonly pool: NodePool;
  readonly replicas: number;
  readonly resources: { readonly requests: Amounts; readonly limits: Amounts };
  /** Disk of the node that a pod asks for and may use, in MiB. */
  readonly ephemeralMebibytes: { readonly request: number; readonly limit: number };
}

/** What such a Deployment takes from a cluster; nothing is registered. */
export function fixedFootprint(deployment: FixedDeployment): Footprint {
  const { name, namespace, pool, replicas, resources, ephemeralMebibytes } = deployment;
  return {
    kind: "replicated",
    name,
    namespace,
    pool: pool.name,
    pods: { minimum: replicas, expected: replicas, maximum: replicas },
    // One new pod before an old one goes, whatever their number.
    surgePercent: Math.floor(100 / replicas),
    // One pod is spread over nothing.
    ...(replicas > 1 && spreadsHardOverZones(pool) ? { spread: { zoneSkew: 1 } } : {}),
    pod: {
      requests: quantities(resources.requests, ephemeralMebibytes.request),
      limits: quantities(resources.limits, ephemeralMebibytes.limit),
    },
    volumes: [],
  };
}
