import { type Client } from "pg";
import { beforeAll, describe, expect, it } from "vitest";
import proposed from "../../stacks/altlas/database/proposals/000003_partition_by_month.up.sql";
import today from "../../stacks/altlas/database/proposals/archive-today.sql";
import { type Server, startServer } from "../support/postgresql";
import { explain } from "../support/postgresql/explain";

/** A year of results, in the order in which they came; ids and metadata as the archive's own code makes them. */
const year = `
INSERT INTO last_files
SELECT md5(number::text)::uuid::text, '/app/data/' || number || '.last', (number % 100) / 100.0, at,
  jsonb_build_object('runner', 'runner-' || number % 7, 'tasks', number % 20), NULL,
  CASE WHEN number > 29950 THEN 'received' WHEN number % 50 = 0 THEN 'failed' ELSE 'archived' END, at, at
FROM (SELECT number, date_trunc('day', now() AT TIME ZONE 'UTC') - (30000 - number) * interval '17 minutes 30 seconds' AS at
  FROM generate_series(1, 30000) AS number) AS made;
INSERT INTO atlas_entries
SELECT md5('entry' || id)::uuid::text, id, file_path, success_rate, timestamp + interval '2 hours', metadata,
  ARRAY['tag-' || left(id, 2)], 'active', created_at, updated_at
FROM last_files WHERE status = 'archived';
VACUUM ANALYZE;
`;

/** 20 results archived a minute, as the project's requirements for the beta test environment have it. */
const filesPerMonth = 20 * 60 * 24 * 30;

/** Sums over every column of every row, whatever the order; times as UTC. */
const sums = {
  today: {
    last_files: `SELECT count(*), sum(hashtextextended(concat_ws('|', id, file_path, success_rate, timestamp, metadata, atlas_id,
      status, created_at, updated_at), 0)::numeric) AS sum FROM last_files`,
    atlas_entries: `SELECT count(*), sum(hashtextextended(concat_ws('|', id, last_file_id, file_path, success_rate, timestamp,
      metadata, tags, status, created_at, updated_at), 0)::numeric) AS sum FROM atlas_entries`,
  },
  proposed: {
    last_files: `SELECT count(*), sum(hashtextextended(concat_ws('|', id, file_path, success_rate, timestamp AT TIME ZONE 'UTC',
      metadata, atlas_id, status, created_at AT TIME ZONE 'UTC', updated_at AT TIME ZONE 'UTC'), 0)::numeric) AS sum FROM last_files`,
    atlas_entries: `SELECT count(*), sum(hashtextextended(concat_ws('|', id, last_file_id, file_path, success_rate,
      timestamp AT TIME ZONE 'UTC', metadata, tags, status, created_at AT TIME ZONE 'UTC', updated_at AT TIME ZONE 'UTC'), 0)::numeric) AS sum
      FROM atlas_entries`,
  },
};

/** Questions of the archive's code (`internal/repository_optimized`), answered before and after. */
const questions = {
  "failed files of a month": `SELECT id, file_path FROM last_files WHERE status = 'failed'
    AND timestamp >= date_trunc('month', now()) - interval '6 months' AND timestamp < date_trunc('month', now()) - interval '5 months'
    ORDER BY timestamp DESC LIMIT 100`,
  "files to be worked on": `SELECT id FROM last_files WHERE status IN ('received', 'processing')
    AND timestamp > date_trunc('day', now()) - interval '20 days' AND timestamp <= now() ORDER BY timestamp LIMIT 10`,
};

