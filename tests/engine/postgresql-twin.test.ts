import { execFileSync } from "node:child_process";
import { type Client } from "pg";
import { beforeAll, describe, expect, it } from "vitest";
import { type ServedQuery } from "../../model/database/definition";
import { type PartitionedTable } from "../../model/database/partitioned-table";
import { periodStart } from "../../model/database/partitions";
import { queries } from "../../stacks/altlas/database/queries";
import { tables } from "../../stacks/altlas/database/tables";
import { type Server, startServer } from "../support/postgresql";
import { makePlatform, makeRoles } from "../support/postgresql/partitioned";

/**
 * The audit log beside a twin without partitions: same columns, same indexes, same rows. The figures of docs/evidence.md
 * come from here: `npm test -- tests/engine/postgresql-twin`.
 */
const day = 86_400_000;
const tenants = 500;
const months = 3;
const begin = periodStart("month", new Date(), 2);
const month = (index: number) => periodStart("month", begin, index);
const end = month(months);
const database = "twin";
const partitioned = "platform.audit_log";
const twin = "platform.audit_log_twin";

const table: PartitionedTable = {
  ...tables.find(({ name }) => name === "audit_log")!,
  method: { kind: "range", interval: "month", premake: 3, retain: months, graceDays: 1 },
};

/** As many rows as the plan reckons with: 28 800 a day, 2.6 million in three months. */
const number = Math.round((table.growth.rowsPerDay * (end.getTime() - begin.getTime())) / day);

let server: Server;

beforeAll(async () => {
  server = await startServer({
    major: 18,
    settings: {
      // Nothing may happen by itself between two measurements.
      autovacuum: "off",
      max_wal_size: "8GB",
      // A seventh of a table with its indexes: in beta, 1.5 GiB for some 11 GiB.
      shared_buffers: "64MB",
      maintenance_work_mem: "256MB",
    },
  });
  await makeRoles(server);
  await makePlatform(server, database, [table]);
  const client = await server.client({ database });
  for (let index = 0; index <= months; index += 1) {
    await client.query("CALL partitioning.maintain($1, far => true)", [month(index)]);
  }
  await load(client);
  await client.end();
}, 300_000);

/** Fills both, and builds the indexes afterwards, as every bulk load does. */
async function load(client: Client): Promise<void> {
  const text = async (sql: string) =>
    ((await client.query(sql, [])).rows as { text: string }[]).map(({ text: line }) => line);
  const of = `'${partitioned}'::regclass`;
  const indexes = await text(
    `SELECT pg_get_indexdef(indexrelid) AS text FROM pg_index WHERE indrelid = ${of} AND NOT indisprimary ORDER BY indexrelid`,
  );
  const [primaryKey] = await text(
    `SELECT pg_get_constraintdef(oid) AS text FROM pg_constraint WHERE conrelid = ${of} AND contype = 'p'`,
  );
  expect([indexes.length, primaryKey]).toEqual([2, "PRIMARY KEY (id, occurred_at)"]);
  const drops = await text(
    `SELECT format('ALTER TABLE ${partitioned} DROP CONSTRAINT %I', conname) AS text FROM pg_constraint WHERE conrelid = ${of} AND contype IN ('p', 'c')
     UNION ALL SELECT format('DROP INDEX %s', indexrelid::regclass) FROM pg_index WHERE indrelid = ${of} AND NOT indisprimary`,
  );
  for (const drop of drops) await client.query(drop);
  await client.query(`CREATE TABLE ${twin} (LIKE ${partitioned})`);
  // Ids as platform.new_id makes them, whose random bits are slow: the time in milliseconds, then a number.
  await client.query(
    `INSERT INTO ${twin} (id, occurred_at, tenant_id, user_id, action, target, outcome)
     SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7000b000' || lpad(to_hex(number), 12, '0'))::uuid, at,
       md5((number % ${tenants})::text)::uuid, md5((number % 7919)::text)::uuid, 'job.create', 'job/' || number, 'allowed'
     FROM (SELECT number, date_trunc('milliseconds', $1::timestamptz + number * ($2::timestamptz - $1) / ${number + 1}) AS at
       FROM generate_series(1, ${number}) AS number) AS moments`,
    [begin, end],
  );
  await client.query(`INSERT INTO ${partitioned} SELECT * FROM ${twin}`);
  for (const name of [partitioned, twin]) {
    await client.query(`ALTER TABLE ${name} ADD ${primaryKey ?? ""}`);
    // An index of another table needs another name; without one the server finds it.
    for (const index of indexes) {
      await client.query(index.replace(/INDEX \S+ ON (ONLY )?\S+ /, `INDEX ON ${name} `));
    }
    await client.query(`VACUUM (ANALYZE) ${name}`);
  }
}

