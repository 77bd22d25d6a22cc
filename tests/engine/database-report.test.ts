import { createServer, type Server as TcpServer, type Socket } from "node:net";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runDatabaseReport } from "../../reports/database/command";
import { beginning, connect } from "../../reports/database/connection/session";
import { readTarget, type Target } from "../../reports/database/connection/target";
import { type DatabaseData } from "../../reports/database/data";
import { freePort } from "../../sandbox/control-plane/ports";
import { ensureTools } from "../../sandbox/toolchain";
import { tables } from "../../stacks/altlas/database/tables";
import healthySql from "../support/database-report/healthy.sql";
import problemsSql from "../support/database-report/problems.sql";
import { runReport } from "../support/database-report/run";
import { type Major, type Server, startServer } from "../support/postgresql";
import { eventually } from "../support/postgresql/eventually";
import { makePlatform, makeRoles } from "../support/postgresql/partitioned";

const password = "p@ss/word?%";
/** What the settings of a server must be for it to have nothing to say about, but for `fsync`, which is off to be quick. */
const settings = {
  shared_preload_libraries: "pg_stat_statements",
  // Problems must stay until they are seen.
  autovacuum_naptime: "1h",
  idle_in_transaction_session_timeout: "10min",
  log_lock_waits: "on",
  log_min_duration_statement: "500ms",
  track_io_timing: "on",
  max_prepared_transactions: "2",
};

/** On a busy machine a statement of a test may take long; what is meant to be slow is told with a bound of its own. */
const patient = ["--threshold", "slowQueryMilliseconds=60000"];

/** The report as whoever calls it, in this process. */
async function report(url: string, ...more: string[]): Promise<DatabaseData> {
  const world = { environment: {}, paper: { colour: false }, tell: () => undefined };
  const { output, errors, exitCode } = await runDatabaseReport(["--url", url, "--json", ...patient, ...more], world);
  expect([errors, exitCode]).toEqual(["", 0]);
  return (JSON.parse(output) as { data: DatabaseData }).data;
}

const kinds = ({ findings }: DatabaseData) => [...new Set(findings.map(({ kind }) => kind))].sort();
const find = ({ findings }: DatabaseData, kind: string) => findings.filter((finding) => finding.kind === kind);

/** Both majors begin side by side. */
const prepared = new Map<Major, Promise<Server>>();
beforeAll(() => {
  for (const major of [18, 15] as const) prepared.set(major, prepare(major));
});

async function prepare(major: Major): Promise<Server> {
  const server = await startServer({ major, settings });
  await server.psql(
    `CREATE ROLE monitoring LOGIN PASSWORD :'password' IN ROLE pg_monitor;
       CREATE ROLE nobody LOGIN PASSWORD :'password';
       CREATE DATABASE healthy; CREATE DATABASE shop; CREATE DATABASE bare; REVOKE CONNECT ON DATABASE bare FROM PUBLIC`,
    { variables: { password } },
  );
  for (const database of ["healthy", "shop"]) {
    await server.psql(
      "CREATE SCHEMA tools; CREATE EXTENSION pg_stat_statements SCHEMA tools; CREATE EXTENSION pgstattuple SCHEMA tools; GRANT USAGE ON SCHEMA tools TO monitoring; CREATE SEQUENCE numbers",
      { database },
    );
  }
  await server.psql(healthySql, { database: "healthy" });
  await server.psql("SELECT tools.pg_stat_statements_reset()", { database: "healthy" });
  return server;
}

