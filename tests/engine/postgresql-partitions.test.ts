import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { type Client, DatabaseError } from "pg";
import { beforeAll, describe, expect, it } from "vitest";
import { partitioningSql } from "../../components/postgresql/partitioning";
import { systemRoles } from "../../model/database/names";
import {
  type horizonMetrics,
  horizonQuery,
  insertErrorMetric,
  maintenance,
  partitionCalendar,
  partitionSizes,
  periodStart,
  planSql,
} from "../../model/database/partitions";
import { type PartitionedTable } from "../../model/database/partitioned-table";
import { tables } from "../../stacks/altlas/database/tables";
import { type Major, type Server, startServer } from "../support/postgresql";
import { eventually } from "../support/postgresql/eventually";
import { makePlatform, makeRoles } from "../support/postgresql/partitioned";

const day = 86_400_000;
const later = (date: Date, days: number) => new Date(date.getTime() + days * day);
const { maintenance: maintenanceRole, monitoring } = systemRoles;

let server: Server;
let databases = 0;

beforeAll(async () => {
  server = await startServer({ major: 18 });
  await makeRoles(server);
  await makePlatform(server, "template", tables);
});

/** A database as the migration Job leaves it, but for the first run of maintenance. */
async function platform(): Promise<string> {
  const name = `platform_${(databases += 1)}`;
  await server.psql(`CREATE DATABASE ${name} TEMPLATE template`);
  return name;
}

/** What a run did with a table. */
interface Run {
  readonly run: string;
  readonly table_name: string;
  readonly finished_at: Date | null;
  readonly made: readonly string[];
  readonly changed: readonly string[];
  readonly detached: readonly string[];
  readonly dropped: readonly string[];
  readonly skipped: boolean;
  readonly error: string | null;
}

async function rows<Row>(client: Client, sql: string, values: readonly unknown[] = []): Promise<Row[]> {
  return (await client.query(sql, [...values])).rows as Row[];
}

async function runs(client: Client): Promise<Run[]> {
  return rows<Run>(client, "SELECT * FROM partitioning.runs ORDER BY run, table_name");
}

async function lastRun(client: Client): Promise<Run[]> {
  const all = await runs(client);
  return all.filter(({ run }) => run === all.at(-1)?.run);
}

/** Names of the partitions of a table, oldest first. */
async function attached(client: Client, table: string): Promise<string[]> {
  const found = await rows<{ partition_name: string }>(
    client,
    "SELECT partition_name FROM partitioning.attached WHERE table_name = $1 ORDER BY lower_bound, remainder",
    [table],
  );
  return found.map(({ partition_name: name }) => name);
}

/** Everything that maintenance could change: a second run must leave it as it is. */
async function everything(client: Client): Promise<unknown[]> {
  return rows(
    client,
    `SELECT c.oid, c.relname, c.reloptions, c.relispartition, pg_get_expr(c.relpartbound, c.oid) AS bound,
       ARRAY(SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = c.oid ORDER BY conname) AS constraints,
       ARRAY(SELECT indexrelid FROM pg_index WHERE indrelid = c.oid AND indisvalid ORDER BY indexrelid) AS indexes
     FROM pg_class c WHERE relnamespace = 'platform'::regnamespace ORDER BY c.oid`,
  );
}

/** Partitions that are neither attached nor wait to be dropped. */
async function strays(client: Client): Promise<unknown[]> {
  return rows(
    client,
    `SELECT relname FROM pg_class WHERE relnamespace = 'platform'::regnamespace AND relkind = 'r' AND relname ~ '_[ph][0-9]+$'
       AND oid NOT IN (SELECT relation FROM partitioning.attached) AND oid NOT IN (SELECT relation FROM partitioning.detached)`,
  );
}

/** Runs maintenance; the error of one that failed tells of each table that could not be kept. */
async function maintain(client: Client, at?: Date): Promise<void> {
  try {
    if (at) await client.query("CALL partitioning.maintain($1, far => true)", [at]);
    else await client.query("CALL partitioning.maintain(now())");
  } catch (error) {
    if (error instanceof DatabaseError && error.detail) error.message += `\n${error.detail}`;
    throw error;
  }
}

