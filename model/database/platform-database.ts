import { type SecretKey } from "../platform";
import { type Bytes } from "../quantity";
import { type Resources } from "../service";
import { type DatabaseAccess } from "./access";
import { type BackupPlan } from "./backup";
import { type DatabaseDefinition } from "./definition";
import { type PoolerPlan } from "./pooler";
import { type ServerSetting } from "./server";

/** A role as the server has it. */
export interface DatabaseRole {
  readonly name: string;
  /** The edge's access for a service's role. */
  readonly access: DatabaseAccess;
  /** Connections that the role may have at the server, over all pods and poolers; `ALTER ROLE … CONNECTION LIMIT`. */
  readonly connectionLimit: number;
}

/** Who runs the server. */
export type DatabaseForm =
  /** StatefulSets of this program: no failover by itself. For dev and small clusters. */
  | {
      readonly kind: "plain";
      /** Which pod is the primary, after a promotion by hand; default 0. */
      readonly primaryOrdinal?: number;
      /** Secret of type `kubernetes.io/tls` that servers and poolers show; absent: each signs its own. */
      readonly certificateSecret?: string;
    }
  /** The CloudNativePG operator, with failover. */
  | { readonly kind: "cloudNativePg" }
  /** A server that somebody else runs; only what is inside is ours. */
  | {
      readonly kind: "external";
      readonly host: string;
      readonly port: number;
      /** Address blocks that the host resolves to; network policies know no names. */
      readonly cidrs: readonly string[];
      /** Secret with the password of the role that may make roles and databases. */
      readonly administrator: { readonly user: string; readonly password: SecretKey };
    };

/** PostgreSQL of one stack: checked, resolved, ready to be registered. What is inside is the same in each form. */
export interface PlatformDatabase {
  readonly form: DatabaseForm;
  /** Servers: the primary and its streaming replicas. */
  readonly instances: number;
  readonly resources: Resources;
  readonly volume: Bytes;
  readonly walVolume: Bytes;
  readonly maxConnections: number;
  /** Computed, overrides applied; empty for `external`, whose settings are its owner's. */
  readonly settings: readonly ServerSetting[];
  /** Databases that belong to a service, by name. */
  readonly ownDatabases: readonly { readonly name: string; readonly owner: string }[];
  readonly roles: readonly DatabaseRole[];
  readonly pooler: PoolerPlan;
  /** Absent for `external`, whose owner saves it. */
  readonly backup?: BackupPlan;
  readonly definition: DatabaseDefinition;
  /** Full references by use; `server` also has psql for the jobs. */
  readonly images: {
    readonly server: string;
    readonly pooler: string;
    readonly postgresExporter: string;
    readonly pgbouncerExporter: string;
    /** For the restore drill of CloudNativePG, which makes a Cluster; absent in other forms. */
    readonly kubectl?: string;
  };
}
