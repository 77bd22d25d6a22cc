import { databaseObjects } from "../../../model/database/names";
import { type Footprint, plus } from "../../../model/footprint";
import { mebibytes } from "../../../model/quantity";
import { fixedFootprint } from "../../shared/footprint";
import { spreadsHardOverZones } from "../../shared/placement";
import { quantities } from "../../shared/quantities";
import { type PostgresqlArgs } from "../args";
import { jobEphemeralMebibytes, jobResources } from "../jobs/pod";
import { backupContainer, drillServer, ephemeralMebibytes, poolerEphemeralMebibytes } from "./defaults";

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
    ...(database.backup ? drillFootprints(args) : []),
  ];
}

/** A restore drill while it runs: its Job, and the server that it makes, with room for everything that is restored. */
function drillFootprints({ namespace, pool, ...args }: PostgresqlArgs): Footprint[] {
  const { database } = args;
  const { requests, limits } = drillServer.resources;
  const storageClass = args.scratchStorageClassName ?? args.storageClassName;
  const size = mebibytes(database.volume) + mebibytes(database.walVolume);
  const once = {
    kind: "replicated",
    namespace,
    pool: pool.name,
    pods: { minimum: 0, expected: 0, maximum: 1 },
  } as const;
  return [
    {
      ...once,
      name: databaseObjects.restoreDrill,
      surgePercent: 0,
      pod: {
        requests: plus(quantities(requests, ephemeralMebibytes.request), quantities(backupContainer.requests, 0)),
        limits: plus(quantities(limits, ephemeralMebibytes.limit), quantities(backupContainer.limits, 0)),
      },
      volumes: [{ name: "restored", sizeMebibytes: size, per: "pod", storageClass, zonal: true }],
    },
    {
      ...once,
      name: `${databaseObjects.restoreDrill}-job`,
      surgePercent: 0,
      pod: {
        requests: quantities(jobResources.requests, jobEphemeralMebibytes.request),
        limits: quantities(jobResources.limits, jobEphemeralMebibytes.limit),
      },
      volumes: [],
    },
  ];
}