/** What the server refused, with its detail. */
async function failureOf(refused: Promise<unknown>): Promise<DatabaseError> {
  try {
    await refused;
  } catch (error) {
    if (error instanceof DatabaseError) return error;
    throw error;
  }
  throw new Error("The server refused nothing.");
}

/** How the tests write a row for each of `moments`, as its sender's clock tells; triggers would write by the server's. */
const inserts: Readonly<Record<string, string>> = {
  jobs: `INSERT INTO platform.jobs (id, created_at, tenant_id, user_id, kind, run_after, updated_at, payload)
    SELECT id, platform.id_time(id), gen_random_uuid(), gen_random_uuid(), 'test', now(), now(), '{}' FROM ids`,
  job_events: `INSERT INTO platform.job_events (job_id, job_created_at, id, kind) SELECT id, platform.id_time(id), id, 'test' FROM ids`,
  outbox: `INSERT INTO platform.outbox (id, created_at, subject_id, topic, payload) SELECT id, platform.id_time(id), id, 'test', '{}' FROM ids`,
  audit_log: `INSERT INTO platform.audit_log (id, occurred_at, tenant_id, action, target, outcome)
    SELECT id, platform.id_time(id), id, 'test', 'test', 'allowed' FROM ids`,
  usage: `INSERT INTO platform.usage (tenant_id, day, model, requests, input_tokens, output_tokens, milliseconds)
    SELECT id, platform.id_time(id)::date, 'test', 1, 1, 1, 1 FROM ids`,
};

async function insert(client: Client, table: string, moments: readonly Date[]): Promise<void> {
  await client.query("SET session_replication_role = replica");
  const ids = "WITH ids AS MATERIALIZED (SELECT platform.new_id(at) AS id FROM unnest($1::timestamptz[]) AS at)";
  await client.query(`${ids} ${inserts[table] ?? ""}`, [moments]);
}

const ranges = tables.filter(
  (table): table is PartitionedTable & { method: { kind: "range" } } => table.method.kind === "range",
);

describe("a year and a half", () => {
  it("of maintenance as late as the shortest horizon allows: no insert fails, each table has the planned partitions, nothing else is kept or lost", async () => {
    const client = await server.client({ database: await platform() });
    const begin = new Date();
    // Month by month, on the first at midnight; and between, as late as the shortest horizon allows.
    const horizon = Math.min(...ranges.map((table) => partitionSizes(table).horizonDays ?? Infinity));
    const stops = [begin];
    for (let at = begin; at < later(begin, 550); stops.push(at)) {
      const month = periodStart("month", at, 1);
      at = new Date(Math.min(month.getTime(), later(at, horizon).getTime()));
    }
    expect(stops.length).toBeGreaterThan(30);
    const written: Date[] = [];
    for (const [index, at] of stops.entries()) {
      await maintain(client, at);
      for (const table of ranges) {
        const calendar = partitionCalendar(table, at);
        const expected = calendar.filter(({ state }) => state !== "detached").map(({ name }) => name);
        // A new table has one period behind the present one, for rows under way.
        const first = periodStart(table.method.interval, begin, -1).toISOString().slice(0, 10);
        const since = calendar.filter(({ state, from }) => state !== "detached" && from >= first);
        expect(await attached(client, table.name)).toEqual(since.map(({ name }) => name));
        expect(since.length).toBeLessThanOrEqual(partitionSizes(table).partitions);
        if (index === stops.length - 1) expect(since.map(({ name }) => name)).toEqual(expected);
        // What is older than the retention is gone, and nothing else.
        const oldest = Date.parse(since[0]!.from);
        const [{ count } = { count: "" }] = await rows<{ count: string }>(
          client,
          `SELECT count(*) FROM platform.${table.name}`,
        );
        expect(Number(count)).toBe(written.filter((moment) => moment.getTime() >= oldest).length);
      }
      // The first and last moment of each day until the next stop.
      const moments: Date[] = [];
      const next = stops[index + 1] ?? at;
      for (let date = periodStart("day", at, 1); date < next; date = later(date, 1)) {
        moments.push(date, new Date(date.getTime() + day - 1));
      }
      for (const table of tables) await insert(client, table.name, moments);
      written.push(...moments);
    }
    const end = stops.at(-1)!;
    const late = await rows(
      client,
      "SELECT * FROM partitioning.detached JOIN partitioning.plan USING (table_schema, table_name) WHERE detached_at + grace_days * interval '1 day' <= $1",
      [end],
    );
    expect(late).toEqual([]);
    expect(await strays(client)).toEqual([]);
    const all = await runs(client);
    expect(all.filter(({ error, finished_at: finished }) => error !== null || finished === null)).toEqual([]);
    expect(all.flatMap(({ dropped }) => dropped).length).toBeGreaterThan(80);
    expect(Math.max(...all.map(({ made }) => made.length))).toBeLessThanOrEqual(maintenance.creationsPerRun);
    await client.end();
  });
});

