import { databaseObjects } from "../../../model/database/names";
import { type Footprint, plus } from "../../../model/footprint";
import { mebibytes } from "../../../model/quantity";
import { fixedFootprint } from "../../shared/footprint";
import { spreadsHardOverZones } from "../../shared/placement";
import { quantities } from "../../shared/quantities";
import { type PostgresqlArgs } from "../args";
import { backupContainer, ephemeralMebibytes, poolerEphemeralMebibytes } from "./defaults";

/** What the operator makes of the resources: servers with the container that archives, and poolers. */
export function operatedFootprints(args: PostgresqlArgs): Footprint[] {
  const { database, pool, namespace } = args;
  const { instances, resources } = database;
  const archives = { request: 0, limit: 0 };
  const volume = (name: string, size: PostgresqlArgs["database"]["volume"]) => ({
    name,
    sizeMebibytes: mebibytes(size),
    per: "pod" as const,
    storageClass: args.storageClassName,
    zonal: true,
  });
  const server = {
    requests: quantities(resources.requests, ephemeralMebibytes.request),
    limits: quantities(resources.limits, ephemeralMebibytes.limit),
  };
  const beside = {
    requests: quantities(backupContainer.requests, archives.request),
    limits: quantities(backupContainer.limits, archives.limit),
  };
  return [
    {
      kind: "replicated",
      name: databaseObjects.server,
      namespace,
      pool: pool.name,
      pods: { minimum: instances, expected: instances, maximum: instances },
      // One after the other is replaced in its place, because its volumes are.
      surgePercent: 0,
      spread: { alone: "node", ...(spreadsHardOverZones(pool) ? { zoneSkew: 1 } : {}) },
      pod: database.backup
        ? { requests: plus(server.requests, beside.requests), limits: plus(server.limits, beside.limits) }
        : server,
      volumes: [volume("data", database.volume), volume("wal", database.walVolume)],
    },
    fixedFootprint({
      name: databaseObjects.pooler,
      namespace,
      pool,
      replicas: database.pooler.replicas,
      resources: database.pooler.resources,
      ephemeralMebibytes: poolerEphemeralMebibytes,
    }),
  ];
}
