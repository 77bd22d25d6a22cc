import { poolerAuthQuery, postgresqlPort, systemRoles } from "../../../model/database/names";
import { type PgbouncerArgs } from "../args";
import { folders, runFiles } from "../defaults";

/** `pgbouncer.ini`: the plan, and what follows from where it runs. It holds no secret. */
export function configurationFile({ plan, server, serverAuthority, certificateSecret }: PgbouncerArgs): string {
  const { pools, settings, maxClientConnections, maxDatabaseConnections } = plan;
  const databases = [...new Set(pools.map(({ database }) => database))].sort();
  const tls = certificateSecret === undefined ? folders.run : folders.certificate;
  const own = {
    listen_addr: "*",
    listen_port: String(postgresqlPort),
    unix_socket_dir: folders.run,
    pidfile: `${folders.run}/${runFiles.process}`,
    pool_mode: "transaction",
    max_client_conn: String(maxClientConnections),
    max_db_connections: String(maxDatabaseConnections),
    // Whoever comes is asked for the password that the server has of them, but for the two that the file names.
    auth_type: "scram-sha-256",
    auth_file: `${folders.run}/${runFiles.users}`,
    auth_user: systemRoles.pooler,
    auth_query: poolerAuthQuery,
    // The console: figures for the exporter, and nothing for anybody else.
    stats_users: systemRoles.monitoring,
    client_tls_sslmode: "require",
    client_tls_cert_file: `${tls}/tls.crt`,
    client_tls_key_file: `${tls}/tls.key`,
    ...(serverAuthority
      ? { server_tls_sslmode: "verify-full", server_tls_ca_file: `${folders.authority}/${serverAuthority.key}` }
      : { server_tls_sslmode: "require" }),
  };
  const computed = Object.entries(settings).filter(([name]) => !(name in own));
  const lines = (entries: readonly (readonly [string, string])[]) =>
    entries.map(([name, value]) => `${name} = ${value}`);
  return [
    "; Written by the program: a change here is lost with the next update.",
    "[databases]",
    ...databases.map((name) => `${name} = host=${server.host} port=${server.port}`),
    "",
    "[users]",
    ...pools.map(({ role, size }) => `${role} = pool_size=${size}`),
    "",
    "[pgbouncer]",
    ...lines(Object.entries(own)),
    ...lines(computed),
    "",
  ].join("\n");
}

/**
 * What runs before the pooler: puts the two passwords where it reads them, for itself alone, and makes a certificate where
 * the stack gives none.
 */
export const prepareScript = [
  "set -eu",
  "umask 077",
  `run=${folders.run}`,
  `password() { cat "$PASSWORDS_FOLDER/$1"; }`,
  `for role in ${systemRoles.pooler} ${systemRoles.monitoring}; do`,
  `  printf '"%s" "%s"\\n' "$role" "$(password "$role")"`,
  `done >"$run/${runFiles.users}"`,
  `printf '*:*:*:${systemRoles.monitoring}:%s\\n' "$(password ${systemRoles.monitoring})" >"$run/${runFiles.passfile}"`,
  'if [ -n "$CERTIFICATE_NAME" ]; then',
  '  openssl req -new -x509 -nodes -days 3650 -subj "/CN=$CERTIFICATE_NAME" -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 \\',
  '    -keyout "$run/tls.key" -out "$run/tls.crt" 2>"$run/openssl.log" || { cat "$run/openssl.log" >&2; exit 1; }',
  "fi",
].join("\n");
