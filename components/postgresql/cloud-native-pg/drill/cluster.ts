import { type ICluster } from "@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1";
import { databaseObjects, systemRoles } from "../../../../model/database/names";
import { objectLabels } from "../../../shared/labels";
import { type PostgresqlArgs } from "../../args";
import { serverSettings, serverSpec } from "../cluster";
import { backupPlugin, drillServer } from "../defaults";

const { server, backupStore, restoreDrill } = databaseObjects;

/** The origin of the restored Cluster, as it calls it. */
const origin = "origin";

/** The Cluster that the drill makes of the last backup and the log: one small server, which archives nothing. */
export function drillCluster(args: PostgresqlArgs): ICluster {
  const spec = serverSpec(args);
  const { requests, limits } = drillServer.resources;
  const settings = serverSettings(args);
  const volume = (size: string) => ({ storageClass: args.scratchStorageClassName ?? args.storageClassName, size });
  return {
    apiVersion: "postgresql.cnpg.io/v1",
    kind: "Cluster",
    metadata: { name: restoreDrill, namespace: args.namespace, labels: objectLabels(restoreDrill, args) },
    spec: {
      ...spec,
      description: "Restored from the backup to be checked; the drill deletes it.",
      instances: 1,
      enablePDB: false,
      topologySpreadConstraints: [],
      priorityClassName: args.priorityClassNames.jobs,
      resources: {
        requests: { ...spec.resources?.requests, ...requests },
        limits: { ...spec.resources?.limits, ...limits },
      },
      // Deleted with their claims, unlike those of the live servers.
      storage: volume(args.database.volume),
      walStorage: volume(args.database.walVolume),
      postgresql: { ...settings, parameters: { ...settings.parameters, ...drillServer.settings } },
      // A password of its own, made by the operator, which the drill may read.
      enableSuperuserAccess: true,
      bootstrap: { recovery: { source: origin, database: args.database.definition.name, owner: systemRoles.owner } },
      externalClusters: [
        {
          name: origin,
          plugin: { name: backupPlugin, parameters: { barmanObjectName: backupStore, serverName: server } },
        },
      ],
    },
  };
}
