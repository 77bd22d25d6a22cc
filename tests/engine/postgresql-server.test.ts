import { spawn } from "node:child_process";
import { once } from "node:events";
import { realpathSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Client } from "pg";
import { beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../../sandbox/control-plane/ports";
import { ensureTools } from "../../sandbox/toolchain";
import { type Major, type Server, startServer } from "../support/postgresql";
import { eventually } from "../support/postgresql/eventually";

describe.each([18, 15] as const satisfies Major[])("a scratch PostgreSQL %i", (major) => {
  let server: Server;

  beforeAll(async () => {
    server = await startServer({
      major,
      settings: { work_mem: "5MB", shared_preload_libraries: "pg_stat_statements" },
    });
    await server.psql(`CREATE ROLE reader LOGIN PASSWORD 'it''s'; CREATE DATABASE other OWNER reader`);
  });

  it("is of that version, with the given settings and the libraries that the platform loads", async () => {
    expect(await server.psql("SHOW server_version")).toMatch(new RegExp(`^${major}\\.`));
    expect(await server.psql("SHOW work_mem")).toBe("5MB");
    expect(await server.psql("CREATE EXTENSION pg_stat_statements; SELECT 1 FROM pg_stat_statements LIMIT 1")).toBe(
      "1",
    );
  });

  it("runs a script with variables, as whoever is asked for, and throws what the server says", async () => {
    const query = "SELECT :'word' || ' by ' || current_user || ' in ' || current_database()";
    const options = { database: "other", role: "reader", variables: { word: "it's" } };
    expect(await server.psql(query, options)).toBe("it's by reader in other");
    expect(await server.psql(query, { ...options, password: "it's" })).toBe("it's by reader in other");
    await expect(server.psql("SELECT 1;\nSELECT nothing;\nSELECT 2")).rejects.toThrow(
      /column "nothing" does not exist/,
    );
    await expect(server.psql("SELECT 1", { role: "reader", password: "wrong" })).rejects.toThrow(/authentication/);
  });

  it("keeps what was committed when it is killed, and nothing else", async () => {
    await server.psql("CREATE TABLE kept (id int)");
    const client = await server.client();
    await client.query("INSERT INTO kept VALUES (1)");
    await client.query("BEGIN; INSERT INTO kept VALUES (2)");
    await server.kill();
    await expect(server.psql("SELECT 1")).rejects.toThrow(/refused/);
    await server.start();
    expect(await server.psql("SELECT string_agg(id::text, ',') FROM kept")).toBe("1");
    await server.stop();
    await server.start();
    expect(await server.psql("SELECT count(*) FROM kept")).toBe("1");
  });
});

it("PgBouncer starts with the libraries of its release and passes a query on", async () => {
  const server = await startServer({ major: 18 });
  const { pgbouncer } = await ensureTools(["pgbouncer"]);
  const port = await freePort([]);
  const file = path.join(server.socketFolder, "pgbouncer.ini");
  const settings = { listen_addr: "127.0.0.1", listen_port: port, unix_socket_dir: "", auth_type: "any", logfile: "" };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  writeFileSync(
    file,
    `[databases]\n* = host=127.0.0.1 port=${server.port} user=postgres\n[pgbouncer]\n${lines.join("\n")}\n`,
  );
  // It refuses root, and lies where nobody else can go: root may read it on behalf of the user that PgBouncer becomes.
  const asUser = process.getuid?.() === 0 ? ["-u", "nobody"] : [];
  const child = spawn(realpathSync(pgbouncer), [...asUser, file], { stdio: "ignore" });
  try {
    const client = await eventually(async () => {
      const made = new Client({ host: "127.0.0.1", port, user: "postgres", database: "postgres" });
      await made.connect();
      return made;
    });
    const { rows } = await client.query<{ port: string }>("SELECT current_setting('port') AS port");
    expect(rows).toEqual([{ port: String(server.port) }]);
    await client.end();
  } finally {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
});