describe.each([18, 15] as const)("npm run report -- database, on PostgreSQL %i", (major) => {
  let server: Server;
  const monitoring = (database: string) => server.url(database, "monitoring", password);

  beforeAll(async () => {
    server = await prepared.get(major)!;
  });

  it("has nothing to say about a healthy schema, by estimate and by measure, to whoever may read all or statistics only", async () => {
    for (const [url, ...more] of [
      [server.url("healthy")],
      [server.url("healthy"), "--exact"],
      [monitoring("healthy"), "--exact"],
    ] as const) {
      expect((await report(url, ...more)).findings.map(({ kind, objects }) => [kind, ...objects])).toEqual([
        ["settings.unwise", "fsync"],
      ]);
    }
  });

  describe("in a database with one of each problem", () => {
    let idler: Client;
    let data: DatabaseData;
    const thresholds = {
      idleInTransactionSeconds: 0.5,
      slowQueryMilliseconds: 1000,
      transactionSeconds: 0.5,
      replicationBytes: 1,
    };
    const threshold = Object.entries(thresholds).flatMap(([name, value]) => ["--threshold", `${name}=${value}`]);

    beforeAll(async () => {
      idler = await server.client({ database: "shop", application_name: "forgetful" });
      await server.psql(problemsSql, { database: "shop" });
      await idler.query("BEGIN; SELECT 1");
      await new Promise((resolve) => setTimeout(resolve, 700));
      data = await report(monitoring("shop"), "--exact", ...threshold);
    });

    it("finds each of them and nothing else, with the rights of pg_monitor only", () => {
      expect(kinds(data)).toEqual([
        "bloat.index",
        "bloat.table",
        "connections.idleInTransaction",
        "indexes.duplicate",
        "indexes.foreignKey",
        "indexes.invalid",
        "indexes.prefix",
        "indexes.unused",
        "partitions.horizon",
        "partitions.remainders",
        "queries.slow",
        "replication.inactiveSlot",
        "replication.unboundedSlots",
        "settings.unwise",
        "statistics.never",
        "statistics.stale",
        "vacuum.deadRows",
        "vacuum.heldByPrepared",
        "vacuum.off",
      ]);
      const objects = (kind: string) => find(data, kind).map((finding) => finding.objects);
      expect(objects("bloat.table")).toEqual([["public.bloated"]]);
      expect(objects("bloat.index")).toEqual([["public.bloated_pkey"]]);
      expect(objects("indexes.unused").sort()).toEqual([[`"Odd ""Schema"."Unused 'Index"`], ["public.events_unused"]]);
      expect(objects("indexes.prefix")).toEqual([["public.short"]]);
      expect(objects("indexes.foreignKey").sort()).toEqual([['public."select"'], ["public.events"]]);
      expect(objects("partitions.horizon")).toEqual([["public.events"]]);
      expect(objects("statistics.stale")).toEqual([["public.dead"]]);
      expect(objects("statistics.never")).toEqual([["public.fresh"]]);
      expect(objects("queries.slow")).toEqual([["SELECT pg_sleep($1)"]]);
      expect(find(data, "connections.idleInTransaction")[0]?.what).toContain("forgetful");
    });

    it("tells what several partitions share as one", () => {
      expect(
        find(data, "indexes.duplicate")
          .map(({ objects }) => objects.length)
          .sort(),
      ).toEqual([1, 2]);
      expect(find(data, "indexes.unused").find(({ objects }) => objects[0] === "public.events_unused")?.what).toContain(
        "in 2 partitions",
      );
    });

    it("finds the bloat by estimate too, for who may read statistics of columns; others are told why not", async () => {
      const [owner, other] = [await report(server.url("shop")), await report(monitoring("shop"))];
      expect(kinds(owner)).toEqual(expect.arrayContaining(["bloat.index", "bloat.table"]));
      expect(find(owner, "bloat.table")[0]?.objects).toEqual(["public.bloated"]);
      expect(kinds(other)).not.toContain("bloat.table");
      expect(other.checks.tableBloat?.notes.join(" ")).toMatch(
        /Bloat of \d+ tables is not estimated.*--exact, for which pg_monitor is enough/,
      );
    });

    it("proposes statements that run, after which the findings are gone", async () => {
      const admin = await server.client({ database: "shop" });
      for (const statement of data.findings.flatMap(({ sql }) => sql)) {
        await admin.query(statement).catch((error: unknown) => {
          throw new Error(`${statement}\n${(error as Error).message}`);
        });
      }
      // What was slow stays counted until somebody forgets it.
      await admin.query("SELECT tools.pg_stat_statements_reset()");
      await admin.query("SELECT pg_stat_force_next_flush()");
      await admin.end();
      const after = await report(monitoring("shop"), "--exact", ...threshold);
      expect(after.findings.map(({ kind, what }) => `${kind}: ${what}`)).toEqual([]);
      // The partitioned index that was made in parts is whole.
      expect(
        await server.psql("SELECT indisvalid FROM pg_index WHERE indexrelid = 'events_customer_id_idx'::regclass", {
          database: "shop",
        }),
      ).toBe("t");
    });
  });

  describe("changes nothing", () => {
    const target = () => readTarget(server.url("healthy"), {}) as Target;

    it("takes no transaction ID and writes no row", async () => {
      const state = () =>
        server.psql(
          `SELECT pg_snapshot_xmax(pg_current_snapshot()), (SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_all_tables),
             (SELECT count(*) FROM pg_class), (SELECT md5(string_agg(s::text, '' ORDER BY name)) FROM pg_file_settings s)`,
          { database: "healthy" },
        );
      const before = await state();
      await report(monitoring("healthy"), "--exact");
      await report(server.url("healthy"));
      expect(await state()).toBe(before);
    });

    it("could not if it tried, even as superuser, in its transaction and out of it", async () => {
      const session = await connect(target(), 5);
      const attempts = [
        "CREATE TABLE intruder ()",
        "DELETE FROM public.orders",
        "SELECT nextval('public.numbers')",
        "VACUUM public.orders",
      ];
      await expect(session.query(attempts[0]!)).rejects.toMatchObject({ code: "25006" });
      for (const statement of attempts) {
        for (const begin of beginning(5)) await session.query(begin);
        await expect(session.query(statement)).rejects.toThrow();
        await session.query("ROLLBACK");
      }
      for (const begin of beginning(5)) await session.query(begin);
      await expect(session.query("DELETE FROM public.orders")).rejects.toMatchObject({ code: "25006" });
      await session.query("ROLLBACK");
      await session.close();
    });

    it("gives up on a question that takes too long, and on a lock", async () => {
      const session = await connect(target(), 0.2);
      for (const begin of beginning(0.2)) await session.query(begin);
      await expect(session.query("SELECT pg_sleep(5)")).rejects.toMatchObject({ code: "57014" });
      await session.query("ROLLBACK");
      const limits = await session.query(
        "SELECT current_setting('lock_timeout') AS lock, current_setting('application_name') AS name",
      );
      expect(limits).toEqual([{ lock: "2s", name: "altlas-report" }]);
      await session.close();
    });

    it("does not wait for a table that somebody has locked, and names who waits for whom", async () => {
      const [holder, waiter] = [
        await server.client({ database: "healthy" }),
        await server.client({ database: "healthy" }),
      ];
      await holder.query("BEGIN; LOCK TABLE orders IN ACCESS EXCLUSIVE MODE");
      const waiting = waiter.query("SELECT count(*) FROM orders").catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 300));
      const data = await report(monitoring("healthy"), "--threshold", "lockWaitSeconds=0.1");
      expect(Object.values(data.checks).filter(({ leftOut }) => leftOut !== undefined)).toEqual([]);
      const [blocking] = find(data, "locks.blocking");
      expect(blocking?.what).toContain("on public.orders");
      await server.psql(blocking!.sql.join(""));
      await waiting;
      expect(kinds(await report(monitoring("healthy"), "--threshold", "lockWaitSeconds=0.1"))).toEqual([]);
      await waiter.end();
    });
  });

  it("goes on without what a role without pg_monitor may not see, and says so", async () => {
    const data = await report(server.url("healthy", "nobody", password));
    expect(data.server.readsAllStatistics).toBe(false);
    expect(data.checks.log?.leftOut).toContain("GRANT pg_monitor");
    expect(data.checks.queries?.leftOut).toContain(`GRANT USAGE ON SCHEMA "tools" TO "nobody"`);
    await server.psql("GRANT USAGE ON SCHEMA tools TO nobody", { database: "healthy" });
    const more = await report(server.url("healthy", "nobody", password));
    expect(more.checks.queries?.notes.join()).toContain("GRANT pg_monitor");
  });

  it("tells growth between two samples", async () => {
    const growing = report(monitoring("healthy"), "--samples", "2", "--interval", "1s");
    await new Promise((resolve) => setTimeout(resolve, 400));
    await server.psql("INSERT INTO shares SELECT generate_series(5001, 9000); SELECT pg_stat_force_next_flush()", {
      database: "healthy",
    });
    expect((await growing).checks.sizes?.notes.join()).toMatch(/grow by [\d.]+ [MG]iB a day, as counted over 1/);
  });

  it("says how to get figures of statements where there are none, with statements that run", async () => {
    const data = await report(server.url("bare"));
    expect(find(data, "queries.unknown")[0]?.sql).toEqual(["CREATE EXTENSION IF NOT EXISTS pg_stat_statements;"]);
    await server.psql(find(data, "queries.unknown")[0]!.sql.join(""), { database: "bare" });
    expect(kinds(await report(server.url("bare")))).toEqual([]);
  });
});