const count = (rows: number) => Math.round(rows).toLocaleString("en");
const byPartition = (sql: string) => sql;
const byTwin = (sql: string) => sql.replaceAll(partitioned, twin);
const served = queries.filter(({ sql, partitions }) => sql.includes(partitioned) && partitions !== undefined);

/** Values for a served query: somebody's tenant, and moments and ids of the last month that is there. */
function values(parameters: readonly string[], name: string, round: number): unknown[] {
  const at = new Date(month(months - 1).getTime() + ((round * 7_919) % 26) * day + 43_200_000);
  const id = `${at.getTime().toString(16).padStart(12, "0")}-7000-b000-000000000001`;
  const dashed = `${id.slice(0, 8)}-${id.slice(8)}`;
  return parameters.map((type) => (type === "timestamptz" ? at : name === "audit_entry" ? dashed : tenant(round)));
}

/** `md5(n)::uuid` of a tenant. */
function tenant(round: number): string {
  return known[round % known.length]!;
}
let known: string[] = [];

async function milliseconds(action: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await action();
  return performance.now() - from;
}

/** A run more can only have been disturbed more. */
const best = (samples: readonly number[]) => Math.min(...samples);
const median = (samples: readonly number[]) => [...samples].sort((a, b) => a - b)[Math.floor(samples.length / 2)]!;
const times = (value: number) => `${value >= 10 ? Math.round(value) : value.toFixed(1)}×`;

/** How many times as long as its twin a served query takes. */
async function slower(client: Client, { name, sql, parameters }: ServedQuery, mode: string): Promise<number> {
  const samples: [number[], number[]] = [[], []];
  // In turns, so that whatever else the machine does meets both; the first of each only warms up.
  for (let round = 0; round <= (name === "audit_export" ? 10 : 200); round += 1) {
    for (const [index, variant] of [byPartition, byTwin].entries()) {
      const asked = { name: `${name}_${mode}_${index}`, text: variant(sql), values: values(parameters, name, round) };
      const taken = await milliseconds(() => client.query(asked));
      if (round > 0) samples[index]!.push(taken);
    }
  }
  return median(samples[0]) / median(samples[1]);
}

interface Plan {
  readonly "Relation Name"?: string;
  readonly "Actual Loops"?: number;
  readonly Plans?: readonly Plan[];
}

/** Names of the partitions that a plan really read. */
function read(plan: Plan): string[] {
  const own = plan["Relation Name"] && plan["Actual Loops"] !== 0 ? [plan["Relation Name"]] : [];
  return [...new Set([...own, ...(plan.Plans ?? []).flatMap(read)])];
}

