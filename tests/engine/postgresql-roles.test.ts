import { beforeAll, describe, expect, it } from "vitest";
import { systemRoles } from "../../model/database/names";
import { type Grant } from "../../model/database/access";
import { somePlatformDatabase } from "../support/platform-database";
import { type Server, startServer } from "../support/postgresql";
import { migrations, passwordOf } from "../support/postgresql/migrations";

const database = somePlatformDatabase({
  roles: somePlatformDatabase().roles.map((role) =>
    role.name === "segmentation" ? { ...role, connectionLimit: 2 } : role,
  ),
});
const services = database.roles.map(({ name }) => name);

/** What the system's roles are for; services' rights stand on their edges. */
const systemGrants: Readonly<Record<string, readonly Grant[]>> = {
  [systemRoles.maintenance]: [
    { schema: "platform", object: "refresh_view", privileges: "execute" },
    { schema: "platform", object: "restore_drills", privileges: ["insert", "select"] },
  ],
  [systemRoles.monitoring]: [
    { schema: "platform", object: "restore_drills", privileges: ["select"] },
    { schema: "platform", object: "jobs_daily", privileges: ["select"] },
    { schema: "migrations", object: "applied", privileges: ["select"] },
  ],
  [systemRoles.pooler]: [{ schema: "pgbouncer", object: "user_lookup", privileges: "execute" }],
  [systemRoles.replication]: [],
};

/** The grants that a role must have, one line for each right, as {@link matrix} gives them. */
function declared(role: string): string[] {
  const rights = database.roles.find(({ name }) => name === role)?.access.rights ?? systemGrants[role]!;
  if (rights === "owner") return [];
  return rights
    .flatMap(({ schema, object, privileges }) =>
      (privileges === "execute" ? ["EXECUTE"] : privileges).map(
        (right) => `${right.toUpperCase()} ${schema}.${object}`,
      ),
    )
    .sort();
}

/** Every right that each role really has on each table, view, sequence and function, by whatever way it came to it. */
async function matrix(server: Server): Promise<Map<string, string[]>> {
  const lines = await server.psql(
    `SELECT role.rolname || ' ' || privilege || ' ' || nspname || '.' || relname
     FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
     CROSS JOIN (SELECT oid, rolname FROM pg_roles WHERE rolname = ANY (string_to_array(:'roles', ' '))) AS role
     CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS privilege
     WHERE nspname IN ('platform', 'migrations', 'pgbouncer') AND relkind IN ('r', 'p', 'v', 'm')
       AND (has_table_privilege(role.oid, pg_class.oid, privilege)
         OR privilege IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') AND has_any_column_privilege(role.oid, pg_class.oid, privilege))
     UNION ALL
     SELECT role.rolname || ' EXECUTE ' || nspname || '.' || proname
     FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace
     CROSS JOIN (SELECT oid, rolname FROM pg_roles WHERE rolname = ANY (string_to_array(:'roles', ' '))) AS role
     WHERE nspname IN ('platform', 'migrations', 'pgbouncer') AND has_function_privilege(role.oid, pg_proc.oid, 'EXECUTE')`,
    { database: "altlas", variables: { roles: [...services, ...Object.keys(systemGrants)].join(" ") } },
  );
  const rights = new Map([...services, ...Object.keys(systemGrants)].map((role) => [role, [] as string[]]));
  for (const line of lines.split("\n").filter(Boolean)) {
    const [role, ...right] = line.split(" ");
    rights.get(role!)!.push(right.join(" "));
  }
  return new Map([...rights].map(([role, list]) => [role, list.sort()]));
}

function expected(): Map<string, string[]> {
  return new Map([...services, ...Object.keys(systemGrants)].map((role) => [role, declared(role)]));
}

function loginTo(role: string, name = "altlas") {
  return { database: name, role, password: passwordOf(role) };
}

