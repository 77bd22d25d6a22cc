import { type DatabaseAccess } from "../access";
import { type Edge } from "../../endpoint";
import { type Problem } from "../../problem";
import { databaseObjects } from "../names";
import { type DatabaseRole } from "../platform-database";
import { type Pool } from "../pooler";
import { type BudgetService, ledger, type LedgerLine } from "./ledger";

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
}

/** How the connections of a server are shared out. */
export interface ConnectionBudget {
  readonly lines: readonly LedgerLine[];
  /** Of `maxConnections`: what jobs, exporters, the reserve and services past the pooler take. */
  readonly beside: number;
  /** What is left for the pools of all poolers together. */
  readonly left: number;
  /** What the pools take of it. */
  readonly pooled: number;
  /** Connections that services may have to poolers, all together. */
  readonly clients: number;
  readonly pools: readonly Pool[];
  readonly roles: readonly DatabaseRole[];
  readonly problems: readonly Problem[];
}

/**
 * Clients that share a connection at most. In transaction mode a connection is taken for a statement or two, milliseconds of
 * the tens in which a request is served; with more than four to one a burst of all pods waits longer than a statement takes.
 */
const clientsPerConnection = 4;

/**
 * Shares `maxConnections` out: first what cannot wait for a pooler, then the pools. A pool has a connection for each client
 * where there is room for all, and a share by its clients where there is not; below a connection for four clients it is
 * refused.
 */
export function connectionBudget(input: BudgetInput): ConnectionBudget {
  const { services, edges, maxConnections, poolers } = input;
  const lines = ledger(services, edges, poolers);
  const beside = sum(lines.filter(({ at }) => at === "server"));
  const pooledLines = lines.filter(({ at }) => at === "pooler");
  const clients = sum(pooledLines);
  const left = maxConnections - beside;
  const wanted = pooledLines.map((line) => Math.ceil(line.count / poolers));
  const room = Math.floor(Math.max(0, left) / poolers);
  const total = wanted.reduce((all, one) => all + one, 0);
  const pools = pooledLines.map(({ role = "", database = "" }, index): Pool => {
    const full = wanted[index] ?? 0;
    return { role, database, size: total <= room ? full : Math.max(1, Math.floor((full * room) / total)) };
  });
  const pooled = poolers * pools.reduce((all, { size }) => all + size, 0);
  return {
    lines,
    beside,
    left,
    pooled,
    clients,
    pools,
    roles: roles(edges, lines, pools, poolers),
    problems: problems(input, { lines, beside, left, clients }),
  };
}

function roles(
  edges: readonly Edge[],
  lines: readonly LedgerLine[],
  pools: readonly Pool[],
  poolers: number,
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
    const pooled = pools.filter(({ role }) => role === access.role).reduce((all, { size }) => all + size, 0) * poolers;
    return { name: access.role, access, connectionLimit: direct + pooled };
  });
}

function problems(
  { maxConnections, poolers, services, edges }: BudgetInput,
  { lines, beside, left, clients }: Pick<ConnectionBudget, "lines" | "beside" | "left" | "clients">,
): Problem[] {
  const least = Math.ceil(clients / clientsPerConnection / poolers) * poolers;
  if (left >= least) return [];
  const dearest = lines.find(({ role }) => role !== undefined);
  const service = services.find(({ name }) => name === dearest?.who);
  const perPod = edges.find(({ from, database }) => from === dearest?.who && database)?.database?.connectionsPerPod;
  const other =
    dearest && service
      ? `; or lower replicas.maximum of ${dearest.who} in altlas:services (now ${service.replicas.maximum}), or its ${perPod ?? 0} connections per pod in stacks/altlas/database/edges.ts`
      : "";
  return [
    {
      setting: "altlas:database.maxConnections",
      value: maxConnections,
      why:
        `Services may have ${clients} connections to ${poolers} poolers (${describe(lines, "pooler")}), which need ${least} of the server at one for ` +
        `${clientsPerConnection}; of ${maxConnections} only ${Math.max(0, left)} are left beside ${beside} of others (${describe(lines, "server")}).`,
      remedy: `Set it to ${beside + least} or more, with memory for them (altlas:database.resources.memory)${other}.`,
    },
  ];
}

function describe(lines: readonly LedgerLine[], at: LedgerLine["at"]): string {
  return lines
    .filter((line) => line.at === at && line.count > 0)
    .map(({ who, count }) => `${who} ${count}`)
    .join(", ");
}

function sum(lines: readonly LedgerLine[]): number {
  return lines.reduce((all, { count }) => all + count, 0);
}
