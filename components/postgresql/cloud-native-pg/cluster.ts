import { type ICluster, type IClusterSpec } from "@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1";
import { databaseObjects, systemRoles } from "../../../model/database/names";
import { formatMebibytes, mebibytes } from "../../../model/quantity";
import { objectLabels } from "../../shared/labels";
import { type PostgresqlArgs } from "../args";
import { backupPlugin, ephemeralMebibytes, seconds, sharedMemoryPart } from "./defaults";
import { otherLibraries, serverParameters } from "./parameters";
import { serverAffinity, zoneSpread } from "./placement";

const { server, administrator, backupStore } = databaseObjects;

/** The servers: one primary, and replicas of which the operator promotes one when it is lost. */
export function cluster(args: PostgresqlArgs): ICluster {
  const { database } = args;
  return {
    apiVersion: "postgresql.cnpg.io/v1",
    kind: "Cluster",
    metadata: {
      name: server,
      namespace: args.namespace,
      labels: objectLabels(server, args),
      annotations: {
        // Else the engine takes it to be done before there is a server, and the migrations run into nothing.
        "pulumi.com/waitFor": "condition=Ready",
      },
    },
    spec: {
      ...serverSpec(args),
      description: "PostgreSQL of the platform.",
      instances: database.instances,
      postgresql: { ...serverSettings(args), ...synchronous(database.instances) },
      // The migration Job makes roles and databases as `postgres`, and nobody else comes as it.
      enableSuperuserAccess: true,
      superuserSecret: { name: administrator },
      bootstrap: {
        initdb: {
          // The operator insists on a database and an owner. It makes the owner able to log in; the migrations take that.
          database: database.definition.name,
          owner: systemRoles.owner,
          dataChecksums: true,
          encoding: "UTF8",
          // Sorts by code point, the same on every machine and version of its C library, so that no index breaks.
          localeProvider: "builtin",
          builtinLocale: "C.UTF-8",
          localeCollate: "C",
          localeCType: "C",
        },
      },
      replicationSlots: { highAvailability: { enabled: true } },
      managed: {
        services: {
          // Nothing reads from replicas today; a Service that nobody may reach is one to be wondered about.
          disabledDefaultServices: ["ro", "r"],
          additional: [
            {
              // The name that edges and addresses use in every form.
              selectorType: "rw",
              updateStrategy: "patch",
              serviceTemplate: { metadata: { name: server, labels: sharedLabels(args) }, spec: { type: "ClusterIP" } },
            },
          ],
        },
      },
      ...(database.backup
        ? {
            plugins: [
              { name: backupPlugin, enabled: true, isWALArchiver: true, parameters: { barmanObjectName: backupStore } },
            ],
          }
        : {}),
    },
  };
}

/** What a Cluster has in common with the one that a restore drill makes of its backup. */
export function serverSpec(args: PostgresqlArgs): Omit<IClusterSpec, "instances"> {
  const { database, pool, storageClassName, certificateSecret } = args;
  const { requests, limits } = database.resources;
  const volume = (size: string) => ({ storageClass: storageClassName, size, resizeInUseVolumes: true });
  return {
    imageName: database.images.server,
    inheritedMetadata: { labels: sharedLabels(args) },
    // One account for it and the drill's Cluster, because the cloud binds the role with the bucket to one account.
    serviceAccountName: server,
    resources: {
      requests: { ...requests, "ephemeral-storage": formatMebibytes(ephemeralMebibytes.request) },
      limits: { ...limits, "ephemeral-storage": formatMebibytes(ephemeralMebibytes.limit) },
    },
    ephemeralVolumesSizeLimit: {
      shm: formatMebibytes(Math.max(64, Math.floor(mebibytes(limits.memory) * sharedMemoryPart))),
      temporaryData: formatMebibytes(ephemeralMebibytes.temporaryData),
    },
    storage: volume(database.volume),
    walStorage: volume(database.walVolume),
    affinity: serverAffinity(pool),
    topologySpreadConstraints: zoneSpread(pool, { "cnpg.io/cluster": server, "cnpg.io/podRole": "instance" }),
    priorityClassName: args.priorityClassNames.servers,
    primaryUpdateStrategy: "unsupervised",
    // The one that takes over runs the new version already, so that nobody waits for its image. An update may then change
    // the image or settings, and not both; the operator refuses that in a sentence.
    primaryUpdateMethod: "switchover",
    smartShutdownTimeout: seconds.smartShutdown,
    stopDelay: seconds.stop,
    switchoverDelay: seconds.switchover,
    // The primary has a budget of its own; when its node is drained, the operator first promotes another.
    enablePDB: true,
    seccompProfile: { type: "RuntimeDefault" },
    // Our exporter asks for the same; what only the instance manager knows (archive, backups) it tells all the same.
    monitoring: { disableDefaultQueries: true },
    ...(certificateSecret === undefined
      ? {}
      : { certificates: { serverTLSSecret: certificateSecret, serverCASecret: certificateSecret } }),
  };
}

/** Settings and who may come how. */
export function serverSettings({
  database: { settings, backup },
}: PostgresqlArgs): NonNullable<IClusterSpec["postgresql"]> {
  const libraries = otherLibraries(settings);
  return {
    parameters: {
      ...serverParameters(settings),
      // As in the plain form: partitions, logs and jobs reckon in one time, and alerts look for English in the log.
      timezone: "UTC",
      log_timezone: "UTC",
      lc_messages: "C",
      ...(backup ? { archive_timeout: `${backup.archiveTimeoutSeconds}s` } : {}),
    },
    // After the operator's own rules for its replicas and poolers, which come by certificate.
    pg_hba: ["hostssl all all all scram-sha-256", "host all all all reject"],
    ...(libraries.length > 0 ? { shared_preload_libraries: libraries } : {}),
  };
}

/**
 * A commit waits until one replica has it too, so that losing the primary loses nothing that was acknowledged. With no
 * replica left it goes on alone (`preferred`): a platform that stops writing until a second server is back is down longer
 * than the loss of two servers at once is likely. A replica that may lack acknowledged commits is never promoted.
 */
function synchronous(instances: number): NonNullable<IClusterSpec["postgresql"]> {
  if (instances < 2) return {};
  return { synchronous: { method: "any", number: 1, dataDurability: "preferred", failoverQuorum: true } };
}

/** Labels of what the operator makes; it writes the recommended ones, but for this, itself. */
export function sharedLabels({ labels, partOf }: PostgresqlArgs): Record<string, string> {
  const own = Object.entries(labels ?? {}).filter(([key]) => !key.startsWith("app.kubernetes.io/"));
  return { ...Object.fromEntries(own), "app.kubernetes.io/part-of": partOf };
}
