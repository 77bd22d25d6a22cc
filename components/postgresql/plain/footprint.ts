import { databaseObjects } from "../../../model/database/names";
import { type Footprint } from "../../../model/footprint";
import { mebibytes } from "../../../model/quantity";
import { backupFootprints, backupVolume } from "../../postgresql-backup/specs/objects";
import { quantities } from "../../shared/quantities";
import { spreadsHardOverZones } from "../../shared/placement";
import { type PostgresqlArgs } from "../args";
import { plainNames } from "../defaults";
import { backupArgs } from "./backup";
import { ephemeralMebibytes } from "./stateful-set";

/** What the servers take. A StatefulSet takes a pod away before it makes the next, and its claims stay. */
export function plainFootprints(args: PostgresqlArgs): Footprint[] {
  const { database, namespace, pool, storageClassName } = args;
  const { instances, resources } = database;
  const volume = (name: string, size: typeof database.volume) => ({
    name,
    sizeMebibytes: mebibytes(size),
    per: "pod" as const,
    storageClass: storageClassName,
    zonal: true,
  });
  const backup = backupArgs(args);
  return [
    ...(backup ? backupFootprints(backup) : []),
    {
      kind: "replicated",
      name: databaseObjects.server,
      namespace,
      pool: pool.name,
      pods: { minimum: instances, expected: instances, maximum: instances },
      surgePercent: 0,
      ...(instances > 1
        ? { spread: { alone: "node" as const, ...(spreadsHardOverZones(pool) ? { zoneSkew: 1 } : {}) } }
        : {}),
      pod: {
        requests: quantities(resources.requests, ephemeralMebibytes.request),
        limits: quantities(resources.limits, ephemeralMebibytes.limit),
      },
      volumes: [
        volume(plainNames.claims.data, database.volume),
        volume(plainNames.claims.log, database.walVolume),
        ...(backup ? [backupVolume(backup)] : []),
      ],
    },
  ];
}
