import { type Client } from "pg";
import { beforeAll, describe, expect, it } from "vitest";
import { type ServedQuery } from "../../model/database/definition";
import { database as definition } from "../../stacks/altlas/database";
import { databaseEdges } from "../../stacks/altlas/database/edges";
import { somePlatformDatabase } from "../support/platform-database";
import { type Server, startServer } from "../support/postgresql";
import { explain } from "../support/postgresql/explain";
import { migrations, passwordOf } from "../support/postgresql/migrations";

const tenant = "'00000000-0000-4000-8000-000000000007'::uuid";
const someJob = "(SELECT id FROM platform.jobs WHERE status = 'running' ORDER BY id LIMIT 1)";

/** Values of each query's parameters, as somebody in service would give them. */
const values: Readonly<Record<string, readonly string[]>> = {
  job_by_id: [someJob],
  job_of_tenant_list: [tenant, "now()", "'ffffffff-ffff-ffff-ffff-ffffffffffff'"],
  job_event_list: [someJob],
  usage_of_tenant_by_month: [tenant, "date_trunc('month', now())::date"],
  usage_of_tenant: [tenant, "current_date - 6"],
  audit_of_tenant_list: [tenant, "now()"],
  audit_entry: ["(SELECT id FROM platform.audit_log ORDER BY id LIMIT 1)"],
  audit_export: ["date_trunc('day', now()) - interval '3 days'"],
  jobs_by_day: ["current_date - 1"],
  last_good_drill: [],
  claim_job: ["'segment'"],
  release_lost_jobs: ["10"],
  finish_job: [someJob, "'worker'", "'{}'"],
  job_transition: ["'queued'", "'running'"],
  claim_outbox: ["10"],
  acknowledge_outbox: ["(SELECT id FROM platform.outbox WHERE published_at IS NULL ORDER BY id LIMIT 1)"],
};

/**
 * Some weeks of a small platform: enough rows that an index is worth its pages, in the order in which they would have
 * come. As a replica would apply them, because triggers would queue every job anew.
 */
const weeks = `
SET session_replication_role = replica;
CREATE TEMP TABLE moments AS
SELECT number, now() - (20000 - number) * interval '1 minute' * 1.94 AS at FROM generate_series(1, 20000) AS number;
INSERT INTO platform.jobs (id, created_at, tenant_id, user_id, kind, status, run_after, updated_at, started_at,
  lease_until, finished_at, worker, attempt, payload)
SELECT id, platform.id_time(id), ('00000000-0000-4000-8000-' || lpad((number % 200)::text, 12, '0'))::uuid,
  gen_random_uuid(), (ARRAY['segment', 'run', 'archive'])[1 + number % 3], status, at, at,
  CASE WHEN status <> 'queued' THEN at END, CASE status WHEN 'running' THEN at + interval '1 minute' END,
  CASE status WHEN 'succeeded' THEN at END, CASE status WHEN 'running' THEN 'worker' END, 0, '{"file": "a.alt"}'
FROM (SELECT number, at, platform.new_id(at) AS id, (CASE WHEN number % 400 = 0 THEN 'queued' WHEN number % 401 = 0
  THEN 'running' ELSE 'succeeded' END)::platform.job_state AS status FROM moments) AS made;
INSERT INTO platform.job_events (job_id, job_created_at, id, status, kind)
SELECT id, created_at, platform.new_id(created_at), status, 'status' FROM platform.jobs, generate_series(1, 3);
INSERT INTO platform.outbox (id, created_at, subject_id, published_at, topic, payload)
SELECT id, platform.id_time(id), id, CASE WHEN number % 400 > 0 THEN at END, 'job.queued', '{}'
FROM (SELECT number, at, platform.new_id(at) AS id FROM (SELECT number, now() - (20000 - number) * interval '25 seconds' AS at FROM moments) AS recent) AS made;
INSERT INTO platform.audit_log (id, occurred_at, tenant_id, action, target, outcome, detail)
SELECT id, platform.id_time(id), ('00000000-0000-4000-8000-' || lpad((number % 200)::text, 12, '0'))::uuid, 'job.create', 'job',
  'allowed', '{"agent": "a browser with a name that is rather long, as they are"}'
FROM (SELECT number, platform.new_id(at + half * interval '50 seconds') AS id FROM moments, generate_series(0, 1) AS half ORDER BY at, half) AS made;
INSERT INTO platform.usage (tenant_id, day, model, requests, input_tokens, output_tokens, milliseconds)
SELECT ('00000000-0000-4000-8000-' || lpad(number::text, 12, '0'))::uuid, current_date - day, 'model-' || model, 1, 1, 1, 1
FROM generate_series(1, 200) AS number, generate_series(0, 59) AS day, generate_series(1, 2) AS model;
INSERT INTO platform.restore_drills
SELECT now() - number * interval '1 day', number % 7 > 0, 'base', 1, 1 FROM generate_series(1, 3000) AS number;
SET session_replication_role = origin;
REFRESH MATERIALIZED VIEW platform.usage_monthly;
REFRESH MATERIALIZED VIEW platform.jobs_daily;
VACUUM (ANALYZE);
`;

