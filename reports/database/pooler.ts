import { type Context, type Finding } from "./check";
import { type CheckResult } from "./collect";
import { formatSeconds, plural } from "./format";

/** A row of PgBouncer's `SHOW POOLS`, as far as it is read. */
export interface PoolRow {
  readonly database: string;
  readonly user: string;
  readonly cl_active: number | string;
  readonly cl_waiting: number | string;
  readonly sv_active: number | string;
  readonly sv_idle: number | string;
  /** Whole seconds that the first in line waits. */
  readonly maxwait: number | string;
  readonly maxwait_us: number | string;
  readonly pool_mode: string;
}

/** Asks PgBouncer for its pools. */
export const poolsSql = "SHOW POOLS";

const title = "Pooler";

/** Tells pools whose clients wait for a connection to the server. */
export function poolFindings(rows: readonly PoolRow[], { thresholds }: Pick<Context, "thresholds">): Finding[] {
  return rows.flatMap((row): Finding[] => {
    const { database, user } = row;
    const [waiting, active, idle] = [row.cl_waiting, row.sv_active, row.sv_idle].map(Number) as [
      number,
      number,
      number,
    ];
    const seconds = Number(row.maxwait) + Number(row.maxwait_us) / 1e6;
    if (waiting === 0 || seconds < thresholds.poolWaitSeconds) return [];
    return [
      {
        kind: "pooler.waiting",
        severity: seconds >= 10 * thresholds.poolWaitSeconds ? "high" : "medium",
        objects: [`${user}@${database}`],
        what: `${plural(waiting, "client")} of ${user} wait${waiting === 1 ? "s" : ""} for a connection to ${database}, the first for ${formatSeconds(seconds)}; ${active} of the pool's are busy and ${idle} idle.`,
        numbers: { waiting, seconds, serverActive: active, serverIdle: idle },
        why: "Every request of that service waits as long before its statement even begins; after query_wait_timeout it fails.",
        remedy:
          "Look first for what keeps the connections: slow statements, sessions idle in a transaction. Then make the pool larger, as far as max_connections allows: pool_size of the database or user in pgbouncer.ini, then RELOAD at its console.",
        sql: [],
      },
    ];
  });
}

/** The pooler's part of the report. */
export function readPools(rows: readonly PoolRow[], context: Pick<Context, "thresholds">): CheckResult {
  // Its own console is a pool too, of no interest.
  const pools = rows.filter(({ database }) => database !== "pgbouncer");
  return {
    name: "pooler",
    title,
    rows: pools,
    reading: {
      findings: poolFindings(pools, context),
      notes: pools.length === 0 ? ["It has no pool yet: nobody came through it."] : [],
      charts: [
        {
          title: "Clients of each pool",
          legend: ["active", "waiting"],
          rows: pools.map(({ user, database, cl_active: active, cl_waiting: waiting }) => ({
            name: `${user}@${database}`,
            parts: [Number(active), Number(waiting)],
            text: `${active} active, ${waiting} waiting`,
          })),
        },
      ],
      tables: [
        {
          title: "Pools",
          columns: [
            { title: "role" },
            { title: "database" },
            { title: "mode" },
            { title: "clients", align: "right" },
            { title: "waiting", align: "right" },
            { title: "servers busy", align: "right" },
            { title: "idle", align: "right" },
          ],
          rows: pools.map((row) => [
            row.user,
            row.database,
            row.pool_mode,
            ...[row.cl_active, row.cl_waiting, row.sv_active, row.sv_idle].map(String),
          ]),
        },
      ],
    },
  };
}

/** The same, where the pooler could not be asked. */
export function poolsLeftOut(why: string): CheckResult {
  return { name: "pooler", title, rows: [], leftOut: why, reading: { findings: [] } };
}
