import { databaseObjects, postgresqlPort } from "../../../model/database/names";
import { formatMebibytes, mebibytes } from "../../../model/quantity";
import { type PostgresqlBackupArgs } from "../../postgresql-backup/args";
import { type PostgresqlArgs } from "../args";
import { plainNames, serverFolders, serverUser } from "../defaults";

/**
 * How this form's servers are saved; `undefined` when they are not.
 *
 * @throws when the plan goes to object storage, which only an operator's servers write to, or has no class.
 */
export function backupArgs(args: PostgresqlArgs): PostgresqlBackupArgs | undefined {
  const { database, storageClassName, scratchStorageClassName = storageClassName, sharedStorageClassName } = args;
  if (database.backup === undefined) return undefined;
  const { target, ...plan } = database.backup;
  if (target.kind !== "volume") throw new Error("the plain form saves to a volume, not to object storage");
  if (sharedStorageClassName === undefined) throw new Error("a volume of backups needs a sharedStorageClassName");
  const claim = (name: string) => `${name}-${databaseObjects.server}-${args.primaryOrdinal ?? 0}`;
  return {
    namespace: args.namespace,
    partOf: args.partOf,
    ...(args.labels ? { labels: args.labels } : {}),
    plan: { ...plan, target },
    image: database.images.server,
    userId: serverUser,
    pool: args.pool,
    priorityClassName: args.priorityClassNames.jobs,
    storageClassName: sharedStorageClassName,
    scratch: {
      storageClassName: scratchStorageClassName,
      // The data, and the log that is fetched while it is replayed.
      size: formatMebibytes(mebibytes(database.volume) + mebibytes(database.walVolume)),
    },
    passwordsSecret: args.passwordsSecret,
    server: {
      host: databaseObjects.server,
      port: postgresqlPort,
      ...(args.certificateSecret === undefined
        ? {}
        : { authority: { secretName: args.certificateSecret, key: "ca.crt" } }),
    },
    database: database.definition.name,
    schema: database.definition.schema,
    primary: {
      claims: { data: claim(plainNames.claims.data), log: claim(plainNames.claims.log) },
      mounts: { data: serverFolders.volume, log: serverFolders.logVolume },
      folders: { data: serverFolders.data, log: serverFolders.log },
    },
  };
}
