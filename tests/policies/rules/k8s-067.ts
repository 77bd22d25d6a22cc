import { fromObjects } from "../../../policies/sources/objects";
import { add, drop, set, unknown } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { namespaced } from "../objects";

const labels = { app: "nats" };
const natsOf = (storageClassName: string) =>
  namespaced("apps/v1", "StatefulSet", "nats", {
    spec: {
      serviceName: "nats",
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [] } },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
      volumeClaimTemplates: [{ metadata: { name: "data" }, spec: { storageClassName } }],
    },
  });
const headless = namespaced("v1", "Service", "nats", {
  spec: { clusterIP: "None", selector: labels, ports: [{ port: 4222 }] },
});
const store = add(natsOf("gp3"));
const service = add(headless);
const storageClass = add({
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "gp3" },
  provisioner: "ebs.csi.aws.com",
  parameters: { type: "gp3", encrypted: "true" },
  allowVolumeExpansion: true,
});
const whole = [store, service, storageClass];
const claimedClass = "spec.volumeClaimTemplates[0].spec.storageClassName";
const configured = (settings: Record<string, unknown>) => ({ settings: { "ALT-K8S-067": settings } });

export const cases: RuleCases = {
  pass: [
    { title: "names, storage and its end are stated", edits: whole },
    {
      title: "a driver that encrypts everything",
      edits: [...whole, drop("StorageClass", "parameters"), set("StorageClass", "provisioner", "disk.csi.azure.com")],
    },
    {
      title: "a Service whose endpoints somebody else makes",
      edits: [...whole, drop("Service/nats", "spec.selector")],
    },
    {
      title: "no volumes of its own, and so nothing to retain",
      edits: [
        store,
        service,
        drop("StatefulSet", "spec.volumeClaimTemplates"),
        drop("StatefulSet", "spec.persistentVolumeClaimRetentionPolicy"),
      ],
    },
  ],
  fail: [
    {
      title: "no serviceName",
      edits: [...whole, drop("StatefulSet", "spec.serviceName")],
      says: /StatefulSet altlas\/nats has no serviceName/,
      at: "spec.serviceName",
    },
    {
      title: "a Service that does not exist",
      edits: [store, storageClass],
      says: /names the Service nats, which does not exist in its namespace/,
      at: "spec.serviceName",
    },
    {
      title: "a Service in another namespace",
      edits: [...whole, set("Service/nats", "metadata.namespace", "other")],
      says: /names the Service nats, which does not exist in its namespace/,
      at: "spec.serviceName",
    },
    {
      title: "a Service for other pods",
      edits: [...whole, set("Service/nats", "spec.selector", { app: "other" })],
      says: /names Service altlas\/nats, which does not select its pods and gives them no names/,
      at: "spec.serviceName",
    },
    {
      title: "a Service with an address",
      edits: [...whole, drop("Service/nats", "spec.clusterIP")],
      says: /names Service altlas\/nats, which is not headless/,
      at: "spec.serviceName",
    },
    {
      title: "no word on what becomes of the volumes",
      edits: [...whole, drop("StatefulSet", "spec.persistentVolumeClaimRetentionPolicy")],
      says: /does not say what becomes of its volumes \((whenDeleted|whenScaled)\)/,
      at: "spec.persistentVolumeClaimRetentionPolicy.whenScaled",
      count: 2,
    },
    {
      title: "the cluster's default class",
      edits: [...whole, drop("StatefulSet", claimedClass)],
      says: /leaves the storage of volume data to the cluster's default class/,
      at: claimedClass,
    },
    {
      title: "a class that cannot grow",
      edits: [...whole, drop("StorageClass", "allowVolumeExpansion")],
      says: /stores volume data in class gp3, whose volumes cannot grow/,
      at: claimedClass,
    },
    {
      title: "a class that does not encrypt",
      edits: [...whole, set("StorageClass", "parameters.encrypted", "false")],
      says: /stores volume data in class gp3, which does not encrypt/,
      at: claimedClass,
    },
    {
      title: "a class that is made elsewhere, a warning",
      edits: [store, service],
      says: /in class gp3, of which nothing here says whether it encrypts and expands/,
      at: claimedClass,
    },
    {
      title: "an unknown class hides no missing Service",
      edits: [store, unknown("StatefulSet", claimedClass)],
      says: /names the Service nats, which does not exist/,
      at: "spec.serviceName",
    },
  ],
  notApplicable: [{ title: "no StatefulSet", edits: [service] }],
  unknown: [
    {
      title: "a class from an output",
      edits: [...whole, unknown("StatefulSet", claimedClass)],
      because: claimedClass,
    },
    {
      title: "a Service's name from an output",
      edits: [...whole, unknown("Service/nats", "metadata.name")],
      because: "metadata.name",
    },
    {
      title: "a class's parameters from an output",
      edits: [...whole, unknown("StorageClass", "parameters")],
      because: "parameters",
    },
  ],
  configured: [
    {
      title: "a class of the cluster that somebody has looked at",
      edits: [store, service],
      options: configured({ trustedClasses: ["gp3"] }),
      outcome: "pass",
    },
    {
      title: "a driver that this cluster encrypts below",
      edits: [...whole, drop("StorageClass", "parameters")],
      options: configured({ encryptingDrivers: ["ebs.csi.aws.com"] }),
      outcome: "pass",
    },
  ],
};

const ourStore = natsOf("altlas-block-retained");

export const mutants: readonly Mutant[] = [
  {
    title: "a store joins whose Service was forgotten",
    change: (resources) => resources.push(...fromObjects([ourStore])),
    says: /StatefulSet altlas\/nats names the Service nats, which does not exist in its namespace/,
  },
  {
    title: "a storage class stops growing under a store",
    edits: [set("StorageClass/altlas-block-retained", "allowVolumeExpansion", false)],
    change: (resources) => resources.push(...fromObjects([ourStore, headless])),
    says: /stores volume data in class altlas-block-retained, whose volumes cannot grow/,
  },
];