describe("roles and rights of a PostgreSQL 18", () => {
  let server: Server;

  beforeAll(async () => {
    server = await startServer({ major: 18 });
    await migrations(server, database).apply();
  });

  it("are exactly what the edges declare: every role, every object, every right", async () => {
    const objects = await server.psql(
      "SELECT count(*) FROM pg_class WHERE relnamespace IN ('platform'::regnamespace, 'migrations'::regnamespace)",
      { database: "altlas" },
    );
    expect(Number(objects)).toBeGreaterThan(60);
    expect(await matrix(server)).toEqual(expected());
  });

  it("are exactly that again after somebody gave more by hand", async () => {
    await server.psql(
      `GRANT UPDATE ON platform.audit_log TO runner; GRANT SELECT (payload) ON platform.jobs TO PUBLIC;
       GRANT USAGE ON SCHEMA platform TO PUBLIC; GRANT EXECUTE ON FUNCTION platform.cancel_job TO segmentation WITH GRANT OPTION;
       GRANT platform_owner TO ai_orchestrator; GRANT CONNECT ON DATABASE altlas TO archive;
       ALTER ROLE runner SUPERUSER CREATEDB; ALTER ROLE runner SET statement_timeout = 0;
       REVOKE EXECUTE ON FUNCTION platform.claim_job FROM runner;
       ALTER ROLE api_gateway IN DATABASE altlas SET search_path = public`,
      { database: "altlas" },
    );
    expect(await matrix(server)).not.toEqual(expected());
    const lines = await migrations(server, database).apply();
    expect(lines).toEqual(
      expect.arrayContaining([
        "ALTER ROLE runner NOCREATEDB NOSUPERUSER",
        "ALTER ROLE runner SET statement_timeout = '10s'",
        "ALTER ROLE api_gateway IN DATABASE altlas RESET ALL",
        "REVOKE platform_owner FROM ai_orchestrator",
        "REVOKE CONNECT ON DATABASE altlas FROM archive CASCADE",
        "REVOKE UPDATE ON TABLE platform.audit_log FROM runner CASCADE",
        "REVOKE ALL ON TABLE platform.jobs FROM PUBLIC CASCADE",
        "REVOKE USAGE ON SCHEMA platform FROM PUBLIC CASCADE",
        "GRANT EXECUTE ON FUNCTION platform.claim_job(text,text,interval) TO runner",
      ]),
    );
    expect(await matrix(server)).toEqual(expected());
    expect(await migrations(server, database).apply()).toEqual(["partitions as planned", "done"]);
  });

  it("let a role into its own database and no other, and none make anything in a shared schema", async () => {
    const names = ["altlas", "atlas_db", "postgres", "template1"];
    for (const { name, access } of database.roles) {
      for (const other of names.filter((candidate) => candidate !== access.database)) {
        await expect(server.psql("SELECT 1", loginTo(name, other))).rejects.toThrow(/permission denied for database/);
      }
      const own = loginTo(name, access.database);
      expect(await server.psql("SELECT current_user", own)).toBe(name);
      if (access.rights === "owner") continue;
      for (const schema of ["public", "platform", "partitioning", "migrations"]) {
        await expect(server.psql(`CREATE TABLE ${schema}.mine ()`, own)).rejects.toThrow(/permission denied/);
      }
      await expect(server.psql("CREATE TEMP TABLE mine ()", own)).rejects.toThrow(/permission denied/);
      await expect(server.psql("SELECT rolpassword FROM pg_authid", own)).rejects.toThrow(/permission denied/);
      await expect(server.psql("CALL partitioning.maintain(now())", own)).rejects.toThrow(/permission denied/);
    }
    await server.psql("CREATE TABLE mine (); DROP TABLE mine", loginTo("archive", "atlas_db"));
  });

  it("leave nobody, the owner included, the right to change the audit log", async () => {
    const owner = { database: "altlas", role: systemRoles.owner };
    for (const sql of ["UPDATE platform.audit_log SET action = 'x'", "DELETE FROM platform.job_events"]) {
      await expect(server.psql(`SET ROLE platform_owner; ${sql}`, { database: "altlas" })).rejects.toThrow(
        /permission denied/,
      );
    }
    await expect(server.psql("SELECT 1", owner)).rejects.toThrow(/not permitted to log in/);
    // Not even where the right was given again: the trigger stands behind it.
    const audit = "SELECT platform.record_audit(gen_random_uuid(), NULL, NULL, 'try', 'it', 'allowed', NULL, NULL)";
    await server.psql(audit, loginTo("api_gateway"));
    await expect(server.psql("DELETE FROM platform.audit_log", { database: "altlas" })).rejects.toThrow(/append-only/);
    await expect(server.psql("TRUNCATE platform.audit_log", { database: "altlas" })).rejects.toThrow(/append-only/);
  });

  it("are bounded: connections, time of a statement, idle transactions", async () => {
    const show =
      "SELECT current_setting('statement_timeout') || ' ' || current_setting('idle_in_transaction_session_timeout') || ' ' || current_setting('search_path')";
    expect(await server.psql(show, loginTo("runner"))).toBe("10s 1min platform");
    expect(await server.psql(show, loginTo("archive", "atlas_db"))).toBe("30s 1min public");
    const clients = [await server.client(loginTo("segmentation")), await server.client(loginTo("segmentation"))];
    await expect(server.client(loginTo("segmentation"))).rejects.toThrow(/too many connections for role/);
    await Promise.all(clients.map((client) => client.end()));
    await expect(server.psql("SET statement_timeout = '50ms'; SELECT pg_sleep(5)", loginTo("runner"))).rejects.toThrow(
      /statement timeout/,
    );
  });

  it("tell the pooler the verifier of a role, and nothing of superusers, replicas and passwords out of date", async () => {
    const lookup = async (role: string, name = "altlas") =>
      await server.psql(`SELECT uname, phash FROM pgbouncer.user_lookup('${role}')`, loginTo("pgbouncer", name));
    expect(await lookup("runner")).toMatch(/^runner\|SCRAM-SHA-256\$4096:/);
    expect(await lookup("archive", "atlas_db")).toMatch(/^archive\|SCRAM-SHA-256\$4096:/);
    for (const role of ["postgres", systemRoles.replication, systemRoles.owner, "nobody"]) {
      expect(await lookup(role)).toBe("");
    }
    await server.psql("ALTER ROLE runner VALID UNTIL '2020-01-01'");
    expect(await lookup("runner")).toBe("");
    await server.psql("ALTER ROLE runner VALID UNTIL 'infinity'");
    expect(await lookup("runner")).not.toBe("");
    await expect(server.psql("SELECT * FROM pgbouncer.user_lookup('archive')", loginTo("runner"))).rejects.toThrow(
      /permission denied for schema pgbouncer/,
    );
  });

  it("let the exporter see statistics of all and rows of nobody", async () => {
    const login = loginTo("monitoring");
    expect(Number(await server.psql("SELECT count(*) FROM partitioning.horizon", login))).toBe(5);
    await server.psql("SELECT * FROM platform.jobs_daily; SELECT version FROM migrations.applied", login);
    await server.psql("SELECT setting FROM pg_settings WHERE name = 'hba_file'; SELECT * FROM pg_stat_activity", login);
    await expect(server.psql("SELECT payload FROM platform.jobs", login)).rejects.toThrow(/permission denied/);
  });

  it("let the operator's exporter in once its role is there, which PUBLIC's lost right kept out", async () => {
    const operated = migrations(server, somePlatformDatabase({ ...database, form: { kind: "cloudNativePg" } }));
    expect(await operated.apply()).toContain("left out, the role is not there yet: cnpg_metrics_exporter");
    await server.psql("CREATE ROLE cnpg_metrics_exporter LOGIN IN ROLE pg_monitor");
    const login = { role: "cnpg_metrics_exporter" };
    await expect(server.psql("SELECT 1", { ...login, database: "altlas" })).rejects.toThrow(/permission denied/);
    await operated.apply();
    for (const name of ["altlas", "atlas_db", "postgres"]) {
      expect(await server.psql("SELECT 1", { ...login, database: name })).toBe("1");
    }
    expect(await operated.apply()).toEqual(["partitions as planned", "done"]);
  });
});
