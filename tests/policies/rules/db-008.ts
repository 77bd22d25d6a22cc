import { fromObjects } from "../../../policies/sources/objects";
import { type Resource } from "../../../policies/sources/resource";
import { type Mutant, type RuleCases } from "../case";
import { cluster, configured, ofCluster, operated, plain, storageClass } from "../database";
import { add, compliant, drop, type Edit, type Manifest, set, unknown, without } from "../fixtures";
import { engineResource, namespaced } from "../objects";
import { UNKNOWN } from "../../../policies/field";

const store: Manifest = namespaced("barmancloud.cnpg.io/v1", "ObjectStore", "postgresql", {
  spec: {
    configuration: {
      destinationPath: "s3://altlas-backups/postgresql",
      data: { encryption: "aws:kms" },
      wal: { encryption: "aws:kms", compression: "zstd" },
    },
  },
});
const backup: Manifest = namespaced("postgresql.cnpg.io/v1", "ScheduledBackup", "postgresql", {
  spec: { schedule: "0 0 2 * * *", cluster: { name: "postgresql" }, method: "plugin" },
});
const cronJob = (name: string, schedule: string, pod: Manifest): Manifest =>
  namespaced("batch/v1", "CronJob", name, {
    spec: {
      schedule,
      jobTemplate: { spec: { template: { spec: { containers: [{ name: "a", image: "postgres:18", ...pod }] } } } },
    },
  });
const drill = cronJob("postgresql-restore-drill", "0 4 1 * *", { command: ["restore"] });
const saved: readonly Edit[] = [...operated, add(store, backup, drill)];

const toBucket = cronJob("postgresql-backup", "30 1 * * *", {
  command: ["wal-g", "backup-push"],
  env: [
    { name: "WALG_S3_PREFIX", value: "s3://altlas-backups/postgresql" },
    { name: "WALG_S3_SSE", value: "aws:kms" },
  ],
});
const archiving = configured({ archive_mode: "on", archive_command: "wal-g wal-push %p" });
const savedPlain: readonly Edit[] = [...plain, archiving, add(toBucket, drill)];
const plugin = "spec.plugins[0]";
const reference = `${plugin}.parameters.barmanObjectName`;
const configurationPath = "spec.template.spec.volumes[0].configMap.name";

const bucketUrn = "urn:pulumi:beta::altlas::aws:s3/bucket:Bucket::backups";
/** The operated database with a bucket of the stack, whose name may be an output. */
const withBucket = (name: unknown, encrypted = true): Resource[] => {
  const { destinationPath } = (store.spec as { configuration: Manifest }).configuration;
  const bucket = engineResource("aws:s3/bucket:Bucket", {
    name: "backups",
    urn: bucketUrn,
    inputs: { bucket: "altlas-backups" },
  });
  const encryption = engineResource(
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    {
      inputs: { bucket: name },
      edges: { custom: true, dependencies: [], propertyDependencies: { bucket: [bucketUrn] } },
    },
  );
  return [
    ...fromObjects([
      ...compliant(),
      cluster,
      storageClass,
      { ...store, spec: { configuration: { destinationPath } } },
      backup,
      drill,
    ]),
    bucket,
    ...(encrypted ? [encryption] : []),
  ];
};

