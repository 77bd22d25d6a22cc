import { appendFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { textChecksum } from "../../model/checksum";
import { type DatabaseDefinition } from "../../model/database/definition";
import { type PlatformDatabase } from "../../model/database/platform-database";
import { database as definition } from "../../stacks/altlas/database";
import { somePlatformDatabase } from "../support/platform-database";
import { type Server, startServer } from "../support/postgresql";
import { eventually } from "../support/postgresql/eventually";
import { migrations, passwordOf } from "../support/postgresql/migrations";

const database = somePlatformDatabase();
const nothingToDo = ["partitions as planned", "done"];

/** The database with further migrations after the platform's. */
function withMigrations(...added: readonly (readonly [name: string, sql: string])[]): PlatformDatabase {
  return somePlatformDatabase({ definition: withMigrationsOf(definition, added) });
}

function withMigrationsOf(base: DatabaseDefinition, added: readonly (readonly [string, string])[]): DatabaseDefinition {
  const first = base.migrations.length + 1;
  const more = added.map(([name, sql], index) => ({ version: first + index, name, sql, checksum: textChecksum(sql) }));
  return { ...base, migrations: [...base.migrations, ...more] };
}

/** Versions that were applied, in order. */
async function applied(server: Server): Promise<string> {
  return await server.psql("SELECT string_agg(version::text, ' ' ORDER BY version) FROM migrations.applied", {
    database: "altlas",
  });
}

describe("migrations of an empty PostgreSQL 18 that logs every statement", () => {
  let server: Server;
  const everything = definition.migrations.map(({ version }) => version).join(" ");

  beforeAll(async () => {
    server = await startServer({
      major: 18,
      settings: { log_statement: "all", shared_preload_libraries: "pg_stat_statements" },
    });
  });

  it("are only told by a dry run", async () => {
    expect(await migrations(server, database).apply({ dryRun: true })).toEqual([
      "would make database altlas and apply every migration to it",
    ]);
    expect(await server.psql("SELECT count(*) FROM pg_database WHERE datname IN ('altlas', 'atlas_db')")).toBe("0");
    expect(await server.psql("SELECT count(*) FROM pg_roles WHERE rolname = 'platform_owner'")).toBe("0");
  });

  it("are applied by the first run, and the second changes nothing at all", async () => {
    const lines = await migrations(server, database).apply();
    expect(lines).toEqual(expect.arrayContaining(["made database altlas", "applying 0001_identifiers.sql", "done"]));
    expect(await applied(server)).toBe(everything);
    // Verifiers too: PgBouncer logs in with keys of their salt.
    const state = "SELECT md5(string_agg(rolname || rolpassword, ' ' ORDER BY rolname)) FROM pg_authid";
    const before = await server.psql(state);
    expect(await migrations(server, database).apply()).toEqual(nothingToDo);
    expect(await migrations(server, database).apply({ dryRun: true })).toEqual(["no migration is pending"]);
    expect(await server.psql(state)).toBe(before);
  });

  it("leave no password in the log or in the statistics of statements", async () => {
    const log = server.log();
    const known = await server.psql("SELECT string_agg(query, ' ') FROM pg_stat_statements", { database: "altlas" });
    // It does log statements; those of a run but its first few are kept out of it.
    expect(log).toContain("FROM pg_authid");
    for (const role of ["archive", "runner", "platform_maintenance"]) {
      expect(log).not.toContain(passwordOf(role));
      expect(known).not.toContain(passwordOf(role));
      expect(await server.psql("SELECT current_user", loginTo(role))).toBe(role);
    }
  });

  it("set the one password that was made anew", async () => {
    const made = migrations(server, database);
    writeFileSync(path.join(made.passwords, "runner"), "another");
    expect(await made.apply()).toEqual([expect.stringContaining("ALTER ROLE runner PASSWORD"), ...nothingToDo]);
    expect(await server.psql("SELECT 1", { ...loginTo("runner"), password: "another" })).toBe("1");
    expect(await migrations(server, database).apply()).toHaveLength(3);
  });

  it("refuse a role without a password, and name its file", async () => {
    const made = migrations(server, database);
    rmSync(path.join(made.passwords, "runner"));
    const { exitCode, errors } = await made.run();
    expect(exitCode).toBe(3);
    expect(errors).toContain(`${made.passwords}/runner with the password of role runner is missing or empty`);
  });

  it("refuse a file that was edited after it was applied, with both sums, and apply nothing", async () => {
    const sql = `${definition.migrations[1]!.sql}\n-- a better comment\n`;
    const edited = definition.migrations.map((migration) =>
      migration.version === 2 ? { ...migration, sql, checksum: textChecksum(sql) } : migration,
    );
    const changed = withMigrationsOf({ ...definition, migrations: edited }, [
      ["more", "CREATE TABLE platform.more ();"],
    ]);
    for (const dryRun of [true, false]) {
      const { exitCode, errors } = await migrations(server, somePlatformDatabase({ definition: changed })).run({
        dryRun,
      });
      expect(exitCode).toBe(3);
      expect(errors).toContain("0002_jobs.sql was edited after it was applied");
      expect(errors).toContain(textChecksum(sql));
      expect(errors).toContain(definition.migrations[1]!.checksum);
      expect(errors).toContain("put the change into a migration of its own");
    }
    expect(await applied(server)).toBe(everything);
  });

  it("refuse files that are not the registered ones, all of them at once", async () => {
    const made = migrations(server, database);
    appendFileSync(path.join(made.files, "routine_jobs.sql"), "-- by hand\n");
    rmSync(path.join(made.files, "0003_job_events.sql"));
    const { exitCode, errors } = await made.run();
    expect(exitCode).toBe(3);
    expect(errors).toContain("routine_jobs.sql is not the file that was registered");
    expect(errors).toContain("0003_job_events.sql is missing in the folder");
    expect(errors).toContain("Apply the stack again");
  });

  it("refuse a gap, and a database that is newer than the files", async () => {
    const [identifiers, , ...rest] = definition.migrations;
    const gap = await migrations(server, withDefinition([identifiers!, ...rest])).run();
    expect(gap.errors).toContain("Migration 2 (jobs) was applied to this database, and no such file is registered");
    expect(gap.errors).toContain("Bring the file back");
    const old = await migrations(server, withDefinition(definition.migrations.slice(0, -1))).run();
    expect(old.errors).toContain("Migration 9 (summaries) was applied");
    expect(old.errors).toContain("The database is newer than this stack");
    await server.psql("UPDATE migrations.applied SET version = 99 WHERE version = 4", { database: "altlas" });
    const never = await migrations(server, database).run();
    expect(never.errors).toContain("0004_outbox.sql was never applied, but migration 99 after it was");
    await server.psql("UPDATE migrations.applied SET version = 4 WHERE version = 99", { database: "altlas" });
    expect([gap.exitCode, old.exitCode, never.exitCode]).toEqual([3, 3, 3]);
    expect(await migrations(server, database).apply()).toEqual(nothingToDo);
  });

  it("are whole after a run that was killed half way, and the next one goes on", async () => {
    await server.psql("CREATE TABLE hold (); INSERT INTO hold DEFAULT VALUES", { database: "altlas" });
    const wait = "DO $$ BEGIN WHILE EXISTS (SELECT FROM public.hold) LOOP PERFORM pg_sleep(0.02); END LOOP; END $$;";
    const more = withMigrations(
      ["whole", "CREATE TABLE platform.whole ();"],
      ["half", `CREATE TABLE platform.half (); ${wait} CREATE TABLE platform.other_half ();`],
    );
    await server.psql("GRANT SELECT ON public.hold TO platform_owner; GRANT USAGE ON SCHEMA public TO platform_owner", {
      database: "altlas",
    });
    const { child, output, ended } = await migrations(server, more).start();
    await eventually(() =>
      output().includes("applying 0011_half.sql") ? Promise.resolve() : Promise.reject(new Error(output())),
    );
    child.kill("SIGKILL");
    await ended;
    expect(await applied(server)).toBe(`${everything} 10`);
    expect(await tables(server)).toBe("whole");
    await server.psql(
      "DROP TABLE hold; CREATE VIEW hold AS SELECT WHERE false; GRANT SELECT ON hold TO platform_owner",
      {
        database: "altlas",
      },
    );
    // It waits for the session of the killed one, which the server ends by itself.
    const lines = await migrations(server, more).apply({ lockSeconds: 30 });
    expect(lines).toContain("applying 0011_half.sql");
    expect(lines).not.toContain("applying 0010_whole.sql");
    expect(await applied(server)).toBe(`${everything} 10 11`);
    expect(await tables(server)).toBe("half other_half whole");
  });

  it("wait for another run so long, and then say whom for", async () => {
    const holder = await server.client({ database: "altlas" });
    const { rows } = await holder.query<{ pid: number }>("SELECT pg_advisory_lock(7103271), pg_backend_pid() AS pid");
    const { exitCode, output, errors } = await migrations(server, database).run({ lockSeconds: 1 });
    expect(exitCode).toBe(3);
    expect(output).toContain("waiting 1 s at most for another run");
    expect(errors).toContain("another run holds the lock of the migrations; waited 1s");
    expect(errors).toContain(`process ${rows[0]!.pid} from 127.0.0.1 since`);
    await holder.end();
  });

  it("run a file outside of a transaction where it asks for it, and again after half of it", async () => {
    await server.psql(
      "DROP TABLE platform.whole, platform.half, platform.other_half; DELETE FROM migrations.applied WHERE version > 9",
      {
        database: "altlas",
      },
    );
    const sql =
      "-- transaction: none\nCREATE INDEX CONCURRENTLY IF NOT EXISTS drills ON platform.restore_drills (backup);";
    const made = migrations(server, withMigrations(["drills", sql]));
    expect(await made.apply()).toContain("applying 0010_drills.sql");
    await server.psql("DELETE FROM migrations.applied WHERE version = 10", { database: "altlas" });
    expect(await made.apply()).toContain("applying 0010_drills.sql");
  });

  it("take login and rights from a role that is no longer wanted", async () => {
    const fewer = somePlatformDatabase({ roles: database.roles.filter(({ name }) => name !== "segmentation") });
    await server.psql("DELETE FROM migrations.applied WHERE version > 9", { database: "altlas" });
    const lines = await migrations(server, fewer).apply();
    expect(lines).toContain("ALTER ROLE segmentation NOLOGIN CONNECTION LIMIT 0 PASSWORD NULL");
    expect(lines).toContain("REVOKE CONNECT ON DATABASE altlas FROM segmentation CASCADE");
    expect(lines).toContain("REVOKE USAGE ON SCHEMA platform FROM segmentation CASCADE");
    await expect(server.psql("SELECT 1", loginTo("segmentation"))).rejects.toThrow(/authentication|not permitted/);
  });
});

describe("migrations of PostgreSQL 15", () => {
  it("are applied once when two runs begin at once", async () => {
    const server = await startServer({ major: 15 });
    const made = migrations(server, database);
    const both = await Promise.all([made.run(), made.run()]);
    expect(both.map(({ exitCode, errors }) => [exitCode, errors])).toEqual([
      [0, ""],
      [0, ""],
    ]);
    const lines = both.flatMap(({ output }) => output.split("\n"));
    for (const line of ["made database altlas", "applying 0005_audit_log.sql", "made database atlas_db"]) {
      expect(lines.filter((other) => other === line)).toHaveLength(1);
    }
    expect(await made.apply()).toEqual(nothingToDo);
  });
});

describe.each([15, 18] as const)("migrations by an administrator that is no superuser, on %i", (major) => {
  it("do all but what only a superuser may, and say what", async () => {
    const server = await startServer({ major });
    await server.psql(`CREATE ROLE admin LOGIN CREATEROLE CREATEDB PASSWORD '${passwordOf("admin")}';
      GRANT pg_monitor TO admin WITH ADMIN OPTION`);
    const external = somePlatformDatabase({
      form: {
        kind: "external",
        host: "127.0.0.1",
        port: server.port,
        cidrs: ["127.0.0.1/32"],
        administrator: { user: "admin", password: { secretName: "external", key: "password" } },
      },
    });
    const made = migrations(server, external);
    const lines = await made.apply({ administrator: "admin" });
    expect(lines).toContain(
      "left out, only a superuser may: pgbouncer.user_lookup, CREATE EXTENSION pg_stat_statements and pgstattuple",
    );
    const again = await made.apply({ administrator: "admin" });
    // It cannot see whether a password fits, and sets it again.
    expect(again.filter((line) => !/PASSWORD|^left out/.test(line))).toEqual(nothingToDo);
    // What other databases let in is their owners' business.
    expect(await server.psql("SELECT has_database_privilege('runner', 'postgres', 'CONNECT')")).toBe("t");
    await server.psql("SELECT platform.refresh_view('jobs_daily')", loginTo("platform_maintenance"));
    await expect(server.psql("SELECT 1", { ...loginTo("runner"), database: "atlas_db" })).rejects.toThrow(/permission/);
    await server.psql("CREATE TABLE mine ()", { ...loginTo("archive"), database: "atlas_db" });
  });
});

function withDefinition(list: DatabaseDefinition["migrations"]): PlatformDatabase {
  return somePlatformDatabase({ definition: { ...definition, migrations: list } });
}

function loginTo(role: string): { database: string; role: string; password: string } {
  return { database: role === "archive" ? "atlas_db" : "altlas", role, password: passwordOf(role) };
}

async function tables(server: Server): Promise<string> {
  return await server.psql(
    "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relname IN ('whole', 'half', 'other_half')",
    { database: "altlas" },
  );
}
