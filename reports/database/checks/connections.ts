import { type Context, defineCheck, type Finding } from "../check";
import { numberSetting } from "../facts";
import { formatPart, formatSeconds, list, plural } from "../format";
import { quoteName } from "../statements";
import sql from "./connections.sql";

/** A row of `connections.sql`: a session of a client, without what it says: that holds values of rows. */
export interface ConnectionRow {
  readonly pid: number;
  readonly role: string;
  readonly database: string;
  readonly application: string;
  readonly client: string;
  /** Empty where the role that asks may not see it. */
  readonly state: string;
  readonly waitType: string;
  readonly wait: string;
  /** -1: no limit. */
  readonly roleLimit: number;
  readonly superuser: boolean;
  /** -1: no limit. */
  readonly databaseLimit: number;
  readonly transactionSeconds: number | null;
  readonly stateSeconds: number | null;
}

/** Counts rows by a key, the most first. */
export function countBy<Row>(rows: readonly Row[], key: (row: Row) => string): (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(key(row), (counts.get(key(row)) ?? 0) + 1);
  return [...counts].sort(([a, most], [b, more]) => more - most || a.localeCompare(b));
}

/** Tells limits that are nearly reached, and clients that sit in a transaction. */
export function connectionFindings(rows: readonly ConnectionRow[], context: Context): Finding[] {
  return [...limitFindings(rows, context), ...idleFindings(rows, context)];
}

function limitFindings(rows: readonly ConnectionRow[], { facts, thresholds }: Context): Finding[] {
  const most = numberSetting(facts, "max_connections") ?? 0;
  const reserved =
    (numberSetting(facts, "superuser_reserved_connections") ?? 0) + (numberSetting(facts, "reserved_connections") ?? 0);
  // The connection of this report counts too.
  const used = rows.length + 1;
  const found: Finding[] = [];
  const open = Math.max(1, most - reserved);
  if (most > 0 && used / open >= thresholds.connectionsUsed) {
    found.push({
      kind: "connections.server",
      severity: used / open >= 0.95 ? "high" : "medium",
      objects: ["max_connections"],
      what: `${used} of ${open} connections are in use (max_connections ${most}, ${reserved} of them reserved).`,
      numbers: { used, open, maxConnections: most, reserved },
      why: "The next client is refused with `too many clients already`, and each connection takes memory even while it is idle.",
      remedy:
        "Put a pooler in transaction mode before it, or make the clients' pools smaller; only then allow more, which takes memory and a restart.",
      sql: [`ALTER SYSTEM SET max_connections = ${Math.ceil(most * 1.5)};`],
    });
  }
  const near = (kind: "role" | "database", name: string, limit: number, count: number, statement: string) => {
    if (limit <= 0 || count / limit < thresholds.connectionsUsed) return;
    found.push({
      kind: `connections.${kind}`,
      severity: count >= limit ? "high" : "medium",
      objects: [quoteName(name)],
      what: `The ${kind} ${name} uses ${count} of the ${plural(limit, "connection")} that it may have.`,
      numbers: { used: count, limit },
      why: `The next connection is refused with \`too many connections for ${kind}\`.`,
      remedy:
        "Make the pools that come with it smaller; or give it more, as far as max_connections and the other limits together allow.",
      sql: [statement],
    });
  };
  for (const [name, count] of countBy(
    rows.filter(({ superuser }) => !superuser),
    ({ role }) => role,
  )) {
    const limit = rows.find(({ role }) => role === name)?.roleLimit ?? -1;
    near("role", name, limit, count, `ALTER ROLE ${quoteName(name)} CONNECTION LIMIT ${Math.ceil(limit * 1.5)};`);
  }
  for (const [name, count] of countBy(rows, ({ database }) => database)) {
    const limit = rows.find(({ database }) => database === name)?.databaseLimit ?? -1;
    near(
      "database",
      name,
      limit,
      count,
      `ALTER DATABASE ${quoteName(name)} CONNECTION LIMIT ${Math.ceil(limit * 1.5)};`,
    );
  }
  return found;
}

function idleFindings(rows: readonly ConnectionRow[], { thresholds }: Context): Finding[] {
  const idle = rows.filter(
    ({ state, stateSeconds }) =>
      state.startsWith("idle in transaction") && (stateSeconds ?? 0) >= thresholds.idleInTransactionSeconds,
  );
  // Sessions of one role are one mistake.
  return countBy(idle, ({ role }) => role).map(([role, count]): Finding => {
    const sessions = idle.filter((row) => row.role === role);
    const longest = Math.max(...sessions.map(({ stateSeconds }) => stateSeconds ?? 0));
    const applications = [
      ...new Set(sessions.map(({ application, client }) => `${application || "an unnamed application"} at ${client}`)),
    ];
    return {
      kind: "connections.idleInTransaction",
      severity: longest >= thresholds.transactionSeconds ? "high" : "medium",
      objects: sessions.map(({ pid }) => `${pid}`),
      what: `${plural(count, "session")} of ${role} (${list(applications)}) ${count === 1 ? "is" : "are"} in a transaction without doing anything, the longest for ${formatSeconds(longest)}.`,
      numbers: { sessions: count, longestSeconds: Math.round(longest) },
      why: "It keeps its locks and its connection, and vacuum from removing any row that died since.",
      remedy:
        "End it, set a limit so that the next one ends by itself, and mend the program: it waits for something else within a transaction.",
      sql: [
        ...sessions.map(({ pid }) => `SELECT pg_terminate_backend(${pid});`),
        `ALTER ROLE ${quoteName(role)} SET idle_in_transaction_session_timeout = '60s';`,
      ],
    };
  });
}

export const connectionsCheck = defineCheck<ConnectionRow>({
  name: "connections",
  title: "Connections",
  sql,
  read: (rows, context) => {
    const most = numberSetting(context.facts, "max_connections") ?? rows.length;
    const states = countBy(rows, ({ state }) => state || "not seen");
    const groups = countBy(rows, ({ role, database, state, waitType, wait }) =>
      JSON.stringify([
        role,
        database,
        state || "not seen",
        waitType && state === "active" ? `${waitType}: ${wait}` : "",
      ]),
    );
    return {
      findings: connectionFindings(rows, context),
      notes: [
        `${plural(rows.length, "connection")} besides this one, of ${most} (${formatPart(rows.length / Math.max(1, most))}).`,
        ...(context.facts.readsAllStatistics
          ? []
          : ["States of other roles' sessions are hidden from this role: GRANT pg_monitor to it, to see them."]),
      ],
      charts: [
        {
          title: "Connections by state",
          legend: ["connections"],
          rows: states.map(([state, count]) => ({
            name: state,
            parts: [count],
            text: `${count} of ${most}`,
            limit: most,
          })),
        },
      ],
      tables: [
        {
          title: "Connections by role, database and state",
          columns: [
            { title: "role" },
            { title: "database" },
            { title: "state" },
            { title: "waits for", wrap: true },
            { title: "number", align: "right" },
          ],
          rows: groups.map(([key, count]) => [...(JSON.parse(key) as string[]), `${count}`]),
        },
      ],
    };
  },
});
