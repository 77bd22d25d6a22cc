import { reserved } from "../connections/ledger";
import { type Computed, setting, type Sizing } from "./sizing";

/** Connections, how they prove who they are, and when they end. */
export function connectionSettings({ maxConnections, major }: Sizing): Computed[] {
  return [
    setting("max_connections", maxConnections, "What the connection budget of the stack is reckoned with."),
    setting(
      "superuser_reserved_connections",
      reserved.superuser,
      "Whoever mends the server gets in when every other connection is taken.",
    ),
    setting(
      "reserved_connections",
      reserved.others,
      "For roles with pg_use_reserved_connections, such as an operator's tools, so that they need no superuser.",
    ),
    setting("password_encryption", "scram-sha-256", "A stolen hash is then no password; md5 is one."),
    setting(
      "ssl_min_protocol_version",
      "TLSv1.3",
      "PgBouncer, libpq and all drivers in use speak it; older ones allow ciphers without forward secrecy.",
    ),
    setting(
      "statement_timeout",
      "1h",
      "For what has no timeout of its own (services' roles have): a forgotten query holds back vacuum in every table.",
    ),
    setting(
      "idle_in_transaction_session_timeout",
      "60s",
      "A caller that forgot its transaction holds locks and dead rows; the longest timeout of a service is 30 s.",
    ),
    setting(
      "client_connection_check_interval",
      "10s",
      "A query whose caller has gone is ended, in place of working for nobody.",
    ),
    setting(
      "tcp_keepalives_idle",
      "60s",
      "A caller behind a lost node is found in two minutes (60 s, then 6 × 10 s), in place of Linux' two hours.",
    ),
    setting("tcp_keepalives_interval", "10s", "Between two questions to a caller that does not answer."),
    setting("tcp_keepalives_count", 6, "Questions without an answer after which a caller is gone."),
    setting(
      "log_connections",
      major >= 18 ? "receipt,authentication,authorization" : "on",
      major >= 18
        ? "Who came, by which proof, as whom: the list form of 18; few lines, because poolers keep connections."
        : "Who came and as whom; few lines, because poolers keep connections.",
    ),
  ];
}
