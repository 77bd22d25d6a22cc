import { type IBarmanObjectStoreConfiguration } from "@kubernetes-models/cloudnative-pg/github.com/cloudnative-pg/barman-cloud/pkg/api";
import { type IScheduledBackup } from "@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1";
import { type BackupPlan, type BackupTarget } from "../../../model/database/backup";
import { databaseObjects } from "../../../model/database/names";
import { type Manifest } from "../../../model/manifest";
import { type Resources } from "../../../model/service";
import { objectLabels } from "../../shared/labels";
import { type PostgresqlArgs } from "../args";
import { backupContainer, backupPlugin } from "./defaults";

const { server, backup: name, backupStore } = databaseObjects;

/** The plugin's kind, of which no package has types: fields as its v0.13 defines them (`api/v1/objectstore_types.go`). */
export interface ObjectStore extends Manifest {
  readonly apiVersion: "barmancloud.cnpg.io/v1";
  readonly kind: "ObjectStore";
  readonly spec: {
    readonly configuration: IBarmanObjectStoreConfiguration;
    /** Days, weeks or months, such as `30d`. */
    readonly retentionPolicy: string;
    readonly instanceSidecarConfiguration: {
      readonly env: readonly { readonly name: string; readonly value: string }[];
      readonly resources: Resources;
    };
  };
}

/** Where base backups and log go. @throws for a target that the plugin cannot write to; settings refuse it before. */
export function objectStore(args: PostgresqlArgs, { target, retentionDays }: BackupPlan): ObjectStore {
  const { bucket, prefix, region } = inObjectStorage(target);
  return {
    apiVersion: "barmancloud.cnpg.io/v1",
    kind: "ObjectStore",
    metadata: { name: backupStore, namespace: args.namespace, labels: objectLabels(backupStore, args) },
    spec: {
      configuration: {
        destinationPath: `s3://${bucket}/${prefix}`,
        // The role of the pods' account; there is no key that could be lost.
        s3Credentials: { inheritFromIAMRole: true },
        // `encryption` is not asked for: without a key's name, S3 would take its own in place of the bucket's.
        wal: { compression: "zstd", maxParallel: 4 },
        data: { compression: "snappy", jobs: 2 },
      },
      retentionPolicy: `${retentionDays}d`,
      instanceSidecarConfiguration: {
        // Without it each call first goes to another region and is sent on.
        env: [{ name: "AWS_DEFAULT_REGION", value: region }],
        resources: backupContainer,
      },
    },
  };
}

/** The base backup, from a replica where there is one, so that the primary does not read its volume for it. */
export function scheduledBackup(args: PostgresqlArgs, { schedule }: BackupPlan): IScheduledBackup {
  return {
    apiVersion: "postgresql.cnpg.io/v1",
    kind: "ScheduledBackup",
    metadata: { name, namespace: args.namespace, labels: objectLabels(name, args) },
    spec: {
      cluster: { name: server },
      // The operator's expressions begin with seconds.
      schedule: `0 ${schedule}`,
      method: "plugin",
      pluginConfiguration: { name: backupPlugin },
      target: "prefer-standby",
      // The log alone restores nothing: the first backup is taken at once.
      immediate: true,
      backupOwnerReference: "self",
    },
  };
}

function inObjectStorage(target: BackupTarget): Extract<BackupTarget, { kind: "s3" }> {
  if (target.kind === "s3") return target;
  throw new Error("the Barman Cloud plugin writes to object storage, not to a volume");
}
