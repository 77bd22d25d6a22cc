import { type BackupPlan, type BackupTarget } from "../../model/database/backup";
import { type NodePool } from "../../model/node-pool";
import { type Bytes } from "../../model/quantity";
import { type LabelArgs } from "../shared/labels";

/** What the backups of a server on a volume are made of. Objects have fixed names (`databaseObjects`). */
export interface PostgresqlBackupArgs extends LabelArgs {
  /** Namespace of all objects and of the server. */
  readonly namespace: string;
  readonly plan: Omit<BackupPlan, "target"> & { readonly target: Extract<BackupTarget, { kind: "volume" }> };
  /** Full reference of the server's image: backups are checked and restored by the programs that made them. */
  readonly image: string;
  /** User and group of the server, who owns what it archives. */
  readonly userId: number;
  /** Pool that the jobs run on. */
  readonly pool: NodePool;
  readonly priorityClassName: string;
  /** Class of the volume with backups and log; several pods of several nodes write to it (ReadWriteMany). */
  readonly storageClassName: string;
  /** The drill's own volume, which goes with its pod: room for the data and for the log that is replayed. */
  readonly scratch: { readonly storageClassName: string; readonly size: Bytes };
  /** Secret with each role's password, keyed by the role's name. */
  readonly passwordsSecret: string;
  /** Where the primary answers; with the authority that signed its certificate, absent where it signed its own. */
  readonly server: {
    readonly host: string;
    readonly port: number;
    readonly authority?: { readonly secretName: string; readonly key: string };
  };
  /** Database and schema whose rows the drill counts, and where it writes its result. */
  readonly database: string;
  readonly schema: string;
  /** Claims and folders of the primary, for a real restore. */
  readonly primary: {
    readonly claims: { readonly data: string; readonly log: string };
    readonly mounts: { readonly data: string; readonly log: string };
    readonly folders: { readonly data: string; readonly log: string };
  };
}