describe("the proposal for the archive's tables, on a copy of a year", () => {
  let server: Server;
  let client: Client;
  const before: Record<string, unknown> = {};
  const pages: Record<string, number[]> = {};
  /** Two months and what is left of a third: everything before. */
  const old = "date_trunc('month', now()) - interval '10 months'";
  let deleteBytes = 0;
  let deletedFiles = 0;

  async function pagesOf(sql: string): Promise<number> {
    const { rows } = await client.query<{ "QUERY PLAN": [{ Plan: Record<string, number> }] }>(
      `EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) ${sql}`,
    );
    const { Plan } = rows[0]!["QUERY PLAN"][0];
    return Plan["Shared Hit Blocks"]! + Plan["Shared Read Blocks"]!;
  }

  /** Bytes of the write-ahead log that an action writes: what it costs the disk, the replicas and the backups. */
  async function logOf(action: () => Promise<unknown>): Promise<number> {
    const at = async () => (await client.query<{ at: string }>("SELECT pg_current_wal_insert_lsn() AS at")).rows[0]!.at;
    const start = await at();
    await action();
    const { rows } = await client.query<{ bytes: string }>("SELECT pg_wal_lsn_diff($1, $2) AS bytes", [
      await at(),
      start,
    ]);
    return Number(rows[0]!.bytes);
  }

  beforeAll(async () => {
    server = await startServer({ major: 18, settings: { random_page_cost: "1.1", timezone: "UTC" } });
    await server.psql("CREATE ROLE archive LOGIN; CREATE DATABASE atlas_db OWNER archive");
    // All of it as the archive: what it cannot do with its own rights is no proposal to it.
    const login = { database: "atlas_db", role: "archive" };
    await server.psql(`${today}\n${year}`, login);
    client = await server.client(login);
    for (const [table, sql] of Object.entries(sums.today)) before[table] = (await client.query(sql)).rows[0];
    for (const [name, sql] of Object.entries(questions)) pages[name] = [await pagesOf(sql)];
    // Taken back: what a DELETE writes is measured on the same rows that the proposal then gets.
    await client.query("BEGIN");
    deleteBytes = await logOf(async () => {
      await client.query(
        `DELETE FROM atlas_entries USING last_files WHERE last_file_id = last_files.id AND last_files.timestamp < ${old}`,
      );
      deletedFiles = (await client.query(`DELETE FROM last_files WHERE timestamp < ${old}`)).rowCount ?? 0;
    });
    await client.query("ROLLBACK");
    await server.psql("VACUUM ANALYZE", { database: "atlas_db" });
    await server.psql(proposed, login);
    await server.psql("VACUUM ANALYZE", { database: "atlas_db" });
  });

  it("copies every column of every row", async () => {
    for (const [table, sql] of Object.entries(sums.proposed)) {
      const { rows } = await client.query<{ count: string }>(sql);
      expect(rows[0]).toEqual(before[table]);
      expect(Number(rows[0]!.count)).toBeGreaterThan(25_000);
    }
  });

  it("keeps the reference between entries and files", async () => {
    const entry = `INSERT INTO atlas_entries (id, last_file_id, last_file_timestamp, timestamp, success_rate, status, file_path)
      SELECT gen_random_uuid()::text, $1, timestamp, now(), 1, 'active', 'x' FROM last_files WHERE id = $2`;
    const { rows } = await client.query<{ id: string }>("SELECT id FROM last_files LIMIT 1");
    const { id } = rows[0]!;
    await client.query(entry, [id, id]);
    await expect(client.query(entry, ["nobody", id])).rejects.toThrow(/foreign key/);
  });

  it("takes ids that are longer than before, and no state that the service does not know", async () => {
    const file = `INSERT INTO last_files (id, timestamp, success_rate, status, file_path) VALUES ($1, now(), 0.5, $2, 'x')`;
    await client.query(file, [`atlas_${crypto.randomUUID()}`, "received"]);
    await expect(client.query(file, ["another", "lost"])).rejects.toThrow(/check constraint/);
  });

  it("answers the archive's questions from one or two months, by the index that is there for it", async () => {
    for (const [name, sql] of Object.entries(questions)) {
      const done = await explain(client, { sql, parameters: [], adHoc: true }, []);
      expect(done.tables.length, name).toBeLessThanOrEqual(2);
      pages[name]!.push(await pagesOf(sql));
    }
    const [monthBefore, monthAfter] = pages["failed files of a month"]!;
    // Today's planner reads either all failures of all time, or all files of the month.
    console.log(`pages read for the failed files of a month: ${monthBefore} → ${monthAfter}`);
    expect(monthBefore! / monthAfter!).toBeGreaterThan(3);
    const [openBefore, openAfter] = pages["files to be worked on"]!;
    expect(openAfter!).toBeLessThanOrEqual(openBefore!);
  });

  it("lets a month go without touching its rows, entries before files", async () => {
    const { rows } = await client.query<{ name: string }>(
      "SELECT relid::text AS name FROM pg_partition_tree('last_files') WHERE isleaf ORDER BY relid::regclass::text",
    );
    const months = rows.map(({ name }) => name).sort();
    const drop = async (table: string, name: string) =>
      await client.query(`ALTER TABLE ${table} DETACH PARTITION ${name}; DROP TABLE ${name}`);
    await expect(drop("last_files", months[0]!)).rejects.toThrow(/foreign key/);
    const { rows: bounds } = await client.query<{ first: string }>(`SELECT to_char(${old}, 'YYYYMMDD') AS first`);
    const leaving = months.filter((name) => name < `last_files_p${bounds[0]!.first}`);
    expect(leaving.length).toBeGreaterThanOrEqual(2);
    const dropBytes = await logOf(async () => {
      for (const month of leaving) {
        await drop("atlas_entries", month.replace("last_files", "atlas_entries"));
        await drop("last_files", month);
      }
    });
    const left = await client.query(`SELECT FROM last_files WHERE timestamp < ${old}`);
    expect(left.rows).toHaveLength(0);
    // A DELETE costs by the row, a month that leaves always the same: from so many files a month on, partitions win.
    const [perFile, perMonth] = [deleteBytes / deletedFiles, dropBytes / leaving.length];
    console.log(
      `write-ahead log: ${perFile.toFixed(0)} bytes for each file that DELETE removes, ${perMonth.toFixed(0)} for a month that ` +
        `leaves; with the ${filesPerMonth} files of a month at 20 a minute, ${((perFile * filesPerMonth) / perMonth).toFixed(0)} times less`,
    );
    expect(perMonth / perFile).toBeLessThan(filesPerMonth / 30);
  });
});
