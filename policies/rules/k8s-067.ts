import { z } from "zod";
import { checkEncryption, checkExpansion, checkStorageClass, storageClassSettings } from "../checks/storage-classes";
import { type Field } from "../field";
import { type Graph } from "../graph/graph";
import { describeIdentity, type KubernetesObject } from "../graph/object";
import { objects } from "../graph/subjects";
import { type Workload } from "../graph/workload";
import { aspects, defineRule, each, type Failure, part } from "../rule";
import { object } from "./examples";

const settings = z.strictObject(storageClassSettings);
type Settings = z.infer<typeof settings>;

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

function checkClass(claim: Field, graph: Graph, options: Settings): Generator<Failure, undefined> {
  const volume = claim.at("metadata", "name").text() ?? "";
  const field = claim.at("spec", "storageClassName");
  const { path } = field;
  return checkStorageClass(volume, field, graph, options, (found, name) =>
    aspects(
      () => checkExpansion(volume, found, name, path),
      () => checkEncryption(volume, found, name, path, options),
    ),
  );
}
