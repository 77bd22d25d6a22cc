import { type Mutant, type RuleCases } from "../case";
import { cluster, configurationPath, configured, inText, ofCluster, operated, parameter, plain } from "../database";
import { add, drop, set, type Manifest, unknown, without } from "../fixtures";
import { namespaced } from "../objects";

const claims = "spec.volumeClaimTemplates";
const container = "spec.template.spec.containers[0]";
const slots = "spec.postgresql.parameters.max_slot_wal_keep_size";
const settings = (given: Record<string, unknown>) => ({ settings: { "ALT-DB-007": given } });
const deletes = set("StorageClass", "reclaimPolicy", "Delete");

export const cases: RuleCases = {
  pass: [
    { title: "two encrypted volumes under the operator", edits: operated },
    { title: "two encrypted volumes of a StatefulSet", edits: plain },
    {
      title: "a volume that goes with its claim, in beta",
      edits: [...operated, deletes],
      options: { environment: "beta" },
    },
    {
      title: "a template of claims in place of a class",
      edits: [
        ...operated,
        ofCluster("spec.storage", {
          pvcTemplate: { storageClassName: "retained", resources: { requests: { storage: "100Gi" } } },
        }),
      ],
    },
    {
      title: "a bound among the arguments",
      edits: [
        ...plain,
        set("ConfigMap/postgresql", "data", { "pg_hba.conf": "" }),
        set("StatefulSet", `${container}.args`, ["-c", "max_slot_wal_keep_size=4096"]),
      ],
    },
    {
      title: "settings that the image makes",
      edits: [
        ...plain,
        without("ConfigMap/postgresql"),
        drop("StatefulSet", "spec.template.spec.volumes"),
        drop("StatefulSet", `${container}.args`),
        set("StatefulSet", `${container}.image`, "docker.io/bitnami/postgresql:18.4"),
      ],
    },
    {
      title: "claims that somebody else registers by name",
      edits: [
        ...plain,
        drop("StatefulSet", claims),
        ...["data", "wal"].flatMap((name, index) => [
          add(
            namespaced("v1", "PersistentVolumeClaim", name, {
              spec: { storageClassName: "retained", resources: { requests: { storage: "50Gi" } } },
            }),
          ),
          set("StatefulSet", `spec.template.spec.volumes[${index + 1}]`, {
            name,
            persistentVolumeClaim: { claimName: name },
          }),
        ]),
      ],
    },
  ],
  fail: [
    {
      title: "no volume at all",
      edits: [...plain, drop("StatefulSet", claims)],
      says: /StatefulSet altlas\/postgresql has no volume for its data that outlives its pods/,
      at: claims,
    },
    {
      title: "a volume for the log alone",
      edits: [...operated, drop("Cluster", "spec.storage")],
      says: /has no volume for its data/,
      at: "spec.storage",
    },
    {
      title: "the log beside the data",
      edits: [...operated, drop("Cluster", "spec.walStorage")],
      says: /keeps its write-ahead log on the volume of its data/,
      at: "spec.walStorage",
    },
    {
      title: "the log beside the data, in a StatefulSet",
      edits: [...plain, drop("StatefulSet", `${claims}[1]`), (all) => trim(all, "StatefulSet")],
      says: /keeps its write-ahead log on the volume of its data/,
      at: claims,
    },
    {
      title: "a class that does not encrypt",
      edits: [...operated, drop("StorageClass", "parameters")],
      says: /stores volume (data|wal) in class retained, which does not encrypt/,
      at: "spec.storage.storageClass",
      count: 2,
    },
    {
      title: "a class that cannot grow",
      edits: [...plain, drop("StorageClass", "allowVolumeExpansion")],
      says: /stores volume (data|wal) in class retained, whose volumes cannot grow/,
      at: `${claims}[1].spec.storageClassName`,
      count: 2,
    },
    {
      title: "volumes that go with their claims, in production",
      edits: [...operated, deletes],
      options: { environment: "prod" },
      says: /in class retained, which deletes a volume together with its claim/,
      at: "spec.walStorage.storageClass",
      count: 2,
    },
    {
      title: "the cluster's default class",
      edits: [...operated, drop("Cluster", "spec.storage.storageClass")],
      says: /leaves the storage of volume data to the cluster's default class/,
      at: "spec.storage.storageClass",
    },
    {
      title: "no bound for a replica that is gone",
      edits: [...operated, drop("Cluster", slots)],
      says: /keeps the log for a replica that is gone until the volume is full \(max_slot_wal_keep_size = -1, its default\)/,
      at: "spec.postgresql.parameters",
    },
    {
      title: "a bound that is none",
      edits: [...operated, parameter("max_slot_wal_keep_size", "-1")],
      says: /until the volume is full \(max_slot_wal_keep_size = -1\)/,
      at: slots,
    },
    {
      title: "a bound as large as the volume",
      edits: [...plain, configured({ max_slot_wal_keep_size: "25GB" })],
      says: /keeps 25 GiB of log for a replica that is gone on a volume of 25 GiB \(max_slot_wal_keep_size = 25GB in ConfigMap postgresql\)/,
      at: configurationPath,
    },
    {
      title: "an unknown class hides no missing bound",
      edits: [...operated, drop("Cluster", slots), unknown("Cluster", "spec.storage.storageClass")],
      says: /until the volume is full/,
      at: "spec.postgresql.parameters",
    },
  ],
  notApplicable: [{ title: "no database" }],
  unknown: [
    {
      title: "a class from an output",
      edits: [...operated, unknown("Cluster", "spec.storage.storageClass")],
      because: "spec.storage.storageClass",
    },
    {
      title: "settings from an output",
      edits: [
        ...operated,
        parameter("max_slot_wal_keep_size", undefined),
        unknown("Cluster", "spec.postgresql.parameters"),
      ],
      because: "spec.postgresql.parameters",
    },
    {
      title: "a file from an output",
      edits: [...plain, unknown("ConfigMap/postgresql", ["data", "postgresql.conf"])],
      because: 'data["postgresql.conf"]',
    },
  ],
  configured: [
    {
      title: "a class of the cluster that somebody has looked at",
      edits: [add(cluster)],
      options: settings({ trustedClasses: ["retained"] }),
      outcome: "pass",
    },
    {
      title: "a driver that this cluster encrypts below",
      edits: [...operated, drop("StorageClass", "parameters")],
      options: settings({ encryptingDrivers: ["ebs.csi.aws.com"] }),
      outcome: "pass",
    },
    {
      title: "an environment whose data may go",
      edits: [...operated, deletes],
      options: { environment: "prod", ...settings({ environments: [] }) },
      outcome: "pass",
    },
  ],
};

/** Removes the hole that a dropped entry leaves in a list. */
function trim(manifests: Manifest[], kind: string): void {
  const found = manifests.find((each) => each.kind === kind) as { spec: { volumeClaimTemplates: unknown[] } };
  found.spec.volumeClaimTemplates = found.spec.volumeClaimTemplates.filter((each) => each !== undefined);
}

export const mutants: readonly Mutant[] = [
  {
    title: "replicas that are gone may fill the volume",
    edits: [
      inText(
        "ConfigMap/postgresql-configuration",
        "postgresql.conf",
        /max_slot_wal_keep_size = '.*'/,
        "max_slot_wal_keep_size = '-1'",
      ),
    ],
    says: /StatefulSet altlas-data\/postgresql keeps the log for a replica that is gone until the volume is full/,
  },
  {
    title: "the log of beta's database has no volume of its own",
    stack: "beta",
    edits: [drop("Cluster/postgresql", "spec.walStorage")],
    says: /Cluster altlas-data\/postgresql keeps its write-ahead log on the volume of its data/,
  },
];
