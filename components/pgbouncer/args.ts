import { type PoolerPlan } from "../../model/database/pooler";
import { type NodePool } from "../../model/node-pool";
import { type SecretKey } from "../../model/platform";
import { type LabelArgs } from "../shared/labels";

/** Arguments of a `Pgbouncer`. Its objects have fixed names (`databaseObjects.pooler`). */
export interface PgbouncerArgs extends LabelArgs {
  /** Namespace of all objects; must exist. */
  readonly namespace: string;
  /** Pools, limits and sizes, as the connection budget computes them. */
  readonly plan: PoolerPlan;
  /** Full image references; `tools` has a shell and openssl. */
  readonly images: { readonly pooler: string; readonly exporter: string; readonly tools: string };
  /** Where the primary answers. */
  readonly server: { readonly host: string; readonly port: number };
  /** Where the authority of the server's certificate is; absent: the way there is encrypted, and the server trusted. */
  readonly serverAuthority?: SecretKey | undefined;
  /** Secret of type `kubernetes.io/tls` that clients are shown; absent: each pod makes a certificate for itself. */
  readonly certificateSecret?: string | undefined;
  /** Secret with the passwords of the roles, keyed by the role's name. */
  readonly passwordsSecret: string;
  /** How often the passwords were made anew, by role; the pods read theirs once. Default none. */
  readonly passwordGenerations?: Readonly<Record<string, number>> | undefined;
  readonly pool: NodePool;
  readonly priorityClassName: string;
}