describe.each([18, 15] as const satisfies Major[])("on PostgreSQL %i, a second run", (major) => {
  it("changes nothing, nor does the script applied again; a partition is like its table and has the planned storage", async () => {
    const ours = major === 18 ? server : await startServer({ major });
    let name = "platform_0";
    if (major === 18) name = await platform();
    else {
      await makeRoles(ours);
      await makePlatform(ours, name, tables);
    }
    const client = await ours.client({ database: name });
    await maintain(client);
    const before = await everything(client);
    const plan = await rows(client, "SELECT * FROM partitioning.plan ORDER BY table_name");
    await ours.psql(partitioningSql, { database: name });
    await ours.psql(planSql(tables), { database: name });
    await maintain(client);
    expect(await everything(client)).toEqual(before);
    expect(await rows(client, "SELECT * FROM partitioning.plan ORDER BY table_name")).toEqual(plan);
    const nothing = { made: [], changed: [], detached: [], dropped: [], error: null, skipped: false };
    for (const run of await lastRun(client)) expect(run).toMatchObject(nothing);
    // Detached and dropped in time, too.
    await maintain(client, later(new Date(), 200));
    await maintain(client, later(new Date(), 240));
    expect((await lastRun(client)).find(({ table_name: table }) => table === "jobs")?.dropped).not.toEqual([]);
    const shapes = await rows<{ indexes: string; checks: string; options: string[] }>(
      client,
      `SELECT DISTINCT reloptions AS options,
         (SELECT count(*) FROM pg_index WHERE indrelid = relation AND indisvalid) AS indexes,
         (SELECT string_agg(conname, ',' ORDER BY conname) FROM pg_constraint WHERE conrelid = relation AND contype = 'c') AS checks
       FROM partitioning.attached WHERE table_name = 'jobs'`,
    );
    expect(shapes).toHaveLength(1);
    expect(shapes[0]?.indexes).toBe("4");
    expect(shapes[0]?.checks).toContain("jobs_id_time");
    expect(shapes[0]?.checks).not.toContain("partition_bounds");
    expect(shapes[0]?.options).toEqual(
      Object.entries(tables.find((table) => table.name === "jobs")?.storage ?? {})
        .map(([key, value]) => `${key}=${value}`)
        .sort(),
    );
    await client.end();
  });
});