export const cases: RuleCases = {
  pass: [
    { title: "the plugin, a schedule and a drill", edits: saved },
    { title: "a plain server with an archive in a bucket", edits: savedPlain },
    {
      title: "the operator's own archive",
      edits: [
        ...saved,
        drop("Cluster", "spec.plugins"),
        ofCluster("spec.backup.barmanObjectStore", {
          destinationPath: "s3://altlas-backups/postgresql",
          data: { encryption: "AES256" },
          wal: { encryption: "AES256" },
        }),
      ],
    },
    { title: "a bucket of the stack, encrypted by its own resource", resources: withBucket("altlas-backups") },
    { title: "a bucket whose name is an output", resources: withBucket(UNKNOWN) },
    { title: "a backup each week", edits: [...saved, set("ScheduledBackup", "spec.schedule", "0 0 2 * * 0")] },
  ],
  fail: [
    {
      title: "no schedule",
      edits: [...saved, without("ScheduledBackup")],
      says: /Cluster altlas\/postgresql is saved by no schedule/,
      at: reference,
    },
    {
      title: "a schedule of another Cluster",
      edits: [...saved, set("ScheduledBackup", "spec.cluster.name", "other")],
      says: /is saved by no schedule/,
      at: reference,
    },
    {
      title: "a schedule that is suspended",
      edits: [...saved, set("ScheduledBackup", "spec.suspend", true)],
      says: /is saved by ScheduledBackup postgresql, which is suspended/,
      at: reference,
    },
    {
      title: "a backup each month",
      edits: [...saved, set("ScheduledBackup", "spec.schedule", "0 0 2 1 * *")],
      says: /is saved by ScheduledBackup postgresql every 31 days at the longest \("0 0 2 1 \* \*"\).*every 7 days at most/,
      at: reference,
    },
    {
      title: "a day that no month has",
      edits: [...saved, set("ScheduledBackup", "spec.schedule", "0 0 2 30 2 *")],
      says: /which never comes/,
      at: reference,
    },
    {
      title: "a schedule that is none",
      edits: [...saved, set("ScheduledBackup", "spec.schedule", "nightly")],
      says: /at "nightly", which is no schedule/,
      at: reference,
    },
    {
      title: "no archive of the log, and so no place",
      edits: [...saved, drop("Cluster", "spec.plugins")],
      says: /(archives no log|has backups of which nothing here says where they are)/,
      at: "spec.plugins",
      count: 2,
    },
    {
      title: "a plugin that is switched off",
      edits: [...saved, ofCluster(`${plugin}.enabled`, false)],
      says: /(archives no log|where they are)/,
      at: "spec.plugins",
      count: 2,
    },
    {
      title: "a store that is not there",
      edits: [...saved, without("ObjectStore")],
      says: /has backups of which nothing here says where they are/,
      at: reference,
    },
    {
      title: "a store in the same cluster",
      edits: [...saved, set("ObjectStore", "spec.configuration.endpointURL", "http://minio.storage.svc:9000")],
      says: /loses its backups together with the cluster: http:\/\/minio\.storage\.svc:9000 is a Service of the same cluster/,
      at: reference,
    },
    {
      title: "data in the clear",
      edits: [...saved, drop("ObjectStore", "spec.configuration.data")],
      says: /keeps its backups in s3:\/\/altlas-backups\/postgresql, and nothing says that they are encrypted there/,
      at: reference,
    },
    {
      title: "a bucket of the stack in the clear",
      resources: withBucket("altlas-backups", false),
      says: /nothing says that they are encrypted there/,
      at: reference,
    },
    {
      title: "encryption of another bucket",
      resources: withBucket("other"),
      says: /nothing says that they are encrypted there/,
      at: reference,
    },
    {
      title: "nobody restores them",
      edits: [...saved, without("CronJob/postgresql-restore-drill")],
      says: /has backups that nobody restores to see whether they are good.*every 31 days at most/,
      at: "spec",
    },
    {
      title: "a drill that is suspended",
      edits: [...saved, set("CronJob", "spec.suspend", true)],
      says: /has backups that nobody restores/,
      at: "spec",
    },
    {
      title: "a drill every other month",
      edits: [...saved, set("CronJob", "spec.schedule", "0 4 1 */2 *")],
      says: /is restored for a test by CronJob postgresql-restore-drill every 62 days at the longest/,
      at: "spec",
    },
    {
      title: "backups on a volume of the cluster",
      edits: [
        ...savedPlain,
        set("CronJob/postgresql-backup", "spec.jobTemplate.spec.template.spec", {
          containers: [{ name: "a", command: ["pg_basebackup"] }],
          volumes: [{ name: "backups", persistentVolumeClaim: { claimName: "backups" } }],
        }),
      ],
      says: /StatefulSet altlas\/postgresql loses its backups together with the cluster: it is a volume of the same cluster/,
      at: "spec.jobTemplate.spec.template.spec.volumes",
    },
    {
      title: "a plain server without an archive",
      edits: [...savedPlain, configured({ archive_mode: "on", archive_command: "" })],
      says: /archives no log/,
      at: configurationPath,
    },
    {
      title: "a plain server that nobody saves",
      edits: [...plain, archiving, add(drill)],
      says: /(is saved by no schedule|where they are)/,
      at: configurationPath,
      count: 2,
    },
    {
      title: "an unknown store hides no missing drill",
      edits: [
        ...saved,
        without("CronJob/postgresql-restore-drill"),
        unknown("ObjectStore", "spec.configuration.endpointURL"),
      ],
      says: /has backups that nobody restores/,
      at: "spec",
    },
  ],
  notApplicable: [{ title: "no database" }],
  unknown: [
    {
      title: "a place from an output",
      edits: [...saved, unknown("ObjectStore", "spec.configuration.destinationPath")],
      because: "spec.configuration.destinationPath",
    },
    {
      title: "a schedule from an output",
      edits: [...saved, unknown("CronJob", "spec.schedule")],
      because: "spec.schedule",
    },
  ],
  configured: [
    {
      title: "a bucket that is made elsewhere",
      edits: [...saved, drop("ObjectStore", "spec.configuration.data")],
      options: { settings: { "ALT-DB-008": { encryptedBuckets: ["altlas-backups"] } } },
      outcome: "pass",
    },
    {
      title: "a backup each month is enough here",
      edits: [...saved, set("ScheduledBackup", "spec.schedule", "0 0 2 1 * *")],
      options: { settings: { "ALT-DB-008": { backupDays: 31 } } },
      outcome: "pass",
    },
    {
      title: "a drill each week",
      edits: saved,
      options: { settings: { "ALT-DB-008": { drillDays: 7 } } },
      outcome: "fail",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "beta's database is restored for a test twice a year",
    stack: "beta",
    edits: [set("CronJob/postgresql-restore-drill", "spec.schedule", "0 4 1 */6 *")],
    says: /Cluster altlas-data\/postgresql is restored for a test by CronJob postgresql-restore-drill every 18\d days/,
  },
  {
    title: "beta's log is archived no more",
    stack: "beta",
    edits: [drop("Cluster/postgresql", "spec.plugins")],
    says: /Cluster altlas-data\/postgresql archives no log/,
  },
];
