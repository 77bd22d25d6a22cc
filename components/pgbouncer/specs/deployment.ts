import type * as types from "@pulumi/kubernetes/types";
import { contentChecksum } from "../../../model/checksum";
import {
  databaseFolders,
  databaseObjects,
  databasePods,
  metricsPorts,
  postgresqlPort,
  systemRoles,
} from "../../../model/database/names";
import { formatMebibytes } from "../../../model/quantity";
import { type Amounts } from "../../../model/service";
import { podLabels, selector } from "../../shared/labels";
import { poolAffinity, poolTolerations, spread } from "../../shared/placement";
import { type Plain } from "../../shared/plain";
import { restrictedContainer, restrictedPod } from "../../shared/security";
import { variables } from "../../shared/variables";
import { type PgbouncerArgs } from "../args";
import {
  ephemeralMebibytes,
  exporterResources,
  folders,
  poolerPortName,
  poolerUser,
  runFiles,
  runMebibytes,
  seconds,
} from "../defaults";
import { configurationFile, prepareScript } from "./configuration";

const { pooler: name, pgbouncerExporter } = databaseObjects;

/** Labels of the pods and of the Deployment. */
export function poolerLabels(args: PgbouncerArgs): Record<string, string> {
  return { ...podLabels(name, { ...args, image: args.images.pooler }), ...databasePods.pooler };
}

/** The Deployment. */
export function deploymentSpec(args: PgbouncerArgs): Plain<types.input.apps.v1.DeploymentSpec> {
  return {
    replicas: args.plan.replicas,
    selector: { matchLabels: selector(name) },
    // The budget of connections counts one more pod than there are.
    strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    minReadySeconds: 5,
    revisionHistoryLimit: 3,
    template: {
      metadata: {
        labels: poolerLabels(args),
        annotations: {
          "checksum/configuration": contentChecksum({ "pgbouncer.ini": configurationFile(args) }),
          ...generations(args),
          "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes": "run",
          "kubectl.kubernetes.io/default-container": name,
          "prometheus.io/scrape": "true",
          "prometheus.io/port": String(metricsPorts.pooler),
        },
      },
      spec: podSpec(args),
    },
  };
}

/** Which of the two passwords that it reads once it has. */
function generations({ passwordGenerations = {} }: PgbouncerArgs): Record<string, string> {
  const own = Object.entries(passwordGenerations).filter(([role]) =>
    [systemRoles.pooler, systemRoles.monitoring].some((each) => each === role),
  );
  return own.length === 0 ? {} : { "checksum/secrets": contentChecksum(Object.fromEntries(own)) };
}

function podSpec(args: PgbouncerArgs): Plain<types.input.core.v1.PodSpec> {
  const { pool, certificateSecret, serverAuthority } = args;
  const roles = [systemRoles.pooler, systemRoles.monitoring];
  return {
    serviceAccountName: name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: restrictedPod(poolerUser),
    priorityClassName: args.priorityClassName,
    terminationGracePeriodSeconds: seconds.leave + seconds.finish + seconds.margin,
    affinity: poolAffinity(pool),
    ...(pool.taints.length > 0 ? { tolerations: poolTolerations(pool) } : {}),
    ...(args.plan.replicas > 1 ? { topologySpreadConstraints: spread(pool, selector(name)) } : {}),
    initContainers: [prepareContainer(args)],
    containers: [poolerContainer(args), exporterContainer(args)],
    volumes: [
      { name: "configuration", configMap: { name } },
      {
        name: "passwords",
        secret: {
          secretName: args.passwordsSecret,
          items: roles.map((key) => ({ key, path: key })),
          defaultMode: 0o440,
        },
      },
      { name: "run", emptyDir: { medium: "Memory", sizeLimit: formatMebibytes(runMebibytes) } },
      ...(certificateSecret === undefined
        ? []
        : [{ name: "certificate", secret: { secretName: certificateSecret, defaultMode: 0o440 } }]),
      ...(serverAuthority
        ? [
            {
              name: "authority",
              secret: {
                secretName: serverAuthority.secretName,
                items: [{ key: serverAuthority.key, path: serverAuthority.key }],
              },
            },
          ]
        : []),
    ],
  };
}