describe("several runs", () => {
  it("at once do everything once", async () => {
    const database = await platform();
    const clients = await Promise.all([1, 2, 3].map(() => server.client({ database, role: maintenanceRole })));
    await Promise.all(clients.map((client) => maintain(client)));
    const client = await server.client({ database });
    const made = (await runs(client)).flatMap((run) => run.made);
    expect(new Set(made).size).toBe(made.length);
    await maintain(client);
    // What a run skipped because another had it in hand, that other did.
    for (const run of await lastRun(client)) expect(run).toMatchObject({ made: [], error: null });
    for (const table of tables) {
      const behind = table.method.kind === "range" ? 1 + 1 + table.method.premake : table.method.modulus;
      expect(await attached(client, table.name)).toHaveLength(behind);
    }
    await Promise.all([...clients, client].map((each) => each.end()));
  });

  it.each(["its connection is ended", "psql is killed", "the server is killed"])(
    "%s half way: what was done stays, nothing is half done, and the next run does the rest",
    async (how) => {
      const database = await platform();
      const blocker = await server.client({ database });
      // Tables come by name: audit_log, job_events and jobs are made, then the run waits for outbox.
      await blocker.query("BEGIN; LOCK TABLE platform.outbox IN SHARE UPDATE EXCLUSIVE MODE");
      const psql = spawn(`${server.programs}/psql`, [
        ...["--no-psqlrc", "--dbname", server.url(database, maintenanceRole), "--set", "ON_ERROR_STOP=1"],
        ...["--command", "CALL partitioning.maintain(now())"],
      ]);
      const ended = once(psql, "exit");
      const watcher = await server.client({ database });
      const backend = await eventually(async () => {
        const [found] = await rows<{ pid: number }>(
          watcher,
          "SELECT pid FROM pg_stat_activity WHERE usename = $1 AND datname = $2 AND wait_event_type = 'Lock'",
          [maintenanceRole, database],
        );
        if (!found) throw new Error("the run does not wait for outbox yet");
        return found.pid;
      });
      if (how === "its connection is ended") await watcher.query("SELECT pg_terminate_backend($1)", [backend]);
      else if (how === "psql is killed") psql.kill("SIGKILL");
      else {
        await server.kill();
        await server.start();
      }
      await ended;
      const client = await server.client({ database });
      expect(await attached(client, "jobs")).toHaveLength(5);
      expect(await strays(client)).toEqual([]);
      if (how === "its connection is ended") {
        expect(await attached(client, "outbox")).toEqual([]);
        expect((await runs(client)).filter(({ finished_at: finished }) => finished !== null)).toEqual([]);
      }
      await blocker.query("COMMIT").catch(() => undefined);
      // A psql that was killed is not missed by the server at once: its run may still go on, and have a table in hand.
      await eventually(async () => {
        await maintain(client);
        expect((await lastRun(client)).filter(({ skipped }) => skipped)).toEqual([]);
      });
      expect(await attached(client, "outbox")).toHaveLength(5);
      expect(await attached(client, "usage")).toHaveLength(4);
      await eventually(async () => {
        const others = "SELECT pid FROM pg_stat_activity WHERE usename = $1 AND datname = $2";
        expect(await rows(client, others, [maintenanceRole, database])).toEqual([]);
      });
      await client.end();
    },
  );
});

describe("a broken table", () => {
  it("is told with the reason, logged, and stops no other", async () => {
    const database = await platform();
    const client = await server.client({ database });
    const [job] = partitionCalendar(
      tables.find(({ name }) => name === "jobs")!,
      new Date(),
    ).filter(({ state }) => state === "ahead");
    await client.query(`
      CREATE VIEW platform.${job!.name} AS SELECT 1;
      CREATE TABLE platform.strays PARTITION OF platform.job_events DEFAULT;
      CREATE TABLE platform.whole (id int);
      CREATE TABLE platform.listed (id int) PARTITION BY LIST (id);
      INSERT INTO partitioning.plan (table_schema, table_name, key, method, modulus) VALUES
        ('platform', 'absent', 'id', 'hash', 2), ('platform', 'whole', 'id', 'hash', 2), ('platform', 'listed', 'id', 'hash', 2);
      UPDATE partitioning.plan SET key = 'day' WHERE table_name = 'usage'`);
    const failure = await failureOf(maintain(client));
    expect(failure.message).toMatch(/run 1 could not keep every table/);
    expect(failure.detail?.split("\n").map((line) => line.split("; ")[0])).toEqual([
      "platform.absent: create: the table is in the plan but does not exist",
      expect.stringMatching(/^platform.job_events: create: the table has a DEFAULT partition/),
      `platform.jobs: create: relation "${job!.name}" already exists`,
      "platform.listed: create: the table is partitioned by list (id), the plan says hash (id)",
      "platform.usage: create: the table is partitioned by hash (tenant_id), the plan says hash (day)",
      "platform.whole: create: the table is not partitioned, the plan says hash",
    ]);
    expect(
      (await lastRun(client))
        .filter(({ error }) => error === null)
        .map(({ table_name: name, made }) => [name, made.length]),
    ).toEqual([
      ["audit_log", 5],
      ["outbox", 5],
    ]);
    // The present period came before the one that failed.
    expect(await attached(client, "jobs")).toHaveLength(1);
    await client.query(`
      DROP VIEW platform.${job!.name}; DROP TABLE platform.strays;
      DELETE FROM partitioning.plan WHERE table_name IN ('absent', 'whole', 'listed');
      UPDATE partitioning.plan SET key = 'tenant_id' WHERE table_name = 'usage'`);
    await maintain(client);
    expect((await lastRun(client)).map(({ table_name: name, made }) => [name, made.length])).toEqual([
      ["audit_log", 0],
      ["job_events", 5],
      ["jobs", 4],
      ["outbox", 0],
      ["usage", 4],
    ]);
    await client.end();
  });

  it("or one that is not planned, or no longer, or attached again, is left alone", async () => {
    const database = await platform();
    const client = await server.client({ database });
    const begin = new Date();
    await maintain(client);
    await client.query(`
      CREATE TABLE platform.others (at timestamptz) PARTITION BY RANGE (at);
      CREATE TABLE platform.others_p20000101 PARTITION OF platform.others FOR VALUES FROM ('2000-01-01') TO ('2000-01-02')`);
    await server.psql(planSql(tables.filter(({ name }) => name !== "outbox")), { database });
    const outbox = await attached(client, "outbox");
    await maintain(client, later(begin, 200));
    expect(await attached(client, "outbox")).toEqual(outbox);
    const [saved] = await rows<{ partition_name: string; lower_bound: Date; upper_bound: Date }>(
      client,
      "SELECT * FROM partitioning.detached WHERE table_name = 'jobs' ORDER BY lower_bound DESC LIMIT 1",
    );
    const { partition_name: name, lower_bound: lower, upper_bound: upper } = saved!;
    const [from, to] = [lower, upper].map((bound) => bound.toISOString());
    await client.query(
      `ALTER TABLE platform.jobs ATTACH PARTITION platform.${name} FOR VALUES FROM ('${from}') TO ('${to}')`,
    );
    // Kept by its plan now, and no longer in its grace period.
    await server.psql(
      planSql(
        tables.map((table) =>
          table.name === "jobs" ? { ...table, method: { ...table.method, retain: 12 } as typeof table.method } : table,
        ),
      ),
      { database },
    );
    await maintain(client, later(begin, 230));
    expect(await attached(client, "jobs")).toContain(name);
    expect(
      await rows(client, "SELECT FROM pg_class WHERE relname = 'others_p20000101' AND relispartition"),
    ).toHaveLength(1);
    await client.end();
  });
});

