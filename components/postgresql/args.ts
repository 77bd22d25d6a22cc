import { type LabelArgs } from "../shared/labels";
import { type PlatformDatabase } from "../../model/database/platform-database";
import { type NodePool } from "../../model/node-pool";

/** Arguments of a `Postgresql`. Its objects have fixed names (`databaseObjects`), because a namespace has one of it. */
export interface PostgresqlArgs extends LabelArgs {
  /** Namespace of all objects; must exist. */
  readonly namespace: string;
  /** What is to run: form, sizes, settings, roles, schema, images. */
  readonly database: PlatformDatabase;
  /** Pool that servers, poolers, exporters and jobs run on. */
  readonly pool: NodePool;
  /** Priority classes: nothing works without a server, while a job may wait for the next free node. */
  readonly priorityClassNames: { readonly servers: string; readonly jobs: string };
  /** Class of the volumes of data, log and backups; must encrypt, grow, and keep a volume whose claim was deleted. */
  readonly storageClassName: string;
  /** Class of volumes that go with their claims: those of a restore drill. Default the one of the data. */
  readonly scratchStorageClassName?: string;
  /** Class of the plain form's volume of backups, which pods of every node write to (ReadWriteMany). Absent: it has none. */
  readonly sharedStorageClassName?: string;
  /** Secret with the password of each role that logs in, keyed by the role's name; it must exist. */
  readonly passwordsSecret: string;
  /**
   * How often each role's password was made anew, by the role's name. A change runs the migrations again, which set it,
   * and makes new pods of what reads it once. Default none.
   */
  readonly passwordGenerations?: Readonly<Record<string, number>>;
  /**
   * Secret of type `kubernetes.io/tls` with the certificate that server and poolers show, and its authority as `ca.crt`.
   * Callers inside then verify it. Absent: each makes a certificate for itself, which encrypts and proves nothing.
   */
  readonly certificateSecret?: string;
  /**
   * Ordinal of the pod that is the primary, in the plain form; changed by hand after a promotion by hand. Default 0.
   */
  readonly primaryOrdinal?: number;
  /** Address blocks of the API server, which the instances of an operator's cluster ask about themselves. */
  readonly apiServerNetworks: readonly string[];
}
