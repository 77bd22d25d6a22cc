import { readFileSync } from "node:fs";
import { type ConnectionOptions } from "node:tls";
import { type Client, type ClientConfig } from "pg";
import { failureOf } from "./failures";
import { type Target } from "./target";

/** A connection on which nothing can be changed. */
export interface Session {
  /** Rows of one statement without parameters. */
  query(sql: string): Promise<unknown[]>;
  close(): Promise<void>;
}

const connectSeconds = 10;
/** How long a lock may be waited for: questions must not queue up behind a change of a table, and others behind them. */
const lockTimeout = "2s";
const applicationName = "altlas-report";
/** Types that the library would give as text: int8 and numeric. All fit a number here; a size of 2^53 bytes is 8 PiB. */
const numeric = [20, 1700];

/** Connects; TLS as `sslmode` says. Throws what the library throws. */
export async function connect(
  target: Target,
  timeoutSeconds: number,
  kind: "server" | "pooler" = "server",
): Promise<Session> {
  const settings = [
    "default_transaction_read_only=on",
    `statement_timeout=${Math.ceil(timeoutSeconds * 1000)}`,
    `lock_timeout=${lockTimeout}`,
  ];
  const options = settings.map((setting) => `-c ${setting}`).join(" ");
  const client = await open(target, timeoutSeconds, kind === "pooler" ? {} : { options });
  // An administrator may end the session at any time; whoever waits for an answer then gets the error.
  client.on("error", () => undefined);
  return {
    query: async (sql) => (await client.query(sql)).rows as unknown[],
    close: () => client.end(),
  };
}

/**
 * Begins a transaction that sees one moment and can change nothing. The limits are set in it once more, because a pooler
 * does not pass on what a connection begins with.
 */
export function beginning(timeoutSeconds: number): string[] {
  const limits = {
    statement_timeout: String(Math.ceil(timeoutSeconds * 1000)),
    lock_timeout: lockTimeout,
    idle_in_transaction_session_timeout: "60s",
    // Names come out with their schema, and no function of a stranger is called by accident.
    search_path: "pg_catalog",
    TimeZone: "UTC",
    DateStyle: "ISO",
    // A parallel scan or compiled expression saves nothing here and takes from others.
    max_parallel_workers_per_gather: "0",
    jit: "off",
  };
  const calls = Object.entries(limits).map(([name, value]) => `pg_catalog.set_config('${name}', '${value}', true)`);
  return [
    "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
    `SELECT /* altlas report: limits */ ${calls.join(", ")}`,
  ];
}

async function open(target: Target, timeoutSeconds: number, extra: Pick<ClientConfig, "options">): Promise<Client> {
  // Loaded when it is needed: no other report and no program that starts pays for it.
  const { Client: PostgresClient, TypeOverrides } = await import("pg");
  const types = new TypeOverrides();
  for (const type of numeric) types.setTypeParser(type, Number);
  const start = async (ssl: "tls" | "plain", options: typeof extra): Promise<Client> => {
    const client = new PostgresClient({ ...clientConfig(target, ssl, timeoutSeconds), types, ...options });
    try {
      await client.connect();
    } catch (error) {
      // Without an answer `end` would wait for one.
      void client.end().catch(() => undefined);
      throw error;
    }
    return client;
  };
  const attempt = async (ssl: "tls" | "plain"): Promise<Client> => {
    try {
      return await start(ssl, extra);
    } catch (error) {
      // PgBouncer takes no settings at the beginning; the transaction sets them all.
      if (failureOf(error).message.includes("unsupported startup parameter")) return start(ssl, {});
      throw error;
    }
  };
  if (target.sslMode === "disable" || target.host.startsWith("/")) return attempt("plain");
  try {
    return await attempt("tls");
  } catch (error) {
    const optional = target.sslMode === "prefer" || target.sslMode === "allow";
    if (optional && /does not support SSL/i.test(failureOf(error).message)) return attempt("plain");
    throw error;
  }
}

function clientConfig(target: Target, ssl: "tls" | "plain", timeoutSeconds: number): ClientConfig {
  return {
    host: target.host,
    port: target.port,
    user: target.role,
    database: target.database,
    ...(target.password !== undefined && { password: target.password }),
    ssl: ssl === "plain" ? false : tlsOptions(target),
    application_name: applicationName,
    connectionTimeoutMillis: Math.min(connectSeconds, timeoutSeconds) * 1000,
  };
}

/** What libpq does under each `sslmode`; the library by itself takes all of them for `verify-full`. */
function tlsOptions({ sslMode, certificates }: Target): ConnectionOptions {
  const read = (file: string | undefined) => (file === undefined ? undefined : readFileSync(file));
  const [ca, cert, key] = [read(certificates.authority), read(certificates.own), read(certificates.key)];
  // An authority's file makes `require` check it, as it always did in libpq.
  const checked = sslMode === "verify-full" || sslMode === "verify-ca" || (sslMode === "require" && ca !== undefined);
  return {
    rejectUnauthorized: checked,
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
    ...(sslMode !== "verify-full" && { checkServerIdentity: () => undefined }),
  };
}