describe("what the runbook says", () => {
  it("a DEFAULT partition is removed with its rows kept; a detached one that is renamed is not dropped, and one that somebody reads is told", async () => {
    const database = await platform();
    const client = await server.client({ database });
    const begin = new Date();
    await client.query("CREATE TABLE platform.strays PARTITION OF platform.jobs DEFAULT");
    await insert(client, "jobs", [begin]);
    await expect(maintain(client)).rejects.toThrow(/platform.jobs: create: the table has a DEFAULT partition/);
    await client.query("ALTER TABLE platform.jobs DETACH PARTITION platform.strays");
    await maintain(client);
    await client.query("INSERT INTO platform.jobs SELECT * FROM platform.strays; DROP TABLE platform.strays");
    expect(await rows(client, "SELECT FROM platform.jobs")).toHaveLength(1);
    await maintain(client, later(begin, 200));
    const [renamed, read] = await rows<{ partition_name: string }>(
      client,
      "SELECT partition_name FROM partitioning.detached WHERE table_name = 'jobs' ORDER BY lower_bound",
    );
    await client.query(`ALTER TABLE platform.${renamed!.partition_name} RENAME TO saved_jobs`);
    await client.query(`CREATE VIEW platform.old_jobs AS SELECT id FROM platform.${read!.partition_name}`);
    await expect(maintain(client, later(begin, 210))).rejects.toThrow(
      `platform.jobs: drop: cannot drop table platform.${read!.partition_name} because other objects depend on it`,
    );
    await client.query("DROP VIEW platform.old_jobs");
    await maintain(client, later(begin, 210));
    expect(await rows(client, "SELECT FROM platform.saved_jobs")).toHaveLength(0);
    expect(await rows(client, "SELECT FROM pg_class WHERE relname = $1", [read!.partition_name])).toEqual([]);
    await client.end();
  });
});

