import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ownSettings } from "../../components/postgresql/plain/configuration";
import { databaseObjects, systemRoles } from "../../model/database/names";
import { serverSettings } from "../../model/database/settings";
import { freePort } from "../../sandbox/control-plane/ports";
import { serverFolder, toolProgram } from "../support/postgresql";
import { type PlainForm, plainForm } from "../support/postgresql/plain-form";
import { passwordOf, somePostgresqlArgs } from "../support/postgresql-args";
import { jobOf, type Running, startRegistered, type Workload } from "../support/registered";

/** For what a busy machine does late. */
const patience = { timeout: 60_000, interval: 100 };

const { migrations, maintenance, refresh, postgresExporter } = databaseObjects;
const { monitoring } = systemRoles;
const { database: sized } = somePostgresqlArgs();
const settings = serverSettings({ ...sized, replicas: 1, major: 18 }, {});
const args = somePostgresqlArgs({ database: { instances: 2, settings } });
const { name: ownDatabase, views } = args.database.definition;

describe.skipIf(process.env.ALTLAS_SKIP_ENGINE_TESTS === "1")("the registered plain form, really run", () => {
  let form: PlainForm;
  let primary: Running;
  const started: Running[] = [];
  const volume = (ordinal: number, name: string) => path.join(form.podFolder(ordinal), "volumes", name);

  beforeAll(async () => {
    form = await plainForm(args);
    primary = await form.start(0);
  });

  afterAll(async () => await Promise.all([...started, primary].map(async (running) => await running.stop())));

  it("answers its probes, over a connection of its own", async () => {
    expect(await primary.probe("readinessProbe")).toBeUndefined();
    expect(await primary.probe("livenessProbe")).toBeUndefined();
  });

  it("has every setting in force as it is registered, and lets nobody change one", async () => {
    const here = /_directory|_file|directories|listen/;
    for (const { name, value } of ownSettings(args).filter((setting) => !here.test(setting.name))) {
      expect([name, await form.ask(`SHOW ${name}`)]).toEqual([name, value]);
    }
    // The test's own argument wins over this one.
    const ignored =
      "SELECT string_agg(name, ' ') FROM pg_file_settings WHERE NOT applied AND name <> 'listen_addresses'";
    expect(await form.ask(ignored)).toBe("");
    await expect(form.ask("ALTER SYSTEM SET work_mem = '1GB'")).rejects.toThrow(/ALTER SYSTEM is not allowed/);
    expect(await form.ask("SHOW data_checksums")).toBe("on");
  });

  it("keeps its log on its own volume", () => {
    const link = path.join(volume(0, "data"), "data", "pg_wal");
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(realpathSync(link)).toBe(realpathSync(path.join(volume(0, "wal"), "pg_wal")));
    expect(readdirSync(link).filter((each) => /^[0-9A-F]{24}$/.test(each)).length).toBeGreaterThan(0);
  });

  it("encrypts every connection, and refuses one that is not", async () => {
    const tls = "SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    expect(await form.ask(tls)).toBe("t|TLSv1.3");
    await expect(form.ask("SELECT 1", { sslmode: "disable" })).rejects.toThrow(/pg_hba.conf rejects connection/);
  });

  it("is migrated by the registered Job, whose second run changes nothing", async () => {
    const job = form.of("Job", migrations) as Workload;
    const first = await form.runJob(job, migrations);
    expect([first.code, first.log]).toEqual([0, expect.stringMatching(/made database altlas/)]);
    const tables =
      "SELECT count(*) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = 'platform'";
    const before = await form.ask(tables, { database: ownDatabase });
    const second = await form.runJob(job, migrations);
    expect(second.code).toBe(0);
    expect(second.log).not.toMatch(/made|applied/);
    expect(await form.ask(tables, { database: ownDatabase })).toBe(before);
    expect(Number(before)).toBeGreaterThan(5);
  });

  it("lets each role into its own database and no other", async () => {
    for (const { name, access } of args.database.roles) {
      expect(await form.ask("SELECT current_user", { role: name, database: access.database })).toBe(name);
      const other = access.database === ownDatabase ? "atlas_db" : ownDatabase;
      await expect(form.ask("SELECT 1", { role: name, database: other })).rejects.toThrow(/pg_hba.conf rejects/);
    }
    await expect(form.ask("SELECT 1", { role: "nobody" })).rejects.toThrow(/pg_hba.conf rejects/);
  });

  it("keeps its partitions by the registered CronJob", async () => {
    const { code, log } = await form.runJob(jobOf(form.of("CronJob", maintenance)), maintenance);
    expect([code, log]).toEqual([0, expect.stringMatching(/CALL/)]);
  });

  it.each(views.map(({ name }) => name))("refreshes %s by its registered CronJob", async (view) => {
    const job = jobOf(form.of("CronJob", `${refresh}-${view.replaceAll("_", "-")}`));
    const { code, log } = await form.runJob(job, refresh);
    expect([code, log]).toEqual([0, expect.stringMatching(/refresh_view/)]);
  });

  it("is followed by a replica, which is copied from it and takes no writes", async () => {
    const replica = await form.start(1);
    started.push(replica);
    await form.ask("CREATE TABLE followed AS SELECT 1 AS one");
    const count = async () => await form.ask("SELECT count(*) FROM followed", { ordinal: 1 }).catch(String);
    await expect.poll(count, patience).toBe("1");
    expect(await replica.probe("readinessProbe")).toBeUndefined();
    await expect(form.ask("DROP TABLE followed", { ordinal: 1 })).rejects.toThrow(/read-only transaction/);
    expect(await form.ask("SELECT slot_name || ' ' || active FROM pg_replication_slots")).toBe("postgresql_1 true");
    expect(realpathSync(path.join(volume(1, "data"), "data", "pg_wal"))).toContain(volume(1, "wal"));
  });

  it("tells its exporter horizon, restore drills, statements and the replica's lag, as a role that reads no rows", async () => {
    const program = await toolProgram("postgres_exporter");
    const port = await freePort([]);
    const exporter = await startRegistered({
      workload: form.of("Deployment", postgresExporter) as Workload,
      container: postgresExporter,
      objects: form.objects,
      folder: serverFolder("exporter"),
      image: { entrypoint: [program] },
      ports: { metrics: port },
      addresses: { "postgresql:5432": `127.0.0.1:${form.ports[0]}` },
    });
    started.push(exporter);
    await expect.poll(async () => await exporter.probe("readinessProbe"), patience).toBeUndefined();
    expect(await exporter.probe("livenessProbe")).toBeUndefined();
    const drill = "INSERT INTO platform.restore_drills VALUES (now() - interval '1 hour', true, 'base', 1, 1)";
    await form.ask(drill, { database: ownDatabase });
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const value = (pattern: RegExp) => Number(pattern.exec(metrics)?.[1] ?? NaN);
    expect(value(/^pg_up (\d+)$/m)).toBe(1);
    for (const { name, method } of args.database.definition.tables.filter(({ method }) => method.kind === "range")) {
      const ahead = new RegExp(String.raw`^partitioning_horizon_periods_ahead\{.*table_name="${name}".*\} (\S+)$`, "m");
      expect(value(ahead)).toBeGreaterThanOrEqual(method.kind === "range" ? method.premake : 0);
    }
    const age = value(/^restore_drills_seconds_since_success\{.*\} (\S+)$/m);
    expect([age >= 3600, age < 3700]).toEqual([true, true]);
    expect(metrics).toMatch(/^pg_stat_statements_calls_total\{/m);
    expect(metrics).toMatch(/^pg_stat_replication_\w+\{.*application_name="postgresql-1"/m);
    const rows = form.ask("SELECT * FROM platform.jobs", { role: monitoring, database: ownDatabase });
    await expect(rows).rejects.toThrow(/permission denied/);
  });

  it("ends a replica as it ends a primary: at once, and in order", async () => {
    const replica = started.shift();
    await replica?.stop();
    expect(replica?.log()).toMatch(/received fast shutdown request[\s\S]*database system is shut down/);
  });

  it("ends though clients are connected, and comes back with all that was committed", async () => {
    await form.ask("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n");
    const waiting = form.ask("SELECT pg_sleep(60)").catch(String);
    const asleep = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'";
    await expect.poll(async () => await form.ask(asleep), patience).toBe("1");
    await primary.stop();
    expect(await waiting).toMatch(/terminating connection due to administrator command/);
    expect(primary.log()).toMatch(/received fast shutdown request[\s\S]*database system is shut down/);
    expect(existsSync(path.join(volume(0, "data"), "data", "postmaster.pid"))).toBe(false);
    primary = await form.start(0);
    expect(primary.log()).not.toMatch(/not properly shut down/);
    expect(await form.ask("SELECT count(*) FROM kept")).toBe("1000");
  });

  it("is carried on by a replica when its volume is lost, and follows that one afterwards", async () => {
    const replica = await form.start(1);
    await form.ask("CREATE TABLE carried AS SELECT 1 AS one");
    const lag = "SELECT count(*) FROM pg_stat_replication WHERE replay_lsn = pg_current_wal_lsn()";
    await expect.poll(async () => await form.ask(lag), patience).toBe("1");
    await primary.kill();
    rmSync(path.join(volume(0, "data"), "data"), { recursive: true });
    await expect(form.start(0)).rejects.toThrow(/is missing and .*pg_wal is not: with the last base backup this log/);
    rmSync(volume(0, "data"), { recursive: true });
    rmSync(volume(0, "wal"), { recursive: true });
    await expect(form.start(0)).rejects.toThrow(/has data and this server has none: promote that one/);

    expect(await form.ask("SELECT pg_promote()", { ordinal: 1 })).toBe("t");
    await replica.stop();
    await expect(form.start(1)).rejects.toThrow(/was a primary and shall be a replica: delete its claims/);
    const promoted = await plainForm({ ...args, primaryOrdinal: 1 }, form);
    primary = await promoted.start(1);
    expect(await promoted.ask("SELECT one FROM carried")).toBe("1");

    started.push(await promoted.start(0));
    await promoted.ask("INSERT INTO carried VALUES (2)");
    const count = async () => await promoted.ask("SELECT count(*) FROM carried", { ordinal: 0 });
    await expect.poll(count, patience).toBe("2");
  });

  it("writes no password into its log or configuration", () => {
    const texts = [primary.log(), JSON.stringify(form.objects.filter(({ kind }) => kind !== "Secret"))];
    texts.push(readFileSync(path.join(volume(0, "data"), "data", "postgresql.auto.conf"), "utf8"));
    for (const role of Object.values(systemRoles)) {
      for (const text of texts) expect(text).not.toContain(passwordOf(role));
    }
  });
});
