import { type PoolerPlan } from "../pooler";
import { formatCpu } from "../../quantity";
import { type Resources } from "../../service";
import { type BudgetNumbers } from "./numbers";

/** What one pooler asks for: a single process, which uses one core at most; 200m carry the plan's 720 requests per second. */
const planMillicores = 200;

/** Its memory does not follow the load: 2 KiB for a client, 20 for a connection, and what OpenSSL takes. */
const memory = "128Mi";

function resources(scale: number): Resources {
  const cpu = Math.max(1, Math.ceil(planMillicores * scale));
  return { requests: { cpu: formatCpu(cpu), memory }, limits: { cpu: formatCpu(2 * cpu), memory } };
}

/** Connections that a pooler takes beyond the services' own: exporter, console, and somebody who looks what is wrong. */
const spareClients = 10;

/** Seconds and numbers of `[pgbouncer]`, the same in every stack. */
const settings: Readonly<Record<string, string>> = {
  pool_mode: "transaction",
  // Drivers prepare statements by protocol; the pooler prepares them anew where they are needed. 200 are more than any
  // service here has, and bound what a server connection remembers.
  max_prepared_statements: "200",
  // A connection that is kept while nobody needs it is one that others wait for; ten minutes bridge a quiet spell.
  server_idle_timeout: "600",
  // Forgets what a connection has gathered, and spreads over servers after a failover.
  server_lifetime: "3600",
  server_connect_timeout: "15",
  // The services' own timeouts are 5 to 30 s: whoever waits longer has given up.
  query_wait_timeout: "30",
  // As the server's idle_in_transaction_session_timeout: one that forgot its transaction holds a connection from all.
  idle_transaction_timeout: "60",
  client_login_timeout: "30",
  // A pool that starts empty makes the first requests after a start pay for connections.
  min_pool_size: "2",
  // A pool is its share of the server's connections: one more would be refused by the role's limit.
  reserve_pool_size: "0",
  // Drivers send them at start, and the pooler knows no such parameter.
  ignore_startup_parameters: "extra_float_digits,search_path,options",
  server_reset_query: "DISCARD ALL",
  server_check_delay: "30",
  // Dead peers behind a lost node are found in a minute and a half, and not after two hours.
  tcp_keepalive: "1",
  tcp_keepidle: "30",
  tcp_keepintvl: "10",
  tcp_keepcnt: "6",
  stats_period: "60",
  log_connections: "0",
  log_disconnections: "0",
  log_pooler_errors: "1",
};

/**
 * PgBouncer as the budget sets it up: any one of the poolers takes all clients while the others are away.
 *
 * @param scale part of the plan's load that the stack is made for, above 0 and at most 1
 */
export function poolerPlan({ pools, clients }: BudgetNumbers, replicas: number, scale = 1): PoolerPlan {
  const byDatabase = new Map<string, number>();
  for (const { database, size } of pools) byDatabase.set(database, (byDatabase.get(database) ?? 0) + size);
  return {
    replicas,
    resources: resources(scale),
    pools,
    maxClientConnections: clients + spareClients,
    maxDatabaseConnections: Math.max(1, ...byDatabase.values()),
    settings,
  };
}