describe("a plan that changes", () => {
  it("from months to weeks leaves neither gap nor overlap, keeps what there is, and gives partitions the new storage", async () => {
    const database = await platform();
    const client = await server.client({ database });
    const begin = new Date();
    await maintain(client);
    const weekly = tables.map((table): PartitionedTable =>
      table.name === "jobs"
        ? {
            ...table,
            method: { kind: "range", interval: "week", premake: 30, retain: 12, graceDays: 7 },
            storage: { fillfactor: "90" },
          }
        : table,
    );
    const months = await attached(client, "jobs");
    await server.psql(planSql(weekly), { database });
    await maintain(client, begin);
    expect((await attached(client, "jobs")).slice(0, months.length)).toEqual(months);
    expect((await lastRun(client)).find(({ table_name: name }) => name === "jobs")?.changed).toEqual(
      [...months].sort(),
    );
    const bounds = await rows<{ lower_bound: Date; upper_bound: Date }>(
      client,
      "SELECT * FROM partitioning.attached WHERE table_name = 'jobs' ORDER BY lower_bound",
    );
    bounds.slice(1).forEach(({ lower_bound: lower }, index) => expect(lower).toEqual(bounds[index]?.upper_bound));
    expect(bounds.at(-1)?.upper_bound).toEqual(periodStart("week", begin, 31));
    await client.end();
  });

  it("by hand to what the planner would refuse is refused by the server", async () => {
    const client = await server.client({ database: await platform() });
    for (const change of [
      "premake = 1",
      "grace_days = 0",
      "retain = 0",
      "premake = NULL",
      "method = 'list'",
      "period = 'hour'",
    ]) {
      await expect(client.query(`UPDATE partitioning.plan SET ${change} WHERE table_name = 'jobs'`)).rejects.toThrow(
        /violates check/,
      );
    }
    await expect(client.query("UPDATE partitioning.plan SET modulus = 0 WHERE table_name = 'usage'")).rejects.toThrow(
      /violates check/,
    );
    await client.query("UPDATE partitioning.plan SET modulus = 8 WHERE table_name = 'usage'");
    await maintain(client);
    await client.query("UPDATE partitioning.plan SET modulus = 4 WHERE table_name = 'usage'");
    await expect(maintain(client)).rejects.toMatchObject({
      detail: expect.stringMatching(/have modulus 8, the plan says 4/) as string,
    });
    await client.end();
  });
});

describe("locks", () => {
  it("are waited for within the stated time, so that nobody waits longer behind a run; the next run does what was left", async () => {
    const database = await platform();
    const client = await server.client({ database });
    const begin = new Date();
    await maintain(client);
    const reader = await server.client({ database });
    await reader.query("BEGIN; SELECT count(*) FROM platform.jobs");
    const waits: number[] = [];
    let over = false;
    const others = [0, 1].map(async () => {
      const other = await server.client({ database });
      while (!over) {
        const from = performance.now();
        await insert(other, "jobs", [later(begin, 60)]);
        waits.push(performance.now() - from);
        await sleep(10);
      }
      await other.end();
    });
    // Four months on, with a reader in the way: new partitions are made beside it, old ones wait.
    const failure = await failureOf(maintain(client, later(begin, 120)));
    over = true;
    await Promise.all(others);
    expect(failure.detail).toBe(`platform.jobs: detach: no lock within lock_timeout, ${maintenance.lockTries} times`);
    const [jobs] = (await lastRun(client)).filter(({ table_name: name }) => name === "jobs");
    expect(jobs?.made).not.toEqual([]);
    // Somebody did wait behind it, and nobody longer than stated; half a second for a busy machine.
    expect(Math.max(...waits)).toBeGreaterThan(200);
    expect(Math.max(...waits)).toBeLessThan(
      maintenance.lockTimeoutMilliseconds + maintenance.furtherLockTimeoutMilliseconds + 500,
    );
    await reader.query("COMMIT");
    await maintain(client, later(begin, 120));
    expect((await lastRun(client)).find(({ table_name: name }) => name === "jobs")?.detached).not.toEqual([]);
    await Promise.all([client, reader].map((each) => each.end()));
  });
});

