import { databaseObjects, postgresqlPort } from "../../../model/database/names";
import { type Footprint, plus } from "../../../model/footprint";
import { type Amounts } from "../../../model/service";
import { budgetSpec, hasBudget } from "../../shared/disruption";
import { fixedFootprint } from "../../shared/footprint";
import { objectLabels, selector } from "../../shared/labels";
import { type ListedObject } from "../../shared/object-list";
import { quantities } from "../../shared/quantities";
import { type PgbouncerArgs } from "../args";
import { ephemeralMebibytes, exporterResources, poolerPortName } from "../defaults";
import { configurationFile } from "./configuration";
import { deploymentSpec, poolerLabels } from "./deployment";

const { pooler: name } = databaseObjects;

/** The pooler's objects. */
export function pgbouncerObjects(args: PgbouncerArgs): ListedObject[] {
  const { namespace, plan } = args;
  const metadata = { name, namespace, labels: objectLabels(name, args) };
  return [
    {
      suffix: "account",
      manifest: { apiVersion: "v1", kind: "ServiceAccount", metadata, automountServiceAccountToken: false },
    },
    {
      suffix: "configuration",
      manifest: {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata,
        data: { "pgbouncer.ini": configurationFile(args) },
      },
    },
    {
      suffix: "deployment",
      manifest: {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { ...metadata, labels: poolerLabels(args) },
        spec: deploymentSpec(args),
      },
      after: ["account", "configuration"],
    },
    {
      suffix: "service",
      manifest: {
        apiVersion: "v1",
        kind: "Service",
        metadata,
        spec: {
          type: "ClusterIP",
          selector: selector(name),
          ports: [{ name: poolerPortName, port: postgresqlPort, targetPort: poolerPortName, protocol: "TCP" }],
        },
      },
      // The provider waits until a Service has endpoints.
      after: ["deployment"],
    },
    ...(hasBudget({ replicas: { minimum: plan.replicas, maximum: plan.replicas } })
      ? [
          {
            suffix: "disruption-budget",
            manifest: {
              apiVersion: "policy/v1",
              kind: "PodDisruptionBudget",
              metadata,
              spec: budgetSpec(name),
            },
          },
        ]
      : []),
  ];
}

/** What poolers and the exporters beside them take. */
export function pgbouncerFootprint({ namespace, pool, plan }: PgbouncerArgs): Footprint {
  const footprint = fixedFootprint({
    name,
    namespace,
    pool,
    replicas: plan.replicas,
    resources: plan.resources,
    ephemeralMebibytes,
  });
  const exporter = (amounts: Amounts, ephemeral: number) => quantities(amounts, ephemeral);
  return {
    ...footprint,
    pod: {
      requests: plus(footprint.pod.requests, exporter(exporterResources.requests, ephemeralMebibytes.request)),
      limits: plus(footprint.pod.limits, exporter(exporterResources.limits, ephemeralMebibytes.limit)),
    },
  };
}
