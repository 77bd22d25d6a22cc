import { type Context, defineCheck, type Finding } from "../check";
import { formatSeconds, list, plural } from "../format";
import sql from "./locks.sql";

/** A row of `locks.sql`: a session that waits for a lock. */
export interface LockRow {
  readonly pid: number;
  readonly role: string;
  readonly database: string;
  /** `AccessExclusiveLock`, `ShareLock`, …. */
  readonly mode: string;
  /** `relation`, `transactionid`, …. */
  readonly type: string;
  readonly relation: string | null;
  readonly seconds: number;
  /** Processes that hold it, or wait for it before. */
  readonly blockers: readonly number[];
}

/** Processes that others wait for and that wait for nobody, each with all that wait for them, at whatever distance. */
export function rootBlockers(rows: readonly LockRow[]): Map<number, LockRow[]> {
  const waiting = new Map(rows.map((row) => [row.pid, row]));
  const roots = new Map<number, LockRow[]>();
  for (const row of rows) {
    const seen = new Set<number>([row.pid]);
    const queue = [...row.blockers];
    for (let pid = queue.shift(); pid !== undefined; pid = queue.shift()) {
      if (seen.has(pid)) continue;
      seen.add(pid);
      const next = waiting.get(pid);
      if (next && next.blockers.length > 0) queue.push(...next.blockers);
      else roots.set(pid, [...(roots.get(pid) ?? []), row]);
    }
  }
  return roots;
}

/** Tells sessions that others wait for. */
export function lockFindings(rows: readonly LockRow[], { thresholds }: Context): Finding[] {
  return [...rootBlockers(rows)].flatMap(([pid, waiting]): Finding[] => {
    const longest = Math.max(...waiting.map(({ seconds }) => seconds));
    if (longest < thresholds.lockWaitSeconds) return [];
    const relations = [...new Set(waiting.flatMap(({ relation }) => relation ?? []))];
    return [
      {
        kind: "locks.blocking",
        severity: longest >= 12 * thresholds.lockWaitSeconds ? "high" : "medium",
        objects: [`${pid}`],
        what: `${plural(waiting.length, "session")} wait${waiting.length === 1 ? "s" : ""} for process ${pid}, the longest for ${formatSeconds(longest)}${relations.length > 0 ? `, on ${list(relations)}` : ""}.`,
        numbers: { waiting: waiting.length, longestSeconds: Math.round(longest) },
        why: "What waits holds its own locks and a connection; a queue behind an exclusive lock stops every reader of the table.",
        remedy:
          "Look what the process does; let it finish, or end it. Changes of tables should set lock_timeout and try again.",
        sql: [`SELECT pg_terminate_backend(${pid});`],
      },
    ];
  });
}

export const locksCheck = defineCheck<LockRow>({
  name: "locks",
  title: "Locks",
  sql,
  read: (rows, context) => ({
    findings: lockFindings(rows, context),
    notes: rows.length === 0 ? ["Nobody waits for a lock."] : [],
    tables:
      rows.length === 0
        ? []
        : [
            {
              title: "Who waits",
              columns: [
                { title: "process", align: "right" },
                { title: "role" },
                { title: "lock", wrap: true },
                { title: "for", align: "right" },
                { title: "behind", wrap: true },
              ],
              rows: rows.map((row) => [
                `${row.pid}`,
                row.role,
                `${row.mode} on ${row.relation ?? row.type}`,
                formatSeconds(row.seconds),
                row.blockers.join(", "),
              ]),
            },
          ],
  }),
});