function roleOf({ caller }: ServedQuery): string {
  return databaseEdges.find(({ from }) => from === caller)?.database?.role ?? caller;
}

let server: Server;
let owner: Client;

beforeAll(async () => {
  // As beta has it for its volumes: the default reckons with disks that turn.
  server = await startServer({ major: 18, settings: { random_page_cost: "1.1" } });
  await migrations(server, somePlatformDatabase()).apply();
  await server.psql(weeks, { database: "altlas" });
  owner = await server.client({ database: "altlas" });
  await owner.query("SET ROLE platform_owner");
});

function login(role: string) {
  return { database: "altlas", role, password: passwordOf(role) };
}

describe("every served query", () => {
  /** Index of the parent table, by the name of a partition's index. */
  const parents = new Map<string, string>();
  /** Partitions that hold next to nothing: in the first hours of a month the present one is read as a whole, and rightly. */
  const tiny = new Set<string>();
  let admin: Client;

  beforeAll(async () => {
    admin = await server.client({ database: "altlas" });
    const { rows } = await admin.query<{ child: string; parent: string }>(
      `SELECT child.relname AS child, parent.relname AS parent FROM pg_inherits
       JOIN pg_class AS child ON child.oid = inhrelid JOIN pg_class AS parent ON parent.oid = inhparent
       WHERE parent.relkind = 'I'`,
    );
    for (const { child, parent } of rows) parents.set(child, parent);
    const small = await admin.query<{ relname: string }>(
      "SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r' AND relpages <= 2",
    );
    for (const { relname } of small.rows) tiny.add(relname);
  });

  it("has values to be tried with", () => {
    expect(Object.keys(values).sort()).toEqual(definition.queries.map(({ name }) => name).sort());
  });

  it.each(definition.queries.map((query) => [query.name, query] as const))(
    "%s is answered by its index, from so many partitions at most, as its caller",
    async (name, query) => {
      const evaluated: string[] = [];
      for (const value of values[name]!) {
        const { rows } = await admin.query<{ value: string }>(`SELECT quote_literal(${value}) AS value`);
        evaluated.push(rows[0]!.value);
      }
      // Seven rows are one page, which no planner reads by an index; whether the index could answer is all there is to ask.
      const small = name === "job_transition";
      if (small) await admin.query("SET enable_seqscan = off");
      const inside = /FOR UPDATE|^UPDATE|job_transitions/.test(query.sql);
      const done = await explain(admin, query, evaluated, inside ? "platform_owner" : roleOf(query));
      if (small) await admin.query("RESET enable_seqscan");
      expect(
        done.scanned.filter((table) => !tiny.has(table)),
        JSON.stringify(done),
      ).toEqual([]);
      expect([...new Set(done.indexes.map((index) => parents.get(index) ?? index))], JSON.stringify(done)).toEqual([
        query.index,
      ]);
      expect(done.tables.length).toBeGreaterThan(0);
      expect(done.tables.length, JSON.stringify(done)).toBeLessThanOrEqual(query.partitions ?? 1);
    },
  );
});

