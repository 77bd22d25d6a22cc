import {
  type BudgetInput,
  connectionBudget,
  type Growth,
  growth,
  growthTogether,
  type LedgerLine,
  poolerPlan,
} from "../../model/database/connections";
import { type PlatformDatabase } from "../../model/database/platform-database";
import { memoryCommitment, type MemoryCommitment } from "../../model/database/settings";
import { type Problem } from "../../model/problem";
import { postgresqlMajor } from "../../model/versions";

/** A pool of one role, against its clients. */
interface PoolFigures {
  readonly role: string;
  readonly database: string;
  /** Connections that its service may have to all poolers. */
  readonly clients: number;
  /** Connections of one pooler to the server. */
  readonly size: number;
  /** Connections that the role may have at the server, past the pooler included. */
  readonly limit: number;
}

/** A stack's connections under one choice of contracts. */
export interface BudgetFigures {
  /** `current contracts` or `target contracts`, of every service. */
  readonly contracts: string;
  readonly maxConnections: number;
  /** Connections of the server that are spoken for: jobs, exporters, reserve, services past the pooler, and pools. */
  readonly taken: number;
  readonly beside: number;
  readonly pooled: number;
  readonly clients: number;
  readonly poolers: number;
  /** While an update replaces them. */
  readonly poolersAtOnce: number;
  readonly clientsOfOnePooler: number;
  readonly lines: readonly LedgerLine[];
  readonly pools: readonly PoolFigures[];
  /** The service that breaks the budget first comes first. */
  readonly growth: readonly Growth[];
  /** Percent of their pods to which all services may grow together. */
  readonly growthTogether: number;
  readonly problems: readonly Problem[];
  /** Senders for replicas and base backups, which `max_connections` does not count; absent where the server is not ours. */
  readonly walSenders?: number;
  /** What the server may take at most of its memory; absent where it is not ours. */
  readonly memory?: MemoryCommitment;
}

/** What the figures are made from: a stack's platform, under one choice of contracts. */
export interface BudgetSource extends Pick<BudgetInput, "services" | "edges"> {
  readonly database: PlatformDatabase;
}

/** The figures of one choice of contracts. */
export function budgetFigures(contracts: string, source: BudgetSource): BudgetFigures {
  const { settings } = source.database;
  const input = inputOf(source);
  const budget = connectionBudget(input);
  const { beside, pooled, clients, pools, roles, lines, maxConnections, poolersAtOnce } = budget;
  const senders = settings.find(({ name }) => name === "max_wal_senders")?.value;
  return {
    contracts,
    maxConnections,
    taken: beside + pooled,
    beside,
    pooled,
    clients,
    poolers: input.poolers,
    poolersAtOnce,
    clientsOfOnePooler: poolerPlan(budget, input.poolers).maxClientConnections,
    lines,
    pools: pools.map(({ role, database, size }) => ({
      role,
      database,
      clients: lines.find((line) => line.at === "pooler" && line.role === role)?.count ?? 0,
      size,
      limit: roles.find(({ name }) => name === role)?.connectionLimit ?? 0,
    })),
    growth: growth(input),
    growthTogether: growthTogether(input),
    problems: budget.problems,
    ...(senders === undefined ? {} : { walSenders: Number(senders) }),
    ...(input.server ? { memory: memoryCommitment(settings, input.server) } : {}),
  };
}

function inputOf({ services, edges, database }: BudgetSource): BudgetInput {
  const { form, maxConnections, pooler, resources, volume, walVolume, instances } = database;
  const common = { services, edges, maxConnections, poolers: pooler.replicas };
  if (form.kind === "external") return common;
  const size = { resources, volume, walVolume, maxConnections, replicas: instances - 1, major: postgresqlMajor };
  return { ...common, server: size };
}
