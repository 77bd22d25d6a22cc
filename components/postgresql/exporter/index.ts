import type * as types from "@pulumi/kubernetes/types";
import { contentChecksum } from "../../../model/checksum";
import { databaseFolders, databaseObjects, systemRoles, metricsPorts } from "../../../model/database/names";
import { type Footprint } from "../../../model/footprint";
import { type Manifest } from "../../../model/manifest";
import { formatMebibytes } from "../../../model/quantity";
import { fixedFootprint } from "../../shared/footprint";
import { objectLabels, podLabels, selector } from "../../shared/labels";
import { type ListedObject } from "../../shared/object-list";
import { poolAffinity, poolTolerations } from "../../shared/placement";
import { type Plain } from "../../shared/plain";
import { restrictedContainer, restrictedPod } from "../../shared/security";
import { variables } from "../../shared/variables";
import { type PostgresqlArgs } from "../args";
import { authorityFolder, authorityVolumes } from "../connection";
import { connectSeconds, limitRatio, logMebibytes } from "../defaults";
import { type Form } from "../form";
import { migrationJob } from "../jobs/migrations";
import { queries } from "./queries";

const { postgresExporter: name } = databaseObjects;

/** User and group of the process; the image has no files of its own user. */
const userId = 10001;

/** Where its queries lie. */
const queriesFolder = "/etc/postgres-exporter";

/** Sizes of the pod: some 20 MiB for the program, and the rows of pg_stat_statements that it keeps while it answers. */
const resources = {
  requests: { cpu: "50m", memory: "64Mi" },
  limits: { cpu: "100m", memory: "128Mi" },
} as const;
const ephemeralMebibytes = { limit: logMebibytes, request: logMebibytes / limitRatio } as const;

/** What one exporter takes. */
export function exporterFootprint({ namespace, pool }: PostgresqlArgs): Footprint {
  return fixedFootprint({ name, namespace, pool, replicas: 1, resources, ephemeralMebibytes });
}

/** The exporter of the server's figures. One: a second would count everything twice. */
export function exporterObjects(args: PostgresqlArgs, form: Form): ListedObject[] {
  const metadata = { name, namespace: args.namespace, labels: objectLabels(name, args) };
  return [
    {
      suffix: "exporter-account",
      manifest: { apiVersion: "v1", kind: "ServiceAccount", metadata, automountServiceAccountToken: false },
    },
    { suffix: "exporter-queries", manifest: { apiVersion: "v1", kind: "ConfigMap", metadata, data: queryFiles() } },
    {
      suffix: "exporter",
      manifest: deployment(args, form),
      // Its role and what it reads are the migrations'.
      after: ["exporter-account", "exporter-queries", migrationJob],
    },
  ];
}

function queryFiles(): Record<string, string> {
  // JSON is YAML, and the same text whoever writes it.
  return { "queries.yaml": `${JSON.stringify(queries, undefined, 2)}\n` };
}

function deployment(args: PostgresqlArgs, form: Form): Manifest {
  const labels = podLabels(name, { ...args, image: args.database.images.postgresExporter });
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: args.namespace, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: selector(name) },
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      revisionHistoryLimit: 3,
      template: {
        metadata: {
          labels,
          annotations: {
            // It reads its queries once; and a new password, when it connects anew.
            "checksum/queries": contentChecksum(queryFiles()),
            "prometheus.io/scrape": "true",
            "prometheus.io/port": String(metricsPorts.server),
          },
        },
        spec: podSpec(args, form),
      },
    },
  };
}

function podSpec(args: PostgresqlArgs, form: Form): Plain<types.input.core.v1.PodSpec> {
  const { pool } = args;
  const authority = authorityVolumes(args, form);
  return {
    serviceAccountName: name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: restrictedPod(userId),
    priorityClassName: args.priorityClassNames.servers,
    affinity: poolAffinity(pool),
    ...(pool.taints.length > 0 ? { tolerations: poolTolerations(pool) } : {}),
    containers: [
      {
        name,
        image: args.database.images.postgresExporter,
        imagePullPolicy: "IfNotPresent",
        args: [
          `--web.listen-address=:${metricsPorts.server}`,
          `--extend.query-path=${queriesFolder}/queries.yaml`,
          "--collector.stat_statements",
          // Texts of statements are for the report; as labels they would be a series each.
          "--no-collector.stat_statements.include_query",
          "--collector.long_running_transactions",
          "--collector.database_wraparound",
          "--collector.stat_checkpointer",
          "--log.format=json",
        ],
        env: variables(dataSource(args, form)),
        ports: [{ name: "metrics", containerPort: metricsPorts.server, protocol: "TCP" }],
        resources: {
          requests: { ...resources.requests, "ephemeral-storage": formatMebibytes(ephemeralMebibytes.request) },
          limits: { ...resources.limits, "ephemeral-storage": formatMebibytes(ephemeralMebibytes.limit) },
        },
        // It goes on without its server, and says so in pg_up; a page of metrics is too much for a probe.
        livenessProbe: { tcpSocket: { port: "metrics" }, periodSeconds: 20, timeoutSeconds: 5, failureThreshold: 3 },
        readinessProbe: {
          httpGet: { path: "/", port: "metrics" },
          periodSeconds: 10,
          timeoutSeconds: 5,
          failureThreshold: 3,
        },
        securityContext: restrictedContainer(),
        terminationMessagePolicy: "FallbackToLogsOnError",
        volumeMounts: [
          { name: "queries", mountPath: queriesFolder, readOnly: true },
          { name: "passwords", mountPath: databaseFolders.passwords, readOnly: true },
          ...authority.mounts,
        ],
      },
    ],
    volumes: [
      { name: "queries", configMap: { name } },
      {
        name: "passwords",
        secret: {
          secretName: args.passwordsSecret,
          items: [{ key: systemRoles.monitoring, path: systemRoles.monitoring }],
          defaultMode: 0o440,
        },
      },
      ...authority.volumes,
    ],
  };
}

/** How it connects; the program itself reads the file with the password. */
function dataSource(args: PostgresqlArgs, form: Form): Record<string, string> {
  const { host, port } = form.address(args);
  const authority = form.authority?.(args);
  const options = new URLSearchParams({
    application_name: name,
    connect_timeout: String(connectSeconds),
    ...(authority === undefined
      ? { sslmode: "require" }
      : { sslmode: "verify-full", sslrootcert: `${authorityFolder}/${authority.key}` }),
  });
  return {
    DATA_SOURCE_URI: `${host}:${port}/${args.database.definition.name}?${decodeURIComponent(options.toString())}`,
    DATA_SOURCE_USER: systemRoles.monitoring,
    DATA_SOURCE_PASS_FILE: `${databaseFolders.passwords}/${systemRoles.monitoring}`,
  };
}
