import { type DatabaseAccess } from "../access";
import { type Edge } from "../../endpoint";
import { databaseObjects } from "../names";
import { type DatabaseRole } from "../platform-database";
import { type Pool } from "../pooler";
import { type ServerSize } from "../server";
import { type BudgetService, ledger, type LedgerLine, poolerSurge } from "./ledger";
import { type Claim, share } from "./share";

/** What the connections of a server are shared out among. */
export interface BudgetInput {
  /** At their highest number of pods. */
  readonly services: readonly BudgetService[];
  /** Those with `database` count. */
  readonly edges: readonly Edge[];
  /** `max_connections` of the server. */
  readonly maxConnections: number;
  /** Poolers in front of it. */
  readonly poolers: number;
  /** Where the server is ours: a remedy then says how much memory more connections need. */
  readonly server?: ServerSize;
}

/** How the connections of a server are shared out. */
export interface BudgetNumbers {
  readonly lines: readonly LedgerLine[];
  readonly maxConnections: number;
  /** Poolers that may be there at once: one more in an update. */
  readonly poolersAtOnce: number;
  /** Of `maxConnections`: what jobs, exporters, the reserve and services past the pooler take. */
  readonly beside: number;
  /** What is left for the pools of all poolers together. */
  readonly left: number;
  /** What the pools take of it, while an update adds a pooler. */
  readonly pooled: number;
  /** Connections that services may have to poolers, all together. */
  readonly clients: number;
  /** Of `left`, what the pools cannot do without. */
  readonly least: number;
  readonly pools: readonly Pool[];
  readonly roles: readonly DatabaseRole[];
}

/**
 * Clients that share a connection at most. In transaction mode a connection is taken for a statement or two, milliseconds of
 * the tens in which a request is served; with more than four to one a burst of all pods waits longer than a statement takes.
 */
export const clientsPerConnection = 4;

/** The numbers of a budget, whether there is room or not. */
export function budgetNumbers(input: BudgetInput): BudgetNumbers {
  const { services, edges, maxConnections, poolers } = input;
  const lines = ledger(services, edges, poolers);
  const poolersAtOnce = poolers + poolerSurge;
  const beside = sum(lines.filter(({ at }) => at === "server"));
  const pooledLines = lines.filter(({ at }) => at === "pooler");
  const claims = pooledLines.map(({ count }): Claim => ({
    least: Math.ceil(count / clientsPerConnection / poolers),
    full: Math.ceil(count / poolers),
  }));
  const left = maxConnections - beside;
  const sizes = share(claims, Math.floor(Math.max(0, left) / poolersAtOnce));
  const pools = pooledLines.map(({ role = "", database = "" }, index): Pool => ({
    role,
    database,
    size: sizes[index] ?? 0,
  }));
  return {
    lines,
    maxConnections,
    poolersAtOnce,
    beside,
    left,
    pooled: poolersAtOnce * pools.reduce((all, { size }) => all + size, 0),
    clients: sum(pooledLines),
    least: poolersAtOnce * claims.reduce((all, { least }) => all + least, 0),
    pools,
    roles: roles(edges, lines, pools, poolersAtOnce),
  };
}

/** The fewest connections of a server with which a budget has room. */
export function fewestConnections(input: Omit<BudgetInput, "maxConnections">): number {
  const { beside, least } = budgetNumbers({ ...input, maxConnections: 0 });
  return beside + least;
}

function roles(
  edges: readonly Edge[],
  lines: readonly LedgerLine[],
  pools: readonly Pool[],
  poolersAtOnce: number,
): DatabaseRole[] {
  const accesses = new Map<string, DatabaseAccess>();
  for (const { database, to } of edges) {
    // What goes through the pooler is what the role mostly does; past it, it does the same with fewer connections.
    if (database && (!accesses.has(database.role) || to === databaseObjects.pooler)) {
      accesses.set(database.role, database);
    }
  }
  return [...accesses.values()].map((access) => {
    const direct = sum(lines.filter(({ role, at }) => role === access.role && at === "server"));
    const size = pools.filter(({ role }) => role === access.role).reduce((all, pool) => all + pool.size, 0);
    return { name: access.role, access, connectionLimit: direct + size * poolersAtOnce };
  });
}

function sum(lines: readonly LedgerLine[]): number {
  return lines.reduce((all, { count }) => all + count, 0);
}