describe("jobs", () => {
  let gateway: Client;
  let runner: Client;

  beforeAll(async () => {
    gateway = await server.client(login("api_gateway"));
    runner = await server.client(login("runner"));
  });

  /** A new job of a kind of its own, by the gateway. */
  async function enqueue(kind: string, attempts = 3): Promise<string> {
    const { rows } = await gateway.query<{ id: string }>("SELECT platform.new_id() AS id");
    const id = rows[0]!.id;
    await gateway.query("SELECT platform.enqueue_job($1, $2, $2, $3, '{}', attempts => $4)", [
      id,
      crypto.randomUUID(),
      kind,
      attempts,
    ]);
    return id;
  }

  async function call(client: Client, expression: string, parameters: unknown[]): Promise<unknown> {
    const { rows } = await client.query<{ value: unknown }>(`SELECT ${expression} AS value`, parameters);
    return rows[0]?.value;
  }

  async function history(id: string): Promise<string[]> {
    const { rows } = await gateway.query<{ what: string }>(
      "SELECT coalesce(status::text, kind) AS what FROM platform.job_events WHERE job_id = $1 AND job_created_at = platform.id_time($1) ORDER BY id",
      [id],
    );
    return rows.map(({ what }) => what);
  }

  it("are made once, however often they are asked for, and announced when they are", async () => {
    const listener = await server.client({ database: "altlas" });
    await listener.query("LISTEN platform_outbox");
    const announced = new Promise<string>((resolve) => {
      listener.once("notification", (message: { channel: string }) => resolve(message.channel));
    });
    const id = await enqueue("once");
    expect(await announced).toBe("platform_outbox");
    const again = "platform.enqueue_job($1, $2, $2, 'once', '{}')";
    expect(await call(gateway, again, [id, crypto.randomUUID()])).toBe(false);
    expect(await history(id)).toEqual(["queued"]);
    const { rows } = await owner.query("SELECT topic FROM platform.outbox WHERE subject_id = $1", [id]);
    expect(rows).toEqual([{ topic: "job.queued" }]);
    await listener.end();
  });

  it("refuse an id that is not of now, with the remedy", async () => {
    const old = "platform.enqueue_job(platform.new_id(now() - interval '2 days'), $1, $1, 'old', '{}')";
    await expect(call(gateway, old, [crypto.randomUUID()])).rejects.toMatchObject({
      message: expect.stringContaining("not of now") as string,
      hint: expect.stringContaining("platform.new_id()") as string,
    });
  });

  it("go to one worker each, and nobody waits for another", async () => {
    const ids = [await enqueue("race"), await enqueue("race")];
    const other = await server.client(login("runner"));
    const claim = "SELECT job FROM platform.claim_job('race', $1, '1 minute')";
    await runner.query("BEGIN");
    const first = await runner.query<{ job: string }>(claim, ["one"]);
    await other.query("SET lock_timeout = '1s'");
    const second = await other.query<{ job: string }>(claim, ["two"]);
    const third = await other.query(claim, ["two"]);
    await runner.query("COMMIT");
    expect([first.rows[0]!.job, second.rows[0]!.job].sort()).toEqual(ids.sort());
    expect(third.rows).toEqual([]);
    await other.end();
  });

  it("are tried again while attempts are left, then failed; a worker that lost one is told so", async () => {
    const id = await enqueue("twice", 2);
    expect(await call(runner, "platform.start_job($1, 'one', '-1 second')", [id])).toBe(true);
    expect(await call(runner, "platform.start_job($1, 'two', '1 minute')", [id])).toBe(false);
    expect(Number(await call(runner, "platform.release_lost_jobs(1000)", []))).toBeGreaterThan(0);
    expect(await call(runner, "platform.finish_job($1, 'one', '{}')", [id])).toBe(false);
    expect(await call(runner, "platform.start_job($1, 'two', '1 minute')", [id])).toBe(true);
    expect(await call(runner, "platform.extend_lease($1, 'two', '1 minute')", [id])).toBe(true);
    expect(await call(runner, "platform.fail_job($1, 'two', 'boom', '0')", [id])).toBe(true);
    expect(await history(id)).toEqual([
      ...["queued", "running", "queued", "attempt.failed"],
      ...["running", "failed", "attempt.failed"],
    ]);
    const status =
      "SELECT status, error, attempt FROM platform.job_status WHERE id = $1 AND created_at = platform.id_time($1)";
    expect((await gateway.query(status, [id])).rows).toEqual([{ status: "failed", error: "boom", attempt: 2 }]);
  });

  it("take no step that is not in the table of steps, whoever writes, and are in no half-written state", async () => {
    const id = await enqueue("steps");
    const where = "WHERE id = $1 AND created_at = platform.id_time($1)";
    const wrong = owner.query(
      `UPDATE platform.jobs SET status = 'succeeded', started_at = now(), finished_at = now() ${where}`,
      [id],
    );
    await expect(wrong).rejects.toMatchObject({
      message: `job ${id} cannot go from queued to succeeded`,
      hint: "From queued it may go to running, failed, cancelled.",
    });
    await expect(owner.query(`UPDATE platform.jobs SET status = 'running' ${where}`, [id])).rejects.toThrow(
      /jobs_running/,
    );
    await expect(owner.query(`UPDATE platform.jobs SET payload = '{"other": 1}' ${where}`, [id])).rejects.toThrow(
      /cannot change/,
    );
    await expect(owner.query(`UPDATE platform.jobs SET attempt = 9 ${where}`, [id])).rejects.toThrow(
      /check constraint/,
    );
    expect(await call(gateway, "platform.cancel_job($1, gen_random_uuid())", [id])).toBe(false);
    const { rows } = await gateway.query<{ tenant_id: string }>(`SELECT tenant_id FROM platform.job_status ${where}`, [
      id,
    ]);
    expect(await call(gateway, "platform.cancel_job($1, $2)", [id, rows[0]!.tenant_id])).toBe(true);
    await expect(
      owner.query(`UPDATE platform.jobs SET status = 'queued', finished_at = NULL ${where}`, [id]),
    ).rejects.toMatchObject({
      hint: "cancelled is an end.",
    });
    expect(await history(id)).toEqual(["queued", "cancelled"]);
  });
});

