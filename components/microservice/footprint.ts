import { type Footprint, plus } from "../../model/footprint";
import { proxyResources } from "../../model/mesh";
import { mebibytes } from "../../model/quantity";
import { spreadsHardOverZones } from "../shared/placement";
import { quantities } from "../shared/quantities";
import { type MicroserviceArgs } from "./args";
import { surgePercent } from "./defaults";
import { allVolumes, ephemeralLimitMebibytes, ephemeralRequestMebibytes } from "./specs/volumes";

/**
 * What a `Microservice` of this name with these arguments takes from a cluster; nothing is registered.
 * Claims that are shared with others are left to whoever makes them.
 *
 * @param expected pods at the load that the owner expects; default the minimum.
 */
export function footprint(name: string, args: MicroserviceArgs, expected = args.replicas.minimum): Footprint {
  const { requests, limits } = args.resources;
  const pod = {
    requests: quantities(requests, ephemeralRequestMebibytes(args)),
    limits: quantities(limits, ephemeralLimitMebibytes(args)),
  };
  return {
    kind: "replicated",
    name,
    namespace: args.namespace,
    pool: args.placement.pool.name,
    pods: { minimum: args.replicas.minimum, expected, maximum: args.replicas.maximum },
    surgePercent,
    ...(spreadsHardOverZones(args.placement.pool) ? { spread: { zoneSkew: 1 } } : {}),
    pod: args.meshed
      ? {
          requests: plus(pod.requests, quantities(proxyResources.requests, 0)),
          limits: plus(pod.limits, quantities(proxyResources.limits, 0)),
        }
      : pod,
    volumes: allVolumes(args).flatMap((volume) =>
      volume.kind === "ephemeral"
        ? [
            {
              name: volume.name,
              sizeMebibytes: mebibytes(volume.size),
              per: "pod" as const,
              storageClass: args.ephemeralStorageClass,
            },
          ]
        : [],
    ),
  };
}
