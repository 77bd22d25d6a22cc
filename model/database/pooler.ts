import { type Resources } from "../service";

/** A role's pool in PgBouncer: one for each pair of role and database, in each pooler. */
export interface Pool {
  readonly role: string;
  readonly database: string;
  /** Connections to the server that one pooler keeps for it at most. */
  readonly size: number;
}

/** PgBouncer as it is set up in front of a server, in any form; computed by the connection budget. */
export interface PoolerPlan {
  readonly replicas: number;
  readonly resources: Resources;
  readonly pools: readonly Pool[];
  /** Connections that clients may have to one pooler. */
  readonly maxClientConnections: number;
  /** Connections of one pooler to one database at most, over all pools. */
  readonly maxDatabaseConnections: number;
  /** Settings of `[pgbouncer]` by name, everything but addresses, files and authentication. */
  readonly settings: Readonly<Record<string, string>>;
}
