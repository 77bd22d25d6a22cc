import { z } from "zod";
import { type Field } from "../field";
import { type Graph } from "../graph/graph";
import { describeIdentity, type KubernetesObject } from "../graph/object";
import { objects } from "../graph/subjects";
import { type Workload } from "../graph/workload";
import { aspects, defineRule, each, type Failure, part } from "../rule";
import { object } from "./examples";

const settings = z.strictObject({
  encryptingDrivers: z
    .array(z.string().min(1))
    .default([])
    .describe("further drivers (provisioners) that encrypt every volume without being asked"),
  trustedClasses: z
    .array(z.string().min(1))
    .default([])
    .describe("storage classes made elsewhere of which somebody has made sure that they encrypt and can grow"),
});
type Settings = z.infer<typeof settings>;

/**
 * Drivers that encrypt every disk.
 *
 * Sources: https://cloud.google.com/docs/security/encryption/default-encryption,
 * https://learn.microsoft.com/azure/virtual-machines/disk-encryption
 */
const knownDrivers: readonly string[] = [
  "pd.csi.storage.gke.io",
  "kubernetes.io/gce-pd",
  "disk.csi.azure.com",
  "kubernetes.io/azure-disk",
];

/** Parameters by which storage classes of drivers turn encryption on: AWS, Ceph, Longhorn, Outscale; Portworx; UpCloud. */
const encryptionParameters: readonly (readonly [key: string, values: readonly string[]])[] = [
  ["encrypted", ["true"]],
  ["secure", ["true"]],
  ["encryption", ["true", "data-at-rest"]],
];

const labels = { app: "nats" };
const store = (spec: Record<string, unknown>) =>
  object("apps/v1", "StatefulSet", "nats", {
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: "nats" }] } },
      volumeClaimTemplates: [{ metadata: { name: "data" }, spec: { storageClassName: "encrypted" } }],
      ...spec,
    },
  });

export const rule = defineRule<Settings>({
  id: "ALT-K8S-067",
  slug: "kubernetes-statefulset-requires-safe-storage",
  title: "A StatefulSet has its headless Service, volumes that are encrypted and can grow, and says when they go",
  severity: "high",
  gate: "mandatory",
  scope: "stack",
  why:
    "Without its Service the pods have no names, and members of a cluster never find each other. A volume that cannot " +
    "grow has to be copied at the worst time, one that is not encrypted is readable in every snapshot, and whether data " +
    "outlives a deleted StatefulSet should be a decision.",
  fix: "Make the headless Service, name a StorageClass that encrypts and expands, and set persistentVolumeClaimRetentionPolicy.",
  planSteps: ["2.2.5"],
  peers: [
    "kube-score statefulset-has-servicename",
    "kyverno require-storageclass",
    "gatekeeper-library storageclass",
    "kubescape C-0264",
  ],
  settings,
  examples: {
    pass: {
      title: "names, storage and its end are stated",
      manifests: [
        store({
          serviceName: "nats",
          persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
        }),
        object("v1", "Service", "nats", { spec: { clusterIP: "None", selector: labels } }),
        {
          apiVersion: "storage.k8s.io/v1",
          kind: "StorageClass",
          metadata: { name: "encrypted" },
          provisioner: "ebs.csi.aws.com",
          parameters: { encrypted: "true" },
          allowVolumeExpansion: true,
        },
      ],
    },
    fail: {
      title: "a Service that is not there, and volumes of an unknown class",
      manifests: [store({ serviceName: "nats" })],
    },
  },
  parts: [
    part(
      ({ graph }) => objects(graph, "StatefulSet"),
      (set, { graph, settings: options }) =>
        aspects(
          () => checkService(set, graph),
          () => checkRetention(set),
          () => each(set.spec.at("volumeClaimTemplates").items(), (claim) => checkClass(claim, graph, options)),
        ),
    ),
  ],
});

function* checkService(set: KubernetesObject, graph: Graph): Generator<Failure> {
  const field = set.spec.at("serviceName");
  const name = field.text() ?? "";
  const { path } = field;
  if (name === "") {
    yield { problem: "has no serviceName", path, fix: "make a headless Service for its pods and name it" };
    return;
  }
  const service = graph.find("Service", name, set.namespace);
  if (service === undefined) {
    const problem = `names the Service ${name}, which does not exist in its namespace`;
    yield { problem, path, fix: "make that Service with clusterIP: None and the pods' labels as its selector" };
    return;
  }
  if (service.spec.at("clusterIP").text() !== "None") {
    const problem = `names ${describeIdentity(service.identity)}, which is not headless and gives pods no names`;
    yield { problem, path, fix: "name a Service with clusterIP: None" };
  }
  // Without a selector its endpoints are made by somebody else.
  if (service.spec.at("selector").entries().length === 0) return;
  const selected = graph.services.workloadsOf(service);
  const isOwn = ({ object }: Workload) => object === set;
  if (selected.certain.some(isOwn) || selected.all().some(isOwn)) return;
  const problem = `names ${describeIdentity(service.identity)}, which does not select its pods and gives them no names`;
  yield { problem, path, fix: "use the labels of its pods in the Service's selector" };
}

function* checkRetention({ spec }: KubernetesObject): Generator<Failure, undefined> {
  if (spec.at("volumeClaimTemplates").items().length === 0) return undefined;
  return yield* each(["whenDeleted", "whenScaled"], function* (key) {
    const field = spec.at("persistentVolumeClaimRetentionPolicy", key);
    if (field.exists) return;
    const problem = `does not say what becomes of its volumes (${key})`;
    yield { problem, path: field.path, fix: "set it to Retain, or to Delete where the data is of no worth" };
  });
}

function* checkClass(claim: Field, graph: Graph, options: Settings): Generator<Failure, undefined> {
  const volume = claim.at("metadata", "name").text() ?? "";
  const field = claim.at("spec", "storageClassName");
  const name = field.text() ?? "";
  const { path } = field;
  if (name === "") {
    const problem = `leaves the storage of volume ${volume} to the cluster's default class`;
    yield { problem, path, fix: "name a StorageClass that encrypts and can expand volumes" };
    return undefined;
  }
  if (options.trustedClasses.includes(name)) return undefined;
  const found = graph.find("StorageClass", name);
  if (found === undefined) {
    // A cluster brings classes of its own, so a missing one is no mistake; but nothing here says what it does.
    const problem = `stores volume ${volume} in class ${name}, of which nothing here says whether it encrypts and expands`;
    yield { problem, path, fix: "look, and add it to the setting trustedClasses", warning: true };
    return undefined;
  }
  return yield* aspects(
    function* () {
      if (found.root.at("allowVolumeExpansion").flag() === true) return;
      const problem = `stores volume ${volume} in class ${name}, whose volumes cannot grow`;
      yield { problem, path, fix: `set allowVolumeExpansion of StorageClass ${name}, or name another class` };
    },
    function* () {
      if (isEncrypted(found, options)) return;
      const problem = `stores volume ${volume} in class ${name}, which does not encrypt`;
      yield { problem, path, fix: `set the parameter encrypted of StorageClass ${name}, or name another class` };
    },
  );
}

function isEncrypted({ root }: KubernetesObject, { encryptingDrivers }: Settings): boolean {
  const driver = root.at("provisioner").text() ?? "";
  if (knownDrivers.includes(driver) || encryptingDrivers.includes(driver)) return true;
  const parameters = root.at("parameters");
  return encryptionParameters.some(([key, values]) => values.includes(parameters.at(key).text() ?? ""));
}
