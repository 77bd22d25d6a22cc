/** What a role may do with a table, view or sequence. */
export type TablePrivilege = "select" | "insert" | "update" | "delete";

/** Objects of a schema that a role may touch, and how; what is in no grant is refused by the server. */
export interface Grant {
  readonly schema: string;
  /** Name of a table or view (`object` with privileges on rows), or of a function (with `execute`). */
  readonly object: string;
  readonly privileges: readonly TablePrivilege[] | "execute";
}

/**
 * As whom a caller comes to a database, and what it may touch there. It belongs to an edge, so that network policies and
 * roles are made from the same list: a caller without an edge has no role.
 */
export interface DatabaseAccess {
  /** Name of the role at the server, one for each service. */
  readonly role: string;
  /** Database that it may connect to; no other. */
  readonly database: string;
  /** `owner`: the database is the caller's own, with its own migrations. Else exactly the grants. */
  readonly rights: "owner" | readonly Grant[];
  /** Connections that one pod of the caller opens at most. */
  readonly connectionsPerPod: number;
  /** Seconds after which the server ends a statement of the role. */
  readonly statementTimeoutSeconds: number;
  /** Where the number of connections and the timeout come from. */
  readonly why: string;
}