describe("rights", () => {
  it("platform_maintenance maintains, and can do nothing else; nobody else may", async () => {
    const database = await platform();
    const client = await server.client({ database, role: maintenanceRole });
    await maintain(client);
    for (const forbidden of [
      "SELECT * FROM platform.jobs",
      "SELECT * FROM platform.jobs_p20261101",
      "CREATE TABLE platform.mine (id int)",
      "CREATE TABLE partitioning.mine (id int)",
      "DROP TABLE platform.usage_h0",
      "ALTER TABLE platform.usage DETACH PARTITION platform.usage_h0",
      "INSERT INTO partitioning.plan (table_schema, table_name, key, method, modulus) VALUES ('platform', 'x', 'id', 'hash', 2)",
      "UPDATE partitioning.runs SET error = NULL",
      "DELETE FROM partitioning.detached",
      "SELECT partitioning.add(plan, 'x', '', NULL) FROM partitioning.plan",
      "SELECT partitioning.drop_one(plan, now()) FROM partitioning.plan",
    ]) {
      await expect(client.query(forbidden), forbidden).rejects.toThrow(
        /permission denied|must be owner|does not exist/,
      );
    }
    for (const far of [
      "CALL partitioning.maintain(now() + interval '1 year', far => true)",
      "SELECT partitioning.step(1, 'platform', 'jobs', 'drop', now() + interval '1 year', true)",
    ]) {
      await expect(client.query(far), far).rejects.toThrow(/platform_maintenance may not maintain at another time/);
    }
    for (const role of ["service", monitoring]) {
      const other = await server.client({ database, role });
      await expect(maintain(other), role).rejects.toThrow(/permission denied/);
      await other.end();
    }
    await client.end();
  });

  it("a time that is not the present is refused, and nothing is done", async () => {
    const database = await platform();
    const client = await server.client({ database });
    for (const at of ["now() + interval '2 hours'", "now() - interval '2 hours'", "NULL", "'infinity'"]) {
      await expect(client.query(`CALL partitioning.maintain(${at})`), at).rejects.toThrow(/the time/);
    }
    await expect(client.query("CALL partitioning.maintain('infinity', far => true)")).rejects.toThrow(
      /the time is infinity/,
    );
    expect(await runs(client)).toEqual([]);
    await client.query("CALL partitioning.maintain(now() + interval '50 minutes')");
    await client.end();
  });
});

describe("the horizon", () => {
  it("is told to the exporter as it is: whole, with a gap, and behind", async () => {
    const database = await platform();
    const [client, exporter] = await Promise.all([
      server.client({ database }),
      server.client({ database, role: monitoring }),
    ]);
    await maintain(client);
    const read = async (name: string) => {
      const found = await rows<Record<keyof typeof horizonMetrics.gauges | "table_name", string | null>>(
        exporter,
        horizonQuery,
      );
      return found.find(({ table_name: table }) => table === name)!;
    };
    expect(await read("jobs")).toMatchObject({
      partitions: "5",
      periods_ahead: "3",
      remainders_missing: null,
      detached_waiting: "0",
      last_run_failed: 0,
    });
    const { seconds_ahead: seconds } = await read("jobs");
    expect(
      Math.abs(Number(seconds) - (periodStart("month", new Date(), 4).getTime() - Date.now()) / 1000),
    ).toBeLessThan(60);
    expect(Number((await read("jobs")).seconds_since_success)).toBeLessThan(60);
    expect(await read("usage")).toMatchObject({
      partitions: "4",
      periods_ahead: null,
      seconds_ahead: null,
      remainders_missing: "0",
    });
    const [, next, , last] = (await attached(client, "jobs")).slice(1);
    // Without the partition after the present one, those behind the gap do not count.
    await client.query(`DROP TABLE platform.${next!}, platform.usage_h2`);
    expect(await read("jobs")).toMatchObject({ partitions: "4", periods_ahead: "0" });
    expect(await read("usage")).toMatchObject({ remainders_missing: "1" });
    await client.query(`DROP TABLE platform.${last!}`);
    await maintain(client);
    expect(await read("jobs")).toMatchObject({ partitions: "5", periods_ahead: "3" });
    const present = (await attached(client, "jobs"))[1]!;
    await client.query(`DROP TABLE platform.${present}`);
    expect(await read("jobs")).toMatchObject({ periods_ahead: "0", seconds_ahead: "0" });
    await expect(insert(client, "jobs", [new Date()])).rejects.toThrow(/no partition of relation/);
    await eventually(() => {
      expect(server.log()).toMatch(new RegExp(insertErrorMetric.pattern));
      return Promise.resolve();
    });
    await Promise.all([client, exporter].map((each) => each.end()));
  });
});