function prepareContainer(args: PgbouncerArgs): Plain<types.input.core.v1.Container> {
  return {
    ...bounded(exporterResources),
    name: "prepare",
    image: args.images.tools,
    command: ["sh", "-c", prepareScript],
    env: variables({
      PASSWORDS_FOLDER: databaseFolders.passwords,
      // Empty where the stack gives a certificate.
      CERTIFICATE_NAME: args.certificateSecret === undefined ? name : "",
    }),
    volumeMounts: [
      { name: "run", mountPath: folders.run },
      { name: "passwords", mountPath: databaseFolders.passwords, readOnly: true },
    ],
  };
}

function poolerContainer(args: PgbouncerArgs): Plain<types.input.core.v1.Container> {
  const { certificateSecret, serverAuthority, plan } = args;
  const asking = { tcpSocket: { port: poolerPortName }, periodSeconds: 10, timeoutSeconds: 3 };
  const process = `${folders.run}/${runFiles.process}`;
  return {
    ...bounded(plan.resources),
    name,
    image: args.images.pooler,
    command: ["pgbouncer", `${folders.configuration}/pgbouncer.ini`],
    ports: [{ name: poolerPortName, containerPort: postgresqlPort, protocol: "TCP" }],
    readinessProbe: { ...asking, failureThreshold: 2 },
    livenessProbe: { ...asking, failureThreshold: 6 },
    lifecycle: {
      preStop: {
        exec: {
          // SIGINT gives no transaction a connection any more, lets those that have one end, and ends; clients between two
          // transactions connect to another pod. SIGTERM would wait for clients that never go. A second signal ends it at
          // once, and the kubelet's comes when this returns; so it waits.
          command: [
            "sh",
            "-c",
            `sleep ${seconds.leave}; pid="$(cat ${process})"; kill -INT "$pid"; while kill -0 "$pid" 2>/dev/null; do sleep 0.2; done`,
          ],
        },
      },
    },
    volumeMounts: [
      { name: "configuration", mountPath: folders.configuration, readOnly: true },
      { name: "run", mountPath: folders.run },
      ...(certificateSecret === undefined
        ? []
        : [{ name: "certificate", mountPath: folders.certificate, readOnly: true }]),
      ...(serverAuthority ? [{ name: "authority", mountPath: folders.authority, readOnly: true }] : []),
    ],
  };
}

/** Beside each pooler, because each has figures of its own, and a Service would lead to one of them by chance. */
function exporterContainer(args: PgbouncerArgs): Plain<types.input.core.v1.Container> {
  return {
    ...bounded(exporterResources),
    name: pgbouncerExporter,
    image: args.images.exporter,
    args: [`--web.listen-address=:${metricsPorts.pooler}`, "--log.format=json"],
    env: variables({
      PGBOUNCER_EXPORTER_CONNECTION_STRING: [
        `host=${folders.run} port=${postgresqlPort} dbname=pgbouncer user=${systemRoles.monitoring}`,
        "sslmode=disable connect_timeout=5",
      ].join(" "),
      PGPASSFILE: `${folders.run}/${runFiles.passfile}`,
    }),
    ports: [{ name: "metrics", containerPort: metricsPorts.pooler, protocol: "TCP" }],
    readinessProbe: {
      httpGet: { path: "/", port: "metrics" },
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 3,
    },
    livenessProbe: { tcpSocket: { port: "metrics" }, periodSeconds: 20, timeoutSeconds: 5, failureThreshold: 3 },
    volumeMounts: [{ name: "run", mountPath: folders.run, readOnly: true }],
  };
}

function bounded({ requests, limits }: { readonly requests: Amounts; readonly limits: Amounts }) {
  return {
    imagePullPolicy: "IfNotPresent",
    resources: {
      requests: { ...requests, "ephemeral-storage": formatMebibytes(ephemeralMebibytes.request) },
      limits: { ...limits, "ephemeral-storage": formatMebibytes(ephemeralMebibytes.limit) },
    },
    securityContext: restrictedContainer(),
    terminationMessagePolicy: "FallbackToLogsOnError",
  };
}