describe("outbox", () => {
  it("is emptied by two relays at once without sending anything twice", async () => {
    const relays = await Promise.all([server.client(login("api_gateway")), server.client(login("api_gateway"))]);
    const taken = await Promise.all(
      relays.map(async (relay) => {
        await relay.query("BEGIN");
        const { rows } = await relay.query<{ message: string }>("SELECT message FROM platform.claim_outbox(20)");
        return rows.map(({ message }) => message);
      }),
    );
    expect(taken.map((messages) => messages.length)).toEqual([20, 20]);
    expect(new Set(taken.flat()).size).toBe(40);
    const acknowledge = "SELECT platform.acknowledge_outbox($1) AS count";
    for (const [index, relay] of relays.entries()) {
      expect((await relay.query<{ count: number }>(acknowledge, [taken[index]])).rows[0]!.count).toBe(20);
      await relay.query("COMMIT");
      expect((await relay.query<{ count: number }>(acknowledge, [taken[index]])).rows[0]!.count).toBe(0);
      await relay.end();
    }
  });
});

describe("materialised views", () => {
  it("are made anew while somebody reads them, and then tell the new sums", async () => {
    const orchestrator = await server.client(login("ai_orchestrator"));
    const mine = crypto.randomUUID();
    for (let call = 0; call < 3; call++) {
      await orchestrator.query("SELECT platform.record_usage($1, 'model-1', 10, 20, 30)", [mine]);
    }
    const refresher = await server.client(login("platform_maintenance"));
    const reader = await server.client(login("api_gateway"));
    await reader.query("SET lock_timeout = '500ms'");
    const read = "SELECT requests, input_tokens, output_tokens FROM platform.usage_monthly WHERE tenant_id = $1";
    for (const { name } of definition.views) {
      await refresher.query("BEGIN");
      // Not yet committed, so whatever it locks is locked still.
      await refresher.query("SELECT platform.refresh_view($1)", [name]);
      expect((await reader.query(read, [mine])).rows).toHaveLength(name === "usage_monthly" ? 0 : 1);
      await refresher.query("COMMIT");
    }
    expect((await reader.query(read, [mine])).rows).toEqual([
      { requests: "3", input_tokens: "30", output_tokens: "60" },
    ]);
    await expect(refresher.query("SELECT platform.refresh_view('jobs; DROP TABLE x')")).rejects.toThrow(
      /no materialised view/,
    );
  });
});
