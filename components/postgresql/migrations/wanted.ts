import { systemRoles } from "../../../model/database/names";
import { type PlatformDatabase } from "../../../model/database/platform-database";
import { type WantedGrant, wantedGrants } from "./grants";
import { fileName, routineFileName } from "./names";

/** A role as the server is to have it. */
interface WantedRole {
  readonly name: string;
  readonly login: boolean;
  readonly replication: boolean;
  /** -1: none. */
  readonly connections: number;
  /** As `pg_db_role_setting` keeps them: `name=value`. */
  readonly settings: readonly string[];
}

/**
 * Seconds after which the server ends a transaction in which nothing happens: it holds locks and keeps vacuum from
 * removing dead rows. The value of the server's own settings; said for each role, because a client may change the server's.
 */
const idleTransactionSeconds = 60;

/**
 * After five calls of a prepared statement the server plans once for all values. It then takes any range of time for half a
 * percent of the table, and sorts a month where it could read its index in order: the list of a tenant's audit log took
 * twelve times as long (`npm test -- tests/engine/postgresql-twin`). To plan each call costs some tenths of a millisecond.
 */
const plannedForEachCall = "plan_cache_mode=force_custom_plan";

/** Connections of the system's own roles; never less than what the connection budget counts for them. */
const systemConnections = {
  /** One for maintenance, two for views, one for the result of a restore drill. */
  maintenance: 4,
  /** An exporter while it is replaced, the report's pool of two, and one to look. */
  monitoring: 5,
  /** Streaming replicas and base backups: `max_wal_senders` bounds them. */
  replication: 10,
} as const;

/** Every role of the server but the administrator's, in the order of their names. */
export function wantedRoles(database: PlatformDatabase): WantedRole[] {
  const role = (name: string, connections: number, settings: readonly string[]): WantedRole => ({
    name,
    login: true,
    replication: false,
    connections,
    settings: [...settings, `idle_in_transaction_session_timeout=${idleTransactionSeconds}s`],
  });
  const services = database.roles.map(({ name, access, connectionLimit }) =>
    role(name, connectionLimit, [
      `search_path=${access.rights === "owner" ? "public" : database.definition.schema}`,
      `statement_timeout=${access.statementTimeoutSeconds}s`,
      ...(access.rights === "owner" ? [] : [plannedForEachCall]),
    ]),
  );
  const databases = 1 + database.ownDatabases.length;
  return [
    ...services,
    { name: systemRoles.owner, login: false, replication: false, connections: -1, settings: [] },
    // Its statements move whole partitions and refresh views; each bounds its own waiting for locks.
    role(systemRoles.maintenance, systemConnections.maintenance, ["search_path=pg_catalog", "statement_timeout=3600s"]),
    role(systemRoles.monitoring, systemConnections.monitoring, ["statement_timeout=30s"]),
    // One connection to each database of each pooler, and as many while poolers are replaced.
    role(systemRoles.pooler, 2 * databases * database.pooler.replicas, [
      "search_path=pg_catalog",
      "statement_timeout=5s",
    ]),
    // The operator replicates by a role of its own, and nobody replicates from a server of somebody else.
    ...(database.form.kind === "plain"
      ? [{ ...role(systemRoles.replication, systemConnections.replication, []), replication: true }]
      : []),
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Names of the roles that log in: each has a password, in a file of its name. */
export function loginRoles(database: PlatformDatabase): string[] {
  return wantedRoles(database).flatMap(({ name, login }) => (login ? [name] : []));
}

/** What the runner compares the server with, as temporary tables; read anew in each database. */
export function wantedSql(database: PlatformDatabase): string {
  const { definition } = database;
  return [
    "-- What this stack registers: roles, rights, migrations and routines. Made by the program; see wanted.ts.",
    table(
      "wanted_roles",
      "name name, login boolean, replication boolean, connections integer, settings text[]",
      wantedRoles(database).map(({ name, login, replication, connections, settings }) => [
        literal(name),
        String(login),
        String(replication),
        String(connections),
        `ARRAY[${settings.map(literal).join(", ")}]::text[]`,
      ]),
    ),
    table("wanted_members", "granted name, member name", [[literal("pg_monitor"), literal(systemRoles.monitoring)]]),
    table(
      "wanted_databases",
      "name name, owner name",
      database.ownDatabases.map(({ name, owner }) => [literal(name), literal(owner)]),
    ),
    "-- Schemas whose rights are kept; with `contents`, those of all that is in them too.",
    table("wanted_schemas", "name name, contents boolean", [
      [literal(definition.schema), "true"],
      [literal("migrations"), "true"],
      [literal("pgbouncer"), "true"],
      // Extensions live there, with rights of their own; in a service's database its tables do.
      [literal("public"), "false"],
    ]),
    table(
      "all_grants",
      "database name, role name, type text, schema name, name name, privilege text",
      wantedGrants(database).map(grantRow),
    ),
    "CREATE TEMP TABLE wanted_grants AS SELECT * FROM all_grants WHERE database = current_database();\n",
    table(
      "wanted_migrations",
      "version integer, name text, file text, checksum text, in_transaction boolean",
      definition.migrations.map((migration) => [
        String(migration.version),
        literal(migration.name),
        literal(fileName(migration)),
        literal(migration.checksum),
        String(!/^-- transaction: none$/m.test(migration.sql)),
      ]),
    ),
    table(
      "wanted_routines",
      "position integer, name text, file text, checksum text",
      definition.routines.map((routine, index) => [
        String(index + 1),
        literal(routine.name),
        literal(routineFileName(routine)),
        literal(routine.checksum),
      ]),
    ),
  ].join("\n");
}

/** Names as psql variables, for what comes before there is a database. */
export function wantedDatabaseSql({ definition, form }: PlatformDatabase): string {
  const variables = {
    database: definition.name,
    schema: definition.schema,
    owner: systemRoles.owner,
    // On a server of our own no database is anybody else's, so PUBLIC may enter none of them.
    exclusive: form.kind === "external" ? "off" : "on",
  };
  return Object.entries(variables)
    .map(([name, value]) => `\\set ${name} ${literal(value)}\n`)
    .join("");
}

/** One visit to each database that belongs to a service. */
export function ownDatabasesSql({ ownDatabases }: PlatformDatabase): string {
  return ownDatabases
    .map(
      ({ name, owner }) =>
        `\\set own_database ${literal(name)}\n\\set own_owner ${literal(owner)}\n\\ir own-database.sql\n`,
    )
    .join("");
}

function grantRow({ database, role, type, schema, name, privilege }: WantedGrant): string[] {
  return [database, role, type, schema, name, privilege].map((value) => (value === null ? "NULL" : literal(value)));
}

function table(name: string, columns: string, rows: readonly (readonly string[])[]): string {
  const values = rows.map((row) => `  (${row.join(", ")})`).join(",\n");
  return `CREATE TEMP TABLE ${name} (${columns});\n${rows.length === 0 ? "" : `INSERT INTO ${name} VALUES\n${values};\n`}`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
