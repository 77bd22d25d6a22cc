import type * as types from "@pulumi/kubernetes/types";
import { contentChecksum } from "../../../model/checksum";
import {
  databaseFolders,
  databaseObjects,
  databasePods,
  postgresqlPort,
  systemRoles,
} from "../../../model/database/names";
import { formatMebibytes, mebibytes } from "../../../model/quantity";
import { podLabels, selector } from "../../shared/labels";
import { poolAffinity, poolTolerations, spread } from "../../shared/placement";
import { type Plain } from "../../shared/plain";
import { restrictedContainer, restrictedPod } from "../../shared/security";
import { variables } from "../../shared/variables";
import { archiveMounts, archiveVolumes } from "../../postgresql-backup/specs/server";
import { type PostgresqlArgs } from "../args";
import {
  connectSeconds,
  limitRatio,
  logMebibytes,
  plainNames,
  runMebibytes,
  serverFolders,
  serverPortName,
  serverUser,
  sharedMemoryPart,
} from "../defaults";
import { configurationFiles, prepareEnvironment } from "./configuration";

const { server } = databaseObjects;

/** Volumes of a pod beside its claims. */
const volumeNames = {
  configuration: "configuration",
  passwords: "passwords",
  certificate: "certificate",
  run: "run",
  sharedMemory: "shared-memory",
} as const;

/** Disk of the node that each container asks for and may use, in MiB. */
export const ephemeralMebibytes = { limit: logMebibytes, request: logMebibytes / limitRatio } as const;

/** MiB of memory that parallel queries may share. */
export function sharedMemoryMebibytes({ database }: Pick<PostgresqlArgs, "database">): number {
  return Math.max(64, Math.floor(mebibytes(database.resources.limits.memory) * sharedMemoryPart));
}

/**
 * Seconds from the end's announcement to the kill. The shutdown's checkpoint writes at most the shared buffers, a quarter of
 * the limit, twice (by the hook, then what came since) on a volume of 125 MiB/s (gp3); a minute more for clients and archive.
 */
export function graceSeconds({ database }: Pick<PostgresqlArgs, "database">): number {
  return 60 + Math.ceil((2 * mebibytes(database.resources.limits.memory)) / 4 / 125);
}

/** Labels of the pods and of the StatefulSet. */
export function serverLabels(args: PostgresqlArgs): Record<string, string> {
  return { ...podLabels(server, { ...args, image: args.database.images.server }), ...databasePods.server };
}

/** The servers. A pod keeps its name and claims for ever; the one with the primary's ordinal is the primary. */
export function statefulSetSpec(args: PostgresqlArgs): Plain<types.input.apps.v1.StatefulSetSpec> {
  const { database } = args;
  return {
    serviceName: plainNames.nodes,
    replicas: database.instances,
    selector: { matchLabels: selector(server) },
    // In order, a pod that is broken would keep every other one from being updated: the new primary from taking over.
    podManagementPolicy: "Parallel",
    updateStrategy: { type: "RollingUpdate" },
    minReadySeconds: 10,
    revisionHistoryLimit: 3,
    // Whoever deletes or shrinks it by mistake still has every byte.
    persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
    volumeClaimTemplates: [
      claim(plainNames.claims.data, database.volume, args),
      claim(plainNames.claims.log, database.walVolume, args),
    ],
    template: {
      metadata: {
        labels: serverLabels(args),
        annotations: {
          // The server reads most of its settings once.
          "checksum/configuration": contentChecksum(configurationFiles(args)),
          "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes": `${volumeNames.run},${volumeNames.sharedMemory}`,
          "kubectl.kubernetes.io/default-container": server,
        },
      },
      spec: podSpec(args),
    },
  };
}

function claim(
  name: string,
  storage: string,
  { storageClassName }: PostgresqlArgs,
): Plain<types.input.core.v1.PersistentVolumeClaim> {
  return {
    metadata: { name },
    spec: { accessModes: ["ReadWriteOncePod"], storageClassName, resources: { requests: { storage } } },
  };
}

