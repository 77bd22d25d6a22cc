import { type Context } from "../../../reports/database/check";
import { type ConnectionRow } from "../../../reports/database/checks/connections";
import { type IndexRow } from "../../../reports/database/checks/index-row";
import { type PartitionedRow } from "../../../reports/database/checks/partitions";
import { type QueryRow } from "../../../reports/database/checks/queries";
import { type TableRow } from "../../../reports/database/checks/table-row";
import { type Facts } from "../../../reports/database/facts";
import { defaultThresholds } from "../../../reports/database/thresholds";

export const day = 86_400;
export const mebibyte = 2 ** 20;

/** A server without anything special about it. */
export const facts: Facts = {
  versionNumber: 180_006,
  version: "18.6",
  database: "shop",
  role: "monitoring",
  inRecovery: false,
  uptimeSeconds: 40 * day,
  statisticsSeconds: 30 * day,
  readsAllStatistics: true,
  standbys: 0,
  settings: {
    max_connections: "100",
    superuser_reserved_connections: "3",
    reserved_connections: "0",
    shared_preload_libraries: "",
  },
  extensions: {},
  available: ["pg_stat_statements"],
  partitionPlan: false,
  blockSize: 8192,
};

export function context(more: Partial<Facts> = {}, rest: Partial<Context> = {}): Context {
  return { facts: { ...facts, ...more }, thresholds: defaultThresholds, exact: false, ...rest };
}

/** A table of a thousand rows that was vacuumed and analysed an hour ago. */
export function table(more: Partial<TableRow> = {}): TableRow {
  return {
    table: "public.orders",
    root: null,
    partitioned: false,
    rows: 10_000,
    neverCounted: false,
    heapBytes: 10 * mebibyte,
    toastBytes: 0,
    indexBytes: 0,
    liveRows: 10_000,
    deadRows: 0,
    inserted: 0,
    updated: 0,
    deleted: 0,
    changedSinceAnalyze: 0,
    analyzedSecondsAgo: 3600,
    vacuumedSecondsAgo: 3600,
    autovacuumEnabled: true,
    vacuumThreshold: 2050,
    analyzeThreshold: 1050,
    transactionAge: 100,
    ...more,
  };
}

/** A used B-tree of ten mebibytes on one column; its number makes its name. */
export function index(id: number, more: Partial<IndexRow> = {}): IndexRow {
  return {
    id,
    index: `public.i${id}`,
    name: `i${id}`,
    table: "public.orders",
    tableRoot: null,
    rootId: null,
    partitioned: false,
    method: "btree",
    unique: false,
    constraint: null,
    referenced: false,
    replicaIdentity: false,
    valid: true,
    beingBuilt: false,
    keys: [`column${id}|1|0|0`],
    included: [],
    predicate: "",
    nullsNotDistinct: false,
    servesForeignKey: false,
    scans: 10,
    bytes: 10 * mebibyte,
    writes: 5,
    definition: `CREATE INDEX i${id} ON public.orders USING btree (column${id})`,
    ...more,
  };
}

export function query(more: Partial<QueryRow> = {}): QueryRow {
  return {
    id: "1",
    role: "shop",
    query: "SELECT * FROM orders WHERE id = $1",
    cut: false,
    calls: 100,
    totalMilliseconds: 100,
    meanMilliseconds: 1,
    maxMilliseconds: 3,
    rows: 100,
    blocksHit: 1000,
    blocksRead: 0,
    blocksSpilled: 0,
    share: 0.1,
    ...more,
  };
}

export function connection(more: Partial<ConnectionRow> = {}): ConnectionRow {
  return {
    pid: 100,
    role: "shop",
    database: "shop",
    application: "shop-web",
    client: "10.0.0.7",
    state: "idle",
    waitType: "",
    wait: "",
    roleLimit: -1,
    superuser: false,
    databaseLimit: -1,
    transactionSeconds: null,
    stateSeconds: 1,
    ...more,
  };
}

/** A table by range of time with partitions of the given bounds. */
export function partitioned(
  now: string,
  bounds: readonly string[],
  more: Partial<PartitionedRow> = {},
): PartitionedRow {
  return {
    table: "public.events",
    schema: "public",
    name: "events",
    strategy: "range",
    keyColumns: 1,
    key: "RANGE (at)",
    keyType: "timestamp with time zone",
    now: Date.parse(now) / 1000,
    planned: null,
    partitions: bounds.map((bound, number) => ({
      table: `public.events_${number}`,
      name: `events_${number}`,
      bound,
      detaching: false,
      partitioned: false,
      rows: 0,
    })),
    ...more,
  };
}

/** The bound of a range as the server writes it. */
export function range(from: string, to: string): string {
  return `FOR VALUES FROM ('${from} 00:00:00+00') TO ('${to} 00:00:00+00')`;
}
