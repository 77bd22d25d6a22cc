import { describe, expect, it } from "vitest";
import {
  loginRoles,
  migrationCommand,
  migrationFiles,
  refreshStatement,
} from "../../../components/postgresql/migrations";
import { wantedGrants } from "../../../components/postgresql/migrations/grants";
import { wantedRoles, wantedSql } from "../../../components/postgresql/migrations/wanted";
import { systemRoles } from "../../../model/database/names";
import { partitionProblems } from "../../../model/database/partitions";
import { database as definition } from "../../../stacks/altlas/database";
import { somePlatformDatabase } from "../../support/platform-database";

const database = somePlatformDatabase();
const external = somePlatformDatabase({
  form: {
    kind: "external",
    host: "db.example",
    port: 5432,
    cidrs: ["10.0.0.0/8"],
    administrator: { user: "admin", password: { secretName: "external", key: "password" } },
  },
});

describe("files of a run", () => {
  const files = migrationFiles(database);

  it("are a ConfigMap: short names, and less than a mebibyte together", () => {
    for (const name of Object.keys(files)) expect(name).toMatch(/^[a-z0-9_.-]{1,253}$/);
    expect(Buffer.byteLength(JSON.stringify(files))).toBeLessThan(1024 ** 2 / 2);
  });

  it("hold every file that another one includes", () => {
    const included = Object.values(files).flatMap((text) =>
      [...text.matchAll(/^\s*\\ir (\S+)$/gm)].map(([, name]) => name!),
    );
    expect(included).toContain("grants.sql");
    for (const name of included) if (!name.startsWith(":")) expect(Object.keys(files)).toContain(name);
  });

  it("hold each migration and routine as it is, under the name and sum that the run looks for", () => {
    const wanted = wantedSql(database);
    for (const { version, name, sql, checksum } of definition.migrations) {
      const file = `${String(version).padStart(4, "0")}_${name}.sql`;
      expect(files[file]).toBe(sql);
      expect(wanted).toContain(`(${version}, '${name}', '${file}', '${checksum}', true)`);
    }
    for (const { name, sql, checksum } of definition.routines) {
      expect(files[`routine_${name}.sql`]).toBe(sql);
      expect(wanted).toContain(`'routine_${name}.sql', '${checksum}')`);
    }
  });

  it("are the same for the same database", () => {
    expect(migrationFiles(somePlatformDatabase())).toEqual(files);
  });

  it("run a migration outside a transaction only when it says so", () => {
    const sql = "-- transaction: none\nSELECT 1;";
    const migrations = [{ version: 1, name: "index", sql, checksum: "0".repeat(64) }];
    expect(wantedSql({ ...database, definition: { ...definition, migrations } })).toMatch(/'0{64}', false\)/);
  });

  it("contain migrations without commands of psql and without transactions of their own", () => {
    for (const { name, sql } of [...definition.migrations, ...definition.routines]) {
      expect(sql, name).not.toMatch(
        /^\s*\\|^\s*(BEGIN|COMMIT|ROLLBACK|START TRANSACTION)\s*;|SET (LOCAL |SESSION )?ROLE/im,
      );
    }
  });
});

describe("the command of a run", () => {
  it("names files and the administrator, and no password", () => {
    expect(migrationCommand({ server: { host: "postgresql", port: 5432 } })).toEqual([
      "psql",
      "--no-psqlrc",
      "--no-password",
      "--quiet",
      "--host=postgresql",
      "--port=5432",
      "--username=postgres",
      "--dbname=postgres",
      "--set=dry_run=off",
      "--set=lock_seconds=60",
      "--set=folder=/etc/postgresql-migrations",
      "--set=passwords=/etc/postgresql-roles",
      "--file=/etc/postgresql-migrations/migrate.sql",
    ]);
    expect(migrationCommand({ dryRun: true, lockSeconds: 5, administrator: "admin" })).toEqual(
      expect.arrayContaining(["--username=admin", "--set=dry_run=on", "--set=lock_seconds=5"]),
    );
  });
});

describe("roles and rights", () => {
  it("give each service a role with the limits of its edge, and nobody but replicas the right to replicate", () => {
    const roles = wantedRoles(database);
    expect(roles.find(({ name }) => name === "runner")).toEqual({
      name: "runner",
      login: true,
      replication: false,
      connections: 12,
      settings: [
        "search_path=platform",
        "statement_timeout=10s",
        "plan_cache_mode=force_custom_plan",
        "idle_in_transaction_session_timeout=60s",
      ],
    });
    expect(roles.filter(({ replication }) => replication).map(({ name }) => name)).toEqual([systemRoles.replication]);
    expect(roles.filter(({ login }) => !login).map(({ name }) => name)).toEqual([systemRoles.owner]);
    expect(loginRoles(external)).not.toContain(systemRoles.replication);
    expect(loginRoles(database)).not.toContain(systemRoles.administrator);
  });

  it("let a role into its own database only", () => {
    const connects = wantedGrants(database).filter(({ privilege }) => privilege === "CONNECT");
    for (const { name, access } of database.roles) {
      const entered = connects.filter(({ role }) => role === name).map((grant) => grant.database);
      // An owner may enter what it owns without a grant.
      expect(entered).toEqual(access.rights === "owner" ? [] : [access.database]);
    }
  });

  it("give nobody a right to change or remove what is only added to", () => {
    const changing = wantedGrants(database).filter(({ privilege }) => ["UPDATE", "DELETE"].includes(privilege));
    expect(changing).toEqual([]);
  });

  it("refresh views by a function, because only an owner may do it", () => {
    expect(definition.views.map(refreshStatement)).toEqual([
      "SELECT platform.refresh_view('usage_monthly');",
      "SELECT platform.refresh_view('jobs_daily');",
    ]);
  });
});

it("the tables of the platform can be kept on beta's volume", () => {
  expect(partitionProblems(definition.tables, "100Gi")).toEqual([]);
});