function podSpec(args: PostgresqlArgs): Plain<types.input.core.v1.PodSpec> {
  const { pool, database, certificateSecret } = args;
  const several = database.instances > 1;
  return {
    serviceAccountName: server,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: restrictedPod(serverUser),
    priorityClassName: args.priorityClassNames.servers,
    terminationGracePeriodSeconds: graceSeconds(args),
    affinity: {
      ...poolAffinity(pool),
      // Two servers on one node are lost together, and then the second was of no use.
      ...(several
        ? {
            podAntiAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: [
                { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: selector(server) } },
              ],
            },
          }
        : {}),
    },
    ...(pool.taints.length > 0 ? { tolerations: poolTolerations(pool) } : {}),
    ...(several ? { topologySpreadConstraints: spread(pool, selector(server)) } : {}),
    initContainers: [prepareContainer(args)],
    containers: [serverContainer(args)],
    volumes: [
      { name: volumeNames.configuration, configMap: { name: plainNames.configuration } },
      {
        name: volumeNames.passwords,
        secret: {
          secretName: args.passwordsSecret,
          items: [systemRoles.administrator, systemRoles.replication].map((key) => ({ key, path: key })),
          defaultMode: 0o440,
        },
      },
      ...(certificateSecret === undefined
        ? []
        : // The server refuses a key that others can read.
          [{ name: volumeNames.certificate, secret: { secretName: certificateSecret, defaultMode: 0o440 } }]),
      { name: volumeNames.run, emptyDir: { medium: "Memory", sizeLimit: formatMebibytes(runMebibytes) } },
      {
        name: volumeNames.sharedMemory,
        emptyDir: { medium: "Memory", sizeLimit: formatMebibytes(sharedMemoryMebibytes(args)) },
      },
      ...(database.backup ? archiveVolumes : []),
    ],
  };
}

/** What every container of the pod mounts. */
function commonMounts(): Plain<types.input.core.v1.VolumeMount>[] {
  return [
    { name: plainNames.claims.data, mountPath: serverFolders.volume },
    { name: plainNames.claims.log, mountPath: serverFolders.logVolume },
    { name: volumeNames.configuration, mountPath: serverFolders.configuration, readOnly: true },
    { name: volumeNames.run, mountPath: serverFolders.run },
  ];
}

/** No probe and no deadline applies to it: copying a large primary takes what it takes. */
function prepareContainer(args: PostgresqlArgs): Plain<types.input.core.v1.Container> {
  return {
    ...programOf(args),
    name: "prepare",
    command: ["bash", `${serverFolders.configuration}/prepare.sh`],
    env: variables(prepareEnvironment(args, server)),
    volumeMounts: [
      ...commonMounts(),
      { name: volumeNames.passwords, mountPath: databaseFolders.passwords, readOnly: true },
    ],
  };
}

function serverContainer(args: PostgresqlArgs): Plain<types.input.core.v1.Container> {
  const ready = ["pg_isready", "--quiet", "--timeout=3"];
  const asking = { periodSeconds: 10, timeoutSeconds: 5 };
  return {
    ...programOf(args),
    name: server,
    // The server itself, not the image's entry point: what runs is what stands here.
    command: ["postgres", "-c", `config_file=${serverFolders.configuration}/postgresql.conf`],
    // The server's own, and those of psql and pg_ctl in probes and hooks and for whoever looks in by `kubectl exec`.
    env: variables({
      PGDATA: serverFolders.data,
      PGPORT: String(postgresqlPort),
      PGHOST: serverFolders.run,
      PGUSER: systemRoles.administrator,
      PGDATABASE: "postgres",
      PGCONNECT_TIMEOUT: String(connectSeconds / 2),
    }),
    ports: [{ name: serverPortName, containerPort: postgresqlPort, protocol: "TCP" }],
    // Fifteen minutes: after a crash it replays the log since the last checkpoint, which are that far apart.
    startupProbe: { exec: { command: ready }, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 180 },
    // Alive is who answers at all, be it that it is still recovering (1); a server that is only busy is never killed.
    livenessProbe: {
      exec: { command: ["sh", "-c", `${ready.join(" ")} || [ $? -eq 1 ]`] },
      ...asking,
      failureThreshold: 6,
    },
    // It works on statements, over a connection of those kept for superusers, so that a full server stays in service.
    readinessProbe: {
      exec: { command: ["psql", "--no-psqlrc", "--quiet", "--output=/dev/null", "--command=SELECT 1"] },
      ...asking,
      failureThreshold: 3,
    },
    lifecycle: {
      // Fast: clients are told to go, not waited for. The checkpoint before makes the one of the shutdown a short one.
      preStop: {
        exec: {
          command: [
            "sh",
            "-c",
            `psql --no-psqlrc --quiet --command=CHECKPOINT; exec pg_ctl stop --mode=fast --timeout=${graceSeconds(args)}`,
          ],
        },
      },
    },
    volumeMounts: [
      ...commonMounts(),
      { name: volumeNames.sharedMemory, mountPath: serverFolders.sharedMemory },
      ...(args.database.backup ? archiveMounts : []),
      ...(args.certificateSecret === undefined
        ? []
        : [{ name: volumeNames.certificate, mountPath: serverFolders.certificate, readOnly: true }]),
    ],
  };
}

function programOf({ database }: PostgresqlArgs) {
  const { requests, limits } = database.resources;
  return {
    image: database.images.server,
    imagePullPolicy: "IfNotPresent",
    resources: {
      requests: { ...requests, "ephemeral-storage": formatMebibytes(ephemeralMebibytes.request) },
      limits: { ...limits, "ephemeral-storage": formatMebibytes(ephemeralMebibytes.limit) },
    },
    securityContext: restrictedContainer(),
    terminationMessagePolicy: "FallbackToLogsOnError",
  };
}
