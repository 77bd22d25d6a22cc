import path from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { poolerPlan } from "../../model/database/connections";
import { databaseObjects, systemRoles } from "../../model/database/names";
import { freePort } from "../../sandbox/control-plane/ports";
import { pgbouncerProgram, serverFolder, toolProgram } from "../support/postgresql";
import { type PlainForm, plainForm } from "../support/postgresql/plain-form";
import { passwordOf, somePostgresqlArgs } from "../support/postgresql-args";
import { type Running, runRegistered, startRegistered, type Workload } from "../support/registered";

/** For what a busy machine does late. */
const patience = { timeout: 60_000, interval: 100 };

const { pooler: name, pgbouncerExporter, migrations } = databaseObjects;
const { administrator, monitoring, replication } = systemRoles;
const pools = [
  { role: "archive", database: "atlas_db", size: 3 },
  { role: "api_gateway", database: "altlas", size: 2 },
];
const plan = poolerPlan({ pools, clients: 40 } as unknown as Parameters<typeof poolerPlan>[0], 2);
const args = somePostgresqlArgs({ database: { pooler: plan } });

describe.skipIf(process.env.ALTLAS_SKIP_ENGINE_TESTS === "1")("the registered pooler, really run", () => {
  let form: PlainForm;
  let server: Running;
  let pooler: Running;
  let exporter: Running;
  let port: number;
  let metricsPort: number;
  /** What a client of the pooler gets. */
  const ask = async (sql: string, role: string, database: string, sslmode = "require") =>
    await form.ask(sql, { role, database, sslmode, port });

  beforeAll(async () => {
    form = await plainForm(args);
    server = await form.start(0);
    const migrated = await form.runJob(form.of("Job", migrations) as Workload, migrations);
    if (migrated.code !== 0) throw new Error(migrated.log);

    port = await freePort([...form.ports]);
    metricsPort = await freePort([...form.ports, port]);
    const program = await pgbouncerProgram();
    const pod = {
      workload: form.of("Deployment", name) as Workload,
      objects: form.objects,
      folder: path.join(serverFolder("pooler"), "pod"),
    };
    const prepared = await runRegistered({
      ...pod,
      container: "prepare",
      image: form.image,
      ports: {},
    });
    if (prepared.code !== 0) throw new Error(prepared.log);
    const leaveOut = ["prepare"];
    pooler = await startRegistered({
      ...pod,
      container: name,
      image: { programs: { pgbouncer: program } },
      ports: { postgresql: port },
      addresses: { "host=postgresql port=5432": `host=127.0.0.1 port=${form.ports[0]}` },
      leaveOut,
    });
    exporter = await startRegistered({
      ...pod,
      container: pgbouncerExporter,
      image: { entrypoint: [await toolProgram("pgbouncer_exporter")] },
      ports: { metrics: metricsPort },
      addresses: { "port=5432": `port=${port}` },
      leaveOut,
    });
  });

  afterAll(async () => {
    await pooler.kill();
    await exporter.stop();
    await server.stop();
  });

  it("answers its probes", async () => {
    await expect.poll(async () => await pooler.probe("readinessProbe"), patience).toBeUndefined();
    expect(await pooler.probe("livenessProbe")).toBeUndefined();
  });

  it("lets a service's role in by the password that the server has, and passes its transactions on encrypted", async () => {
    expect(
      await ask(
        "SELECT current_user || ' ' || ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
        "archive",
        "atlas_db",
      ),
    ).toBe("archive true");
    expect(await ask("SELECT current_user", "api_gateway", "altlas")).toBe("api_gateway");
  });

  it.each([
    ["a connection that is not encrypted", "archive", "atlas_db", "disable", /SSL required/],
    ["a database that no pool is for", "archive", "postgres", "require", /no such database|authentication failed/],
    ["a role in another's database", "archive", "altlas", "require", /rejects connection|permission denied/],
    ["the superuser", administrator, "altlas", "require", /no such user/],
    ["the role of replicas", replication, "altlas", "require", /no such user/],
    ["somebody whom the server does not know", "nobody", "altlas", "require", /no such user/],
  ])("refuses %s", async (_, role, database, sslmode, says) => {
    await expect(ask("SELECT 1", role, database, sslmode)).rejects.toThrow(says);
  });

  it("shows its console to the exporter's role, and lets it change nothing", async () => {
    const shown = await ask("SHOW CONFIG", monitoring, "pgbouncer");
    for (const [setting, value] of Object.entries(plan.settings)) expect(shown).toContain(`${setting}|${value}|`);
    expect(shown).toContain(`max_client_conn|${plan.maxClientConnections}|`);
    expect(shown).toContain(`max_db_connections|${plan.maxDatabaseConnections}|`);
    await expect(ask("SHUTDOWN", monitoring, "pgbouncer")).rejects.toThrow(/admin access needed/);
  });

  it("opens no more connections for a role than its pool has", async () => {
    const sleeping = Array.from({ length: 8 }, async () => await ask("SELECT pg_sleep(1)", "archive", "atlas_db"));
    const open = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'archive' AND state = 'active'";
    await expect.poll(async () => Number(await form.ask(open)), patience).toBe(3);
    await Promise.all(sleeping);
    // Eight took three seconds, three at a time, and none got a connection of a reserve.
    expect(
      Number(await form.ask("SELECT count(*) FROM pg_stat_activity WHERE usename = 'archive'")),
    ).toBeLessThanOrEqual(3);
  });

  it("lets clients reuse their prepared statements on whichever connection each transaction gets", async () => {
    const client = async () => {
      const made = new Client({
        host: "127.0.0.1",
        port,
        user: "archive",
        password: passwordOf("archive"),
        database: "atlas_db",
        ssl: { rejectUnauthorized: false },
      });
      await made.connect();
      return made;
    };
    const clients = await Promise.all(Array.from({ length: 6 }, client));
    // Named, so that it is parsed once by each client and then only bound: a server that has not seen it must get it first.
    const text = "SELECT $1::int * 2 AS double, pg_backend_pid() AS process FROM pg_sleep(0.01)";
    const rows = await Promise.all(
      clients.map(async (each, index) => {
        const got: { double: number; process: number }[] = [];
        for (let turn = 0; turn < 20; turn += 1) {
          const query = { name: "double", text, values: [100 * index + turn] };
          got.push(...(await each.query<{ double: number; process: number }>(query)).rows);
        }
        return got;
      }),
    );
    await Promise.all(clients.map((each) => each.end()));
    expect(rows.map((got) => got.map(({ double }) => double))).toEqual(
      clients.map((_, index) => Array.from({ length: 20 }, (__, turn) => 2 * (100 * index + turn))),
    );
    expect(rows.some((got) => new Set(got.map(({ process }) => process)).size > 1)).toBe(true);
    expect(new Set(rows.flat().map(({ process }) => process)).size).toBeLessThanOrEqual(3);
  });

  it("tells its exporter the pools", async () => {
    await expect.poll(async () => await exporter.probe("readinessProbe"), patience).toBeUndefined();
    expect(await exporter.probe("livenessProbe")).toBeUndefined();
    const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    expect(metrics).toMatch(/^pgbouncer_up 1$/m);
    expect(metrics).toMatch(/^pgbouncer_pools_server_idle_connections\{database="atlas_db",user="archive"\} [1-9]/m);
  });

  it("lets the transaction end that is under way when it is told to go, and then is gone", async () => {
    const last = ask("SELECT 'done' FROM pg_sleep(12)", "archive", "atlas_db");
    const asleep = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(12)%' AND usename = 'archive'";
    await expect.poll(async () => await form.ask(asleep), patience).toBe("1");
    const began = Date.now();
    await pooler.stop();
    expect(await last).toBe("done");
    expect(pooler.ended()).toBe(0);
    expect((Date.now() - began) / 1000).toBeLessThan(30);
    await expect(ask("SELECT 1", "archive", "atlas_db")).rejects.toThrow(/refused/);
  });

  it("writes no password into its log or configuration", () => {
    const configuration = JSON.stringify(form.objects.filter(({ kind }) => kind !== "Secret"));
    for (const role of Object.values(systemRoles)) {
      expect(configuration).not.toContain(passwordOf(role));
      expect(pooler.log()).not.toContain(passwordOf(role));
    }
  });
});
