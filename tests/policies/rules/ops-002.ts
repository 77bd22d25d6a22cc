import { fromObjects } from "../../../policies/sources/objects";
import { type Resource } from "../../../policies/sources/resource";
import { join } from "../aws";
import { type Mutant, type RuleCases } from "../case";
import { add, drop, set, unknown } from "../fixtures";
import { namespaced } from "../objects";

const storageClass = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "kept" },
  provisioner: "ebs.csi.aws.com",
  reclaimPolicy: "Retain",
};
const claim = namespaced("v1", "PersistentVolumeClaim", "models", { spec: { storageClassName: "kept" } });
const store = namespaced("apps/v1", "StatefulSet", "nats", {
  spec: {
    persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain" },
    volumeClaimTemplates: [{ metadata: { name: "data" }, spec: { storageClassName: "kept" } }],
  },
});
const whole = [add(claim, store, storageClass)];
const production = { environment: "prod" };
const className = "spec.volumeClaimTemplates[0].spec.storageClassName";
const protectedClaim: readonly Resource[] = fromObjects([claim]).map((each) => ({
  ...each,
  options: { protect: true, ignoreChanges: [] },
}));

export const cases: RuleCases = {
  pass: [
    { title: "a class that keeps volumes", edits: whole, options: production },
    { title: "no environment is a strict one", edits: whole },
    { title: "a protected claim", resources: protectedClaim, options: production },
  ],
  fail: [
    {
      title: "a class that deletes",
      edits: [...whole, drop("StorageClass", "reclaimPolicy")],
      options: production,
      says: /(?:Claim|Set) altlas\/(?:models|nats) keeps data in class kept, which deletes a volume with its claim/,
      at: className,
      count: 2,
    },
    {
      title: "a class from elsewhere",
      edits: [add(claim)],
      says: /keeps data in class kept, of which nothing says that it keeps volumes/,
      at: "spec.storageClassName",
    },
    {
      title: "the cluster's default",
      edits: [add(claim), drop("PersistentVolumeClaim", "spec.storageClassName")],
      says: /keeps data in the cluster's default class/,
      at: "spec.storageClassName",
    },
    {
      title: "claims that go with their set",
      edits: [...whole, set("StatefulSet", "spec.persistentVolumeClaimRetentionPolicy.whenDeleted", "Delete")],
      says: /StatefulSet altlas\/nats deletes its claims with itself/,
      at: "spec.persistentVolumeClaimRetentionPolicy.whenDeleted",
    },
  ],
  notApplicable: [
    { title: "beta", edits: whole, options: { environment: "beta" } },
    { title: "a set without data", edits: [add(store), drop("StatefulSet", "spec.volumeClaimTemplates")] },
  ],
  unknown: [
    { title: "a class from an output", edits: [...whole, unknown("StatefulSet", className)], because: className },
  ],
  configured: [
    {
      title: "a class of the cluster",
      edits: [add(claim)],
      options: { settings: { "ALT-OPS-002": { retainingClasses: ["kept"] } } },
      outcome: "pass",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "a claim joins whose disk goes with it",
    change: join(
      ...fromObjects([
        namespaced("v1", "PersistentVolumeClaim", "models", { spec: { storageClassName: "altlas-block" } }),
      ]),
    ),
    options: production,
    says: /PersistentVolumeClaim altlas\/models keeps data in class altlas-block/,
  },
];
