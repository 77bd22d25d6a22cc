import { databaseObjects, postgresqlPort } from "../../../model/database/names";
import { type Manifest } from "../../../model/manifest";
import { budgetSpec, hasBudget } from "../../shared/disruption";
import { objectLabels, selector } from "../../shared/labels";
import { type ListedObject } from "../../shared/object-list";
import { type PostgresqlArgs } from "../args";
import { backupObjects, serverNeeds } from "../../postgresql-backup/specs/objects";
import { plainNames, serverPortName } from "../defaults";
import { type Form } from "../form";
import { backupArgs } from "./backup";
import { configurationFiles } from "./configuration";
import { plainFootprints } from "./footprint";
import { serverLabels, statefulSetSpec } from "./stateful-set";

const { server } = databaseObjects;

/** Label that Kubernetes gives each pod of a StatefulSet. */
const podNameLabel = "statefulset.kubernetes.io/pod-name";

/** Suffixes of the form's objects. */
const suffixes = {
  serviceAccount: "service-account",
  configuration: "configuration",
  nodes: "nodes",
  servers: "servers",
  primary: "primary",
} as const;

/** A StatefulSet of our own: a primary, and replicas that follow it. Nobody promotes one but a person. */
export const plain: Form = {
  objects,
  footprints: plainFootprints,
  ready: [suffixes.servers, suffixes.primary],
  bringsPooler: false,
  address: () => ({ host: server, port: postgresqlPort }),
  authority: ({ certificateSecret }) =>
    certificateSecret === undefined ? undefined : { secretName: certificateSecret, key: "ca.crt" },
  clientImage: ({ database }) => database.images.server,
};

function objects(args: PostgresqlArgs): ListedObject[] {
  const { namespace, database } = args;
  const { instances } = database;
  const labels = objectLabels(server, args);
  const metadata = (name: string) => ({ name, namespace, labels });
  const service = (name: string, spec: object): Manifest => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: metadata(name),
    spec: {
      type: "ClusterIP",
      selector: selector(server),
      ports: [{ name: serverPortName, port: postgresqlPort, targetPort: serverPortName, protocol: "TCP" }],
      ...spec,
    },
  });
  const primary = { ...selector(server), [podNameLabel]: `${server}-${args.primaryOrdinal ?? 0}` };
  const backup = backupArgs(args);
  return [
    ...(backup ? backupObjects(backup) : []),
    {
      suffix: suffixes.serviceAccount,
      manifest: {
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: metadata(server),
        automountServiceAccountToken: false,
      },
    },
    {
      suffix: suffixes.configuration,
      manifest: {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: metadata(plainNames.configuration),
        data: configurationFiles(args),
      },
    },
    {
      suffix: suffixes.nodes,
      // Before the pods: their names must resolve while none of them is ready.
      manifest: service(plainNames.nodes, { clusterIP: "None", publishNotReadyAddresses: true }),
    },
    // Before the replicas, which find the primary by it: without waiting, since it has no endpoint before the pods.
    {
      suffix: suffixes.primary,
      manifest: withoutWaiting(service(server, instances > 1 ? { selector: primary } : {})),
    },
    ...(instances > 1 ? [{ suffix: "readers", manifest: withoutWaiting(service(plainNames.readers, {})) }] : []),
    {
      suffix: suffixes.servers,
      manifest: {
        apiVersion: "apps/v1",
        kind: "StatefulSet",
        metadata: { ...metadata(server), labels: serverLabels(args) },
        spec: statefulSetSpec(args),
      },
      after: [
        suffixes.serviceAccount,
        suffixes.configuration,
        suffixes.nodes,
        suffixes.primary,
        ...(backup ? serverNeeds : []),
      ],
      readySeconds: 1800,
    },
    ...(hasBudget({ replicas: { minimum: instances, maximum: instances } })
      ? [
          {
            suffix: "disruption-budget",
            manifest: {
              apiVersion: "policy/v1",
              kind: "PodDisruptionBudget",
              metadata: metadata(server),
              spec: budgetSpec(server),
            },
          },
        ]
      : []),
  ];
}

/** The provider waits until a Service has endpoints, and this one gets them from those who wait for it. */
function withoutWaiting(manifest: Manifest): Manifest {
  return {
    ...manifest,
    metadata: { ...manifest.metadata, annotations: { "pulumi.com/skipAwait": "true" } },
  };
}