describe("npm run report -- database, on the platform's own database", () => {
  let server: Server;

  beforeAll(async () => {
    server = await startServer({ major: 18, settings });
    await makeRoles(server);
    await makePlatform(server, "altlas", tables);
    await server.psql(
      "ALTER ROLE monitoring PASSWORD :'password'; CREATE SCHEMA tools; CREATE EXTENSION pg_stat_statements SCHEMA tools; GRANT USAGE ON SCHEMA tools TO monitoring",
      { database: "altlas", variables: { password } },
    );
  });

  it("says that the planner's job never ran, and what runs it; then nothing but what this test's server lacks", async () => {
    const url = server.url("altlas", "monitoring", password);
    const before = await report(url);
    expect(kinds(before)).toEqual(["partitions.maintenance", "partitions.none", "settings.unwise"]);
    const statements = new Set(find(before, "partitions.maintenance").flatMap(({ sql }) => sql));
    expect([...statements]).toEqual(["CALL partitioning.maintain(now());"]);
    await server.psql([...statements].join(""), { database: "altlas", role: "platform_maintenance" });
    expect((await report(url)).findings.map(({ objects }) => objects)).toEqual([["fsync"]]);
  });
});

describe("npm run report -- database, with a PgBouncer before the server", () => {
  let server: Server;
  let port: number;
  let pooler: ChildProcess;
  const at = (database: string) => `postgresql://postgres@127.0.0.1:${port}/${database}`;

  beforeAll(async () => {
    server = await startServer({ major: 18 });
    const { pgbouncer } = await ensureTools(["pgbouncer"]);
    port = await freePort([]);
    const file = path.join(server.socketFolder, "pgbouncer.ini");
    const lines = Object.entries({
      listen_addr: "127.0.0.1",
      listen_port: port,
      unix_socket_dir: "",
      auth_type: "any",
      pool_mode: "transaction",
      default_pool_size: 1,
      logfile: "",
      admin_users: "postgres",
    });
    writeFileSync(
      file,
      `[databases]\n* = host=127.0.0.1 port=${server.port} user=postgres\n[pgbouncer]\n${lines.map(([name, value]) => `${name} = ${value}`).join("\n")}\n`,
    );
    const asUser = process.getuid?.() === 0 ? ["-u", "nobody"] : [];
    pooler = spawn(realpathSync(pgbouncer), [...asUser, file], { stdio: "ignore" });
    await eventually(async () => {
      const client = new Client({ connectionString: at("postgres") });
      await client.connect();
      await client.end();
    });
  });
  afterAll(async () => {
    pooler.kill("SIGKILL");
    await once(pooler, "exit");
  });

  it("tells who waits for a connection of its pool", async () => {
    const [holder, waiter] = [
      new Client({ connectionString: at("postgres") }),
      new Client({ connectionString: at("postgres") }),
    ];
    await Promise.all([holder.connect(), waiter.connect()]);
    await holder.query("BEGIN; SELECT 1");
    const waiting = waiter.query("SELECT 2");
    await new Promise((resolve) => setTimeout(resolve, 300));
    const data = await report(server.url(), "--pooler-url", at("pgbouncer"), "--threshold", "poolWaitSeconds=0.1");
    expect(find(data, "pooler.waiting").map(({ what }) => what)).toEqual([
      expect.stringMatching(
        /^1 client of postgres waits for a connection to postgres, the first for \d+ ms; 1 of the pool's are busy and 0 idle\.$/,
      ),
    ]);
    await holder.query("COMMIT");
    await waiting;
    await Promise.all([holder.end(), waiter.end()]);
    expect(find(await report(server.url(), "--pooler-url", at("pgbouncer")), "pooler.waiting")).toEqual([]);
  });

  it("goes on without the pooler where it cannot be asked, and says why", async () => {
    const data = await report(
      server.url(),
      "--pooler-url",
      `postgresql://postgres@127.0.0.1:${await freePort([])}/pgbouncer`,
    );
    expect(data.checks.pooler?.leftOut).toMatch(/^Nothing listens at 127/);
  });

  it("comes through it too, and leaves nothing behind on the connection that others get next", async () => {
    expect((await report(at("postgres"))).server.database).toBe("postgres");
    const next = new Client({ connectionString: at("postgres") });
    await next.connect();
    const names = ["default_transaction_read_only", "statement_timeout", "lock_timeout", "search_path", "TimeZone"];
    const direct = await server.client();
    for (const name of names)
      expect((await next.query(`SHOW ${name}`)).rows, name).toEqual((await direct.query(`SHOW ${name}`)).rows);
    await next.end();
  });
});

