import { type IPooler } from "@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1";
import { databaseObjects } from "../../../model/database/names";
import { formatMebibytes } from "../../../model/quantity";
import { objectLabels } from "../../shared/labels";
import { type PostgresqlArgs } from "../args";
import { sharedLabels } from "./cluster";
import { poolerEphemeralMebibytes, seconds } from "./defaults";
import { poolerParameters } from "./parameters";
import { poolerAffinity, tolerations, zoneSpread } from "./placement";

const { server, pooler: name } = databaseObjects;

/** How the operator's pods of the pooler are found. */
export const poolerSelector = { "cnpg.io/poolerName": name } as const;

/**
 * PgBouncer in front of the primary. Nothing is said about how it looks up passwords: then the operator makes a role that
 * comes by certificate, and a SECURITY DEFINER function of the superuser's that only this role may call. A query and a
 * Secret of our own would switch that off and put a password in its place.
 */
export function pooler(args: PostgresqlArgs): IPooler {
  const { database, pool, priorityClassNames } = args;
  const { requests, limits } = database.pooler.resources;
  return {
    apiVersion: "postgresql.cnpg.io/v1",
    kind: "Pooler",
    metadata: { name, namespace: args.namespace, labels: objectLabels(name, args) },
    spec: {
      cluster: { name: server },
      type: "rw",
      instances: database.pooler.replicas,
      pgbouncer: {
        poolMode: "transaction",
        parameters: poolerParameters(database.pooler),
        // Passwords travel only where the callers' end is encrypted too.
        pg_hba: ["hostssl all all all scram-sha-256", "host all all all reject"],
      },
      deploymentStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      serviceTemplate: { metadata: { labels: sharedLabels(args) }, spec: { type: "ClusterIP" } },
      template: {
        metadata: { labels: sharedLabels(args) },
        spec: {
          containers: [
            {
              name: "pgbouncer",
              image: database.images.pooler,
              resources: {
                requests: { ...requests, "ephemeral-storage": formatMebibytes(poolerEphemeralMebibytes.request) },
                limits: { ...limits, "ephemeral-storage": formatMebibytes(poolerEphemeralMebibytes.limit) },
              },
              lifecycle: { preStop: { sleep: { seconds: seconds.poolerDrain } } },
            },
          ],
          affinity: poolerAffinity(pool, poolerSelector),
          tolerations: tolerations(pool),
          topologySpreadConstraints: zoneSpread(pool, poolerSelector),
          priorityClassName: priorityClassNames.servers,
          terminationGracePeriodSeconds: seconds.poolerStop,
        },
      },
    },
  };
}

/** One pooler at a time may be taken away on purpose; the operator makes no budget for them. */
export function poolerBudget(args: PostgresqlArgs) {
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name, namespace: args.namespace, labels: objectLabels(name, args) },
    spec: {
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: "AlwaysAllow",
      selector: { matchLabels: { ...poolerSelector } },
    },
  };
}
