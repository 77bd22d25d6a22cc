import { execFile } from "node:child_process";
import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { postgresqlManifests } from "../../components/postgresql/objects";
import { ownSettings } from "../../components/postgresql/plain/configuration";
import { databaseObjects, systemRoles } from "../../model/database/names";
import { type Manifest } from "../../model/manifest";
import { freePort } from "../../sandbox/control-plane/ports";
import { installation, serverFolder } from "../support/postgresql";
import { passwordOf, passwordsSecret, somePostgresqlArgs } from "../support/postgresql-args";
import {
  jobOf,
  type Registered,
  type Running,
  runRegistered,
  startRegistered,
  type Workload,
} from "../support/registered";

/** A start of a server that is not there yet: initdb, and the server's own. */
const patience = { timeout: 60_000, interval: 100 };

const { server, migrations, maintenance } = databaseObjects;
const { administrator, monitoring } = systemRoles;
const args = somePostgresqlArgs({ database: { instances: 2 } });
const { name: ownDatabase } = args.database.definition;

describe.skipIf(process.env.ALTLAS_SKIP_ENGINE_TESTS === "1")(
  "the registered servers of the plain form, really run",
  () => {
    const objects: readonly Manifest[] = [...postgresqlManifests(args), passwordsSecret(args)];
    const of = (kind: string, name: string): Manifest => {
      const found = objects.find((each) => each.kind === kind && each.metadata.name.startsWith(name));
      if (!found) throw new Error(`there is no ${kind} ${name}`);
      return found;
    };
    const workload = of("StatefulSet", server) as Workload;
    const ports: number[] = [];
    let programs: string;
    let root: string;

    const image = (): Registered["image"] => ({
      programs: { postgres: path.join(programs, "postgres"), bash: "/bin/bash", sh: "/bin/sh" },
      path: [programs],
      account: "postgres",
    });
    const podFolder = (ordinal: number) => path.join(root, String(ordinal));
    const volume = (ordinal: number, name: string) => path.join(podFolder(ordinal), "volumes", name);
    /** Prepares a server as its init container does and starts it. */
    const start = async (ordinal: number): Promise<Running> => {
      const pod = { workload, objects, folder: podFolder(ordinal), image: image(), ordinal };
      const addresses = { "host=postgresql port=5432": `host=127.0.0.1 port=${ports[0]}` };
      const prepared = await runRegistered({ ...pod, container: "prepare", ports: {}, addresses });
      if (prepared.code !== 0) throw new Error(prepared.log);
      const running = await startRegistered({
        ...pod,
        container: server,
        ports: { postgresql: ports[ordinal] ?? 0 },
        leaveOut: ["prepare"],
        tell: ({ path: at }) => {
          // It finds its log by a link in its data.
          at("/var/lib/postgresql-wal");
          return ["-c", "listen_addresses=127.0.0.1"];
        },
      });
      await vi.waitUntil(async () => (await running.probe("startupProbe")) === undefined, patience);
      return running;
    };
    /** What a client of the network gets. */
    const ask = async (
      sql: string,
      { role = administrator, database = "postgres", sslmode = "require", ordinal = 0 } = {} as {
        role?: string;
        database?: string;
        sslmode?: string;
        ordinal?: number;
      },
    ): Promise<string> => {
      const url = `host=127.0.0.1 port=${ports[ordinal]} user=${role} dbname=${database} sslmode=${sslmode}`;
      const { stdout } = await promisify(execFile)(
        path.join(programs, "psql"),
        ["--no-psqlrc", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1", `--dbname=${url}`, `--command=${sql}`],
        { env: { PATH: process.env.PATH, PGPASSWORD: passwordOf(role) } },
      );
      return stdout.trim();
    };
    /** Runs a registered job against the primary. */
    const runJob = async (job: Workload, name: string) =>
      await runRegistered({
        workload: job,
        container: name,
        objects,
        folder: path.join(root, `${name}-${Date.now()}`),
        image: image(),
        ports: {},
        addresses: { postgresql: "127.0.0.1", "5432": String(ports[0]) },
      });

    let primary: Running;

    beforeAll(async () => {
      ({ programs } = await installation(18));
      root = serverFolder("plain");
      ports.push(await freePort([]));
      ports.push(await freePort(ports));
      primary = await start(0);
    });

    afterAll(async () => await primary.stop());

    it("answers its probes, over a connection of its own", async () => {
      expect(await primary.probe("readinessProbe")).toBeUndefined();
      expect(await primary.probe("livenessProbe")).toBeUndefined();
    });

    it("has every setting in force as it is registered", async () => {
      const wanted = ownSettings(args).filter(({ name }) => !/_directory|_file|directories|listen/.test(name));
      for (const { name, value } of [...wanted, ...args.database.settings]) {
        expect([name, await ask(`SHOW ${name}`)]).toEqual([name, value]);
      }
      const errors =
        "SELECT string_agg(name || ': ' || error, ', ') FROM pg_file_settings WHERE error IS NOT NULL AND name <> 'listen_addresses'";
      expect(await ask(errors)).toBe("");
      await expect(ask("ALTER SYSTEM SET work_mem = '1GB'")).rejects.toThrow(/ALTER SYSTEM is not allowed/);
      expect(await ask("SHOW data_checksums")).toBe("on");
    });

    it("keeps its log on its own volume", () => {
      const link = path.join(volume(0, "data"), "data", "pg_wal");
      expect(lstatSync(link).isSymbolicLink()).toBe(true);
      expect(realpathSync(link)).toBe(realpathSync(path.join(volume(0, "wal"), "pg_wal")));
      expect(readdirSync(link).filter((each) => /^[0-9A-F]{24}$/.test(each)).length).toBeGreaterThan(0);
    });

    it("encrypts every connection, and refuses one that is not", async () => {
      const tls = "SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
      expect(await ask(tls)).toBe("t|TLSv1.3");
      await expect(ask("SELECT 1", { sslmode: "disable" })).rejects.toThrow(/pg_hba.conf rejects connection/);
    });

    it("is migrated by the registered Job, whose second run changes nothing", async () => {
      const job = of("Job", migrations) as Workload;
      const first = await runJob(job, migrations);
      expect([first.code, first.log]).toEqual([0, expect.stringMatching(/made database altlas/)]);
      const tables =
        "SELECT count(*) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = 'platform'";
      const before = await ask(tables, { database: ownDatabase });
      const second = await runJob(job, migrations);
      expect(second.code).toBe(0);
      expect(second.log).not.toMatch(/made|applied/);
      expect(await ask(tables, { database: ownDatabase })).toBe(before);
      expect(Number(before)).toBeGreaterThan(5);
    });

    it("lets each role into its own database and no other", async () => {
      for (const { name, access } of args.database.roles) {
        expect(await ask("SELECT current_user", { role: name, database: access.database })).toBe(name);
        const other = access.database === ownDatabase ? "atlas_db" : ownDatabase;
        await expect(ask("SELECT 1", { role: name, database: other })).rejects.toThrow(/pg_hba.conf rejects/);
      }
      await expect(ask("SELECT 1", { role: "nobody" })).rejects.toThrow(/pg_hba.conf rejects/);
    });

    it("keeps its partitions by the registered CronJob", async () => {
      const { code, log } = await runJob(jobOf(of("CronJob", maintenance)), maintenance);
      expect([code, log]).toEqual([0, expect.stringMatching(/CALL/)]);
      const behind = "SELECT count(*) FROM partitioning.horizon WHERE periods_ahead < 2 OR remainders_missing > 0";
      expect(await ask(behind, { role: monitoring, database: ownDatabase })).toBe("0");
    });

    it.each(args.database.definition.views.map(({ name }) => name))(
      "refreshes %s by its registered CronJob",
      async (view) => {
        const job = jobOf(of("CronJob", `${databaseObjects.refresh}-${view.replaceAll("_", "-")}`));
        const { code, log } = await runJob(job, databaseObjects.refresh);
        expect([code, log]).toEqual([0, expect.stringMatching(/refresh_view/)]);
      },
    );

    it("is followed by a replica, which is copied from it and takes no writes", async () => {
      const replica = await start(1);
      await ask("CREATE TABLE followed AS SELECT 1 AS one");
      await expect
        .poll(async () => await ask("SELECT count(*) FROM followed", { ordinal: 1 }).catch(() => "not there"), patience)
        .toBe("1");
      expect(await replica.probe("readinessProbe")).toBeUndefined();
      await expect(ask("DROP TABLE followed", { ordinal: 1 })).rejects.toThrow(/read-only transaction/);
      const slots = "SELECT slot_name || ' ' || active FROM pg_replication_slots";
      expect(await ask(slots)).toBe("postgresql_1 true");
      expect(await ask("SELECT application_name FROM pg_stat_replication")).toBe("postgresql-1");
      expect(realpathSync(path.join(volume(1, "data"), "data", "pg_wal"))).toContain(volume(1, "wal"));
      await replica.stop();
      expect(replica.log()).toMatch(/received fast shutdown request[\s\S]*database system is shut down/);
    });

    it("ends within its grace period though clients are connected, and comes back with all that was committed", async () => {
      await ask("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n");
      const waiting = ask("SELECT pg_sleep(60)").catch((error: unknown) => String(error));
      const asleep = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'";
      await expect.poll(async () => await ask(asleep), patience).toBe("1");
      await primary.stop();
      expect(await waiting).toMatch(/terminating connection due to administrator command/);
      expect(primary.log()).toMatch(/received fast shutdown request[\s\S]*database system is shut down/);
      expect(existsSync(path.join(volume(0, "data"), "data", "postmaster.pid"))).toBe(false);
      primary = await start(0);
      expect(primary.log()).not.toMatch(/not properly shut down/);
      expect(await ask("SELECT count(*) FROM kept")).toBe("1000");
    });

    it("writes no password into its log or configuration", () => {
      const texts = [primary.log(), JSON.stringify(objects.filter(({ kind }) => kind !== "Secret"))];
      const conf = readFileSync(path.join(volume(0, "data"), "data", "postgresql.auto.conf"), "utf8");
      for (const role of Object.values(systemRoles)) {
        for (const text of [...texts, conf]) expect(text).not.toContain(passwordOf(role));
      }
    });
  },
);