describe("npm run report -- database, the command itself", () => {
  let server: Server;
  let folder: string;
  let silent: TcpServer;
  let other: TcpServer;
  const sockets: Socket[] = [];
  const listen = (answer: (socket: Socket) => void) =>
    new Promise<TcpServer>((resolve) => {
      const made = createServer((socket) => {
        sockets.push(socket.on("error", () => undefined));
        answer(socket);
      });
      made.listen(0, "127.0.0.1", () => resolve(made));
    });
  const portOf = (of: TcpServer) => (of.address() as { port: number }).port;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "altlas-database-report-"));
    silent = await listen(() => undefined);
    other = await listen((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    server = await startServer({ major: 18, settings: { log_lock_waits: "off" } });
    await server.psql(
      "CREATE ROLE monitoring LOGIN PASSWORD :'password' IN ROLE pg_monitor; CREATE DATABASE closed; REVOKE CONNECT ON DATABASE closed FROM PUBLIC",
      {
        variables: { password },
      },
    );
  });
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    silent.close();
    other.close();
    rmSync(folder, { recursive: true });
  });

  it("writes text, JSON and a page, and ends with 1 where a finding is as bad as was asked", async () => {
    const at = `postgresql://monitoring@127.0.0.1:${server.port}/postgres`;
    const file = path.join(folder, "report.html");
    const environment = { PGPASSWORD: password };
    const [text, json, page, toFile] = await Promise.all([
      runReport(["--url", at], environment),
      runReport(["--url", at, "--json", "--fail-on", "low"], environment),
      runReport(["--url", at, "--html"], environment),
      runReport(["--url", at, "--html", file, "--fail-on", "high"], environment),
    ]);
    expect([text.code, json.code, page.code, toFile.code]).toEqual([0, 1, 0, 1]);
    expect(text.stdout).toMatch(
      /^PostgreSQL at 127\.0\.0\.1:\d+, database postgres, as monitoring\n\d+ findings: 1 high/,
    );
    expect(text.stdout.split("\n").filter((line) => line.length > 100)).toEqual([]);
    expect(JSON.parse(json.stdout)).toMatchObject({
      report: "database",
      data: { version: 1, server: { database: "postgres" } },
    });
    expect(page.stdout).toMatch(/^<!doctype html>[\s\S]*<svg[\s\S]*<\/html>\n$/);
    expect(readFileSync(file, "utf8")).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
    for (const { stdout, stderr } of [text, json, page, toFile]) expect(stdout + stderr).not.toContain(password);
  });

  it("says in one sentence with a remedy why it could not run, with exit code 2 and no stack trace or password", async () => {
    const at = (more: string, port = server.port) =>
      `postgresql://monitoring:${encodeURIComponent(password)}@127.0.0.1:${port}${more}`;
    const free = await new Promise<number>((resolve) => {
      const once = createServer().listen(0, "127.0.0.1", () => {
        const { port } = once.address() as { port: number };
        once.close(() => resolve(port));
      });
    });
    const cases: readonly (readonly [string[], RegExp])[] = [
      [["--url", at("/postgres", free)], /^Nothing listens at 127\.0\.0\.1:\d+\. Check host and port/],
      [
        ["--url", "postgresql://monitoring@no-such-host.invalid/postgres"],
        /^The host name no-such-host\.invalid (is not known|could not be looked up)\. Check how it is written/,
      ],
      [
        ["--url", at("/postgres", portOf(silent)), "--timeout", "500ms"],
        /did not answer in time: .*Check host and port/,
      ],
      [
        ["--url", at("/postgres", portOf(other))],
        /^127\.0\.0\.1:\d+ closed the connection\. Is it a PostgreSQL server/,
      ],
      [
        ["--url", `postgresql://monitoring:wrong@127.0.0.1:${server.port}/postgres`],
        /^The password of monitoring is wrong\. Set PGPASSWORD/,
      ],
      [
        ["--url", `postgresql://monitoring@127.0.0.1:${server.port}/postgres`],
        /^The server asks monitoring for a password, and none was given\. Set PGPASSWORD/,
      ],
      [["--url", at("/nowhere")], /^There is no database nowhere at 127\.0\.0\.1:\d+\. List them/],
      [["--url", at("/closed")], /^monitoring may not do that in closed .*GRANT CONNECT ON DATABASE/],
      [["--url", at("/postgres?sslmode=require")], /speaks no TLS, and sslmode=require insists on it/],
      [
        ["--url", at("/postgres"), "--exact"],
        /^--exact measures with the extension pgstattuple, which is not made in database postgres: run CREATE EXTENSION/,
      ],
      [
        ["--url", at("/postgres"), "--html", path.join(folder, "no", "folder.html")],
        /folder\.html cannot be written \(ENOENT\)/,
      ],
    ];
    const outcomes = await Promise.all(cases.map(([given]) => runReport(given, {})));
    outcomes.forEach(({ code, stdout, stderr }, index) => {
      // On a busy machine it also says what it is at, as it should beyond two seconds.
      const lines = stderr.split("\n").filter((line) => line !== "" && !line.endsWith(" …"));
      expect([code, stdout, lines.length], stderr).toEqual([2, "", 1]);
      expect(lines[0]).toMatch(cases[index]![1]);
      expect(stderr).not.toMatch(/\bat \S+ \(|p@ss|p%40ss|wrong@/);
    });
  });
});