describe(`the audit log with ${count(number)} rows`, () => {
  it("reads at most two partitions for each served query, planned for its values or once for all, and is not slower than its twin", async () => {
    const client = await server.client({ database });
    expect(number).toBeGreaterThanOrEqual(2_000_000);
    const found = await client.query(
      `SELECT md5(number::text)::uuid::text AS id FROM generate_series(0, 49) AS number`,
    );
    known = (found.rows as { id: string }[]).map(({ id }) => id);
    expect(served.map(({ name }) => name)).toEqual(["audit_of_tenant_list", "audit_entry", "audit_export"]);
    for (const { name, sql, parameters, partitions } of served) {
      for (const mode of ["force_custom_plan", "force_generic_plan"]) {
        await client.query(`SET plan_cache_mode = ${mode}; PREPARE asked (${parameters.join(", ")}) AS ${sql}`);
        const given = values(parameters, name, 1).map(
          (value) => `'${value instanceof Date ? value.toISOString() : String(value)}'`,
        );
        const { rows } = await client.query(`EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE asked (${given.join(", ")})`);
        const [
          {
            "QUERY PLAN": [plan],
          },
        ] = rows as [{ "QUERY PLAN": [{ Plan: Plan }] }];
        const touched = read(plan.Plan);
        expect(touched.length, `${name}, ${mode}: ${touched.join(", ")}`).toBeGreaterThanOrEqual(1);
        expect(touched.length, `${name}, ${mode}: ${touched.join(", ")}`).toBeLessThanOrEqual(Math.min(2, partitions!));
        await client.query("DEALLOCATE asked; RESET plan_cache_mode");
      }
    }
    const told: string[] = [];
    // Left to itself, the server soon plans once for all calls: it takes any range for half a percent of the table then, and
    // sorts where it could read in order.
    for (const [mode, what] of [
      ["force_custom_plan", "planned for each call"],
      ["auto", "as the server chooses"],
    ] as const) {
      await client.query(`SET plan_cache_mode = ${mode}`);
      const ratios: string[] = [];
      for (const query of served) {
        const ratio = await slower(client, query, mode);
        // Generous: what is more are tenths of milliseconds of planning.
        if (mode === "force_custom_plan") expect(ratio, query.name).toBeLessThan(3);
        ratios.push(`${query.name} ${ratio.toFixed(2)}`);
      }
      told.push(`${what}: ${ratios.join(", ")}`);
    }
    console.log(`twin: time of served queries, partitioned : unpartitioned, ${told.join("; ")}`);
    await client.end();
  });

  it("is vacuumed by partition: after changes in one month, only that month's indexes are read", async () => {
    const client = await server.client({ database });
    await client.query("SET session_replication_role = replica");
    const said: string[] = [];
    client.on("notice", ({ message }) => said.push(message ?? ""));
    const samples: [number[], number[]] = [[], []];
    const pages: [number[], number[]] = [[], []];
    for (let round = 0; round < 2; round += 1) {
      for (const [index, variant] of [byPartition, byTwin].entries()) {
        // Half of the rows of the last three days, as jobs change while they are young; this log itself refuses changes.
        await client.query(
          variant(
            `UPDATE ${partitioned} SET outcome = 'failed' WHERE occurred_at >= $1 AND get_byte(uuid_send(user_id), 0) % 2 = $2`,
          ),
          [new Date(end.getTime() - 3 * day), round],
        );
        said.length = 0;
        const name = index === 0 ? lastPartition() : twin;
        samples[index]!.push(await milliseconds(() => client.query(`VACUUM (VERBOSE, INDEX_CLEANUP ON) ${name}`)));
        const [, hits, reads] = /buffer usage: (\d+) hits, (\d+) (?:reads|misses)/.exec(said.join("\n")) ?? [];
        pages[index]!.push(Number(hits) + Number(reads));
      }
    }
    const [ratio, pageRatio] = [best(samples[1]) / best(samples[0]), best(pages[1]) / best(pages[0])];
    console.log(
      `twin: vacuum of tables and indexes after changes in three days of ${months} months: the partition's takes ${times(ratio)} less time and ${times(pageRatio)} fewer pages`,
    );
    // Changed pages are the same in both; indexes are read whole, and the twin's are those of all months.
    expect(pageRatio).toBeGreaterThan(1.5);
    await client.end();
  });

  it("loses a month by its partition at least 20 times as fast as by DELETE", async () => {
    // A month that is old enough to leave has long left memory.
    await server.stop();
    forget(server.dataFolder);
    await server.start();
    const client = await server.client({ database });
    await client.query("SET session_replication_role = replica; SET log_statement_stats = on");
    const literal = (date: Date) => `'${date.toISOString()}'`;
    const step = (phase: string, at: Date) =>
      `SELECT partitioning.step(0, 'platform', 'audit_log', '${phase}', ${literal(at)}, true)`;
    const elapsed: Record<Step, number[]> = { detach: [], drop: [], delete: [], vacuum: [] };
    const processor: Record<Step, number[]> = { detach: [], drop: [], delete: [], vacuum: [] };
    const measure = async (name: Step, sql: string) => {
      const from = server.log().length;
      elapsed[name].push(await milliseconds(() => client.query(sql)));
      processor[name].push(processorMilliseconds(server.log().slice(from)));
    };
    // Everything before the first month, which is empty, and the plans of the functions.
    await client.query("CALL partitioning.maintain($1, far => true)", [end]);
    await client.query("CALL partitioning.maintain($1, far => true)", [new Date(end.getTime() + 2 * day)]);
    for (let index = 0; index < months; index += 1) {
      const at = month(index + 1 + months);
      const left = async (name: string) => {
        const sql = `SELECT count(*) FROM ${name} WHERE occurred_at < ${literal(month(index + 1))}`;
        return ((await client.query(sql)).rows as [{ count: string }])[0].count;
      };
      await measure("detach", step("detach", at));
      await measure("drop", step("drop", new Date(at.getTime() + 2 * day)));
      await measure("delete", `DELETE FROM ${twin} WHERE occurred_at < ${literal(month(index + 1))}`);
      await measure("vacuum", `VACUUM ${twin}`);
      expect([await left(partitioned), await left(twin)]).toEqual(["0", "0"]);
    }
    const [waiting] = (await client.query("SELECT count(*) FROM partitioning.detached")).rows as [{ count: string }];
    expect(waiting.count).toBe("0");
    const ratioOf = (of: Record<Step, number[]>, slow: readonly Step[]) =>
      slow.reduce((sum, name) => sum + best(of[name]), 0) / (best(of.detach) + best(of.drop));
    const told = [
      { what: "in the server's processor time", of: processor },
      { what: "by the clock", of: elapsed },
    ].map(
      ({ what, of }) =>
        `${what} ${times(ratioOf(of, ["delete"]))} as fast as DELETE, ${times(ratioOf(of, ["delete", "vacuum"]))} with the VACUUM that must follow`,
    );
    console.log(
      `twin: retention of ${count(number / months)} of ${count(number)} rows by detach and drop: ${told.join("; ")}; ` +
        `writers wait ${best(elapsed.detach).toFixed(1)} ms. Milliseconds by the clock: ${JSON.stringify(elapsed, shortened)}`,
    );
    // What a few milliseconds by the clock become is the disk's and the neighbours'; this is the server's own.
    expect(ratioOf(processor, ["delete"])).toBeGreaterThanOrEqual(20);
    await client.end();
  });
});

type Step = "detach" | "drop" | "delete" | "vacuum";

/** What the server says that a statement took of its processor, user and system. */
function processorMilliseconds(log: string): number {
  const [, user, system] = /([\d.]+) s user, ([\d.]+) s system, [\d.]+ s elapsed/.exec(log) ?? [];
  return (Number(user) + Number(system)) * 1000;
}

const shortened = (_: string, value: unknown) => (typeof value === "number" ? Math.round(value * 10) / 10 : value);

function lastPartition(): string {
  return `${partitioned}_p${month(months - 1)
    .toISOString()
    .slice(0, 10)
    .replaceAll("-", "")}`;
}

/** Has the operating system write the server's large files and forget what it holds of them in memory. */
function forget(folder: string): void {
  const script = `find "$1" -type f -size +1M -print0 | xargs -0 sync && find "$1" -type f -size +1M -exec dd if={} iflag=nocache count=0 status=none \\;`;
  execFileSync("sh", ["-c", script, "sh", folder]);
}
