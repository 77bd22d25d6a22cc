import { type DatabaseAccess } from "../access";
import { type Edge } from "../../endpoint";
import { surgePods } from "../../footprint";
import { databaseObjects } from "../names";

/** A service as the budget sees it. */
export interface BudgetService {
  readonly name: string;
  readonly replicas: { readonly maximum: number };
}

/** Connections that somebody may have at once, and why. */
export interface LedgerLine {
  /** Service, job, or part of the server. */
  readonly who: string;
  /** Role of the database; absent for what is kept free. */
  readonly role?: string;
  readonly database?: string;
  /** `pooler`: at PgBouncer, which shares the server's. `server`: at the server itself. */
  readonly at: "pooler" | "server";
  readonly count: number;
  readonly why: string;
}

/** Percent of pods that an update adds before it takes old ones away, as the services' Deployments have it. */
export const surgePercent = 25;

/** Poolers that an update adds before it takes old ones away, as both forms have it; their pools count too. */
export const poolerSurge = 1;

/** Connections that the server keeps for whoever mends it: superusers, and roles that may use reserved ones. */
export const reserved = { superuser: 3, others: 5 } as const;

/** Jobs and exporters at the server, whatever services there are. */
const fixed: readonly Omit<LedgerLine, "at">[] = [
  { who: databaseObjects.migrations, count: 2, why: "One session applies, one more when it is tried again." },
  { who: databaseObjects.maintenance, count: 1, why: "One session; a second run never starts beside it." },
  { who: databaseObjects.refresh, count: 2, why: "Two views that are refreshed at the same minute." },
  { who: databaseObjects.restoreDrill, count: 1, why: "Writes one row when it ends." },
  {
    who: "agents",
    count: 3,
    why: "Probes, and the operator's instance manager where there is one: state, metrics, roles.",
  },
  { who: databaseObjects.postgresExporter, count: 2, why: "One connection, and one more while a new pod takes over." },
];

/** Who connects to where, most clients first: services at their highest while a new version rolls out, jobs, the reserve. */
export function ledger(
  services: readonly BudgetService[],
  edges: readonly Edge[],
  poolers: number,
): readonly LedgerLine[] {
  const ofServices = edges.flatMap((edge): LedgerLine[] => {
    const { database } = edge;
    const service = services.find(({ name }) => name === edge.from);
    if (!database || !service) return [];
    return [serviceLine(service, database, edge.to === databaseObjects.pooler ? "pooler" : "server")];
  });
  const databases = new Set(ofServices.filter(({ at }) => at === "pooler").map(({ database }) => database));
  const lookups = (poolers + poolerSurge) * databases.size;
  return [
    ...ofServices.sort((a, b) => b.count - a.count || (a.who < b.who ? -1 : 1)),
    ...fixed.map((line): LedgerLine => ({ ...line, at: "server" })),
    {
      who: databaseObjects.pooler,
      at: "server",
      count: lookups,
      why: `Each of ${poolers} poolers, and ${poolerSurge} more in an update, looks passwords up in each database (${databases.size}).`,
    },
    {
      who: "superusers",
      at: "server",
      count: reserved.superuser,
      why: "Kept free for whoever mends the server (superuser_reserved_connections).",
    },
    {
      who: "operators",
      at: "server",
      count: reserved.others,
      why: "Kept free for tools of operators (reserved_connections).",
    },
  ];
}

function serviceLine(
  { name, replicas: { maximum } }: BudgetService,
  { role, database, connectionsPerPod }: DatabaseAccess,
  at: LedgerLine["at"],
): LedgerLine {
  const more = surgePods(maximum, surgePercent);
  return {
    who: name,
    role,
    database,
    at,
    count: (maximum + more) * connectionsPerPod,
    why: `${maximum} pods at most and ${more} more in an update, with ${connectionsPerPod} each.`,
  };
}
