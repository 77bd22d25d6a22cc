import { databaseObjects, postgresqlPort } from "../../../model/database/names";
import { type Manifest } from "../../../model/manifest";
import { objectLabels } from "../../shared/labels";
import { type ListedObject } from "../../shared/object-list";
import { type PostgresqlArgs } from "../args";
import { type Form } from "../form";
import { objectStore, scheduledBackup } from "./backup";
import { cluster } from "./cluster";
import { drillObjects } from "./drill";
import { seconds } from "./defaults";
import { operatedFootprints } from "./footprint";
import { poolerNetworkPolicy, serverNetworkPolicy } from "./network";
import { pooler, poolerBudget } from "./pooler";

/** Suffixes of the form's objects. */
export const suffixes = {
  account: "account",
  serverNetwork: "cluster-network",
  poolerNetwork: "pooler-network",
  store: "backup-store",
  cluster: "cluster",
  pooler: "pooler",
  poolerBudget: "pooler-budget",
  backup: "scheduled-backup",
} as const;

/** PostgreSQL by the CloudNativePG operator: it makes the pods, and promotes a replica when the primary is lost. */
export const cloudNativePg: Form = {
  objects,
  footprints: operatedFootprints,
  ready: [suffixes.cluster],
  bringsPooler: true,
  address: () => ({ host: databaseObjects.server, port: postgresqlPort }),
  clientImage: ({ database }) => database.images.server,
};

function objects(args: PostgresqlArgs): ListedObject[] {
  const { backup } = args.database;
  const network = [suffixes.serverNetwork, suffixes.poolerNetwork];
  return [
    { suffix: suffixes.account, manifest: serviceAccount(args) },
    { suffix: suffixes.serverNetwork, manifest: serverNetworkPolicy(args) },
    { suffix: suffixes.poolerNetwork, manifest: poolerNetworkPolicy(args) },
    ...(backup ? [{ suffix: suffixes.store, manifest: objectStore(args, backup) }] : []),
    {
      suffix: suffixes.cluster,
      manifest: asManifest(cluster(args)),
      // A server without its store cannot archive; without its policies it reaches nobody.
      after: [suffixes.account, ...network, ...(backup ? [suffixes.store] : [])],
      readySeconds: seconds.ready,
    },
    { suffix: suffixes.pooler, manifest: asManifest(pooler(args)), after: [suffixes.cluster, ...network] },
    { suffix: suffixes.poolerBudget, manifest: poolerBudget(args) },
    ...(backup
      ? [
          {
            suffix: suffixes.backup,
            manifest: asManifest(scheduledBackup(args, backup)),
            after: [suffixes.cluster, suffixes.store],
          },
          ...drillObjects(args, cloudNativePg, backup),
        ]
      : []),
  ];
}

/** The account of the servers, to which the cloud binds the role that may read and write the bucket. */
function serviceAccount(args: PostgresqlArgs): Manifest {
  const name = databaseObjects.server;
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name, namespace: args.namespace, labels: objectLabels(name, args) },
  };
}

/** The same object, of which the compiler forgets the kind. */
function asManifest(object: object): Manifest {
  return object as Manifest;
}
