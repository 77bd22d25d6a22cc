import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { randomUUID } from "node:crypto";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { postgresqlManifests } from "../../components/postgresql/objects";
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
import { type Variable } from "../support/registered/workload";

const patience = { timeout: 60_000, interval: 50 };
const { server, migrations, backup, restoreDrill, restore } = databaseObjects;

const args = somePostgresqlArgs({
  sharedStorageClassName: "altlas-shared",
  database: {
    backup: {
      target: { kind: "volume", size: "50Gi" },
      schedule: "15 1 * * *",
      retentionDays: 7,
      drillSchedule: "45 3 * * 0",
      archiveTimeoutSeconds: 300,
    },
  },
});
const { name: database } = args.database.definition;
const objects: readonly Manifest[] = [...postgresqlManifests(args), passwordsSecret(args)];

function of(kind: string, name: string): Manifest {
  const named = objects.filter((each) => each.kind === kind && each.metadata.name.startsWith(name));
  const found = named.find(({ metadata }) => metadata.name === name) ?? named[0];
  if (!found) throw new Error(`there is no ${kind} ${name}`);
  return found;
}

describe.skipIf(process.env.ALTLAS_SKIP_ENGINE_TESTS === "1")("backups of the registered plain form", () => {
  let programs: string;
  let root: string;
  let port: number;
  let primary: Running;
  const clients: Client[] = [];

  const volume = (name: string) => path.join(root, "volumes", name);
  const saved = (...parts: string[]) => path.join(volume("backups"), ...parts);
  const backups = () =>
    readdirSync(saved("base"))
      .filter((each) => /^\d/.test(each))
      .sort();
  const segments = () =>
    readdirSync(saved("wal"))
      .filter((each) => /^[0-9A-F]{24}$/.test(each))
      .sort();

  const pod = (): Pick<Registered, "objects" | "image" | "claims"> => ({
    objects,
    image: { programs: { bash: "/bin/bash", sh: "/bin/sh" }, path: [programs], account: "postgres" },
    claims: { [backup]: saved() },
  });
  const start = async (): Promise<void> => {
    primary = await startRegistered({
      ...pod(),
      workload: of("StatefulSet", server) as Workload,
      container: server,
      folder: root,
      leaveOut: ["prepare"],
      ports: { postgresql: port },
      tell: ({ path: at }) => {
        // It finds its log by a link in its data.
        at("/var/lib/postgresql-wal");
        return ["-c", "listen_addresses=127.0.0.1"];
      },
    });
    const ready = async () => (await primary.probe("readinessProbe")) === undefined;
    await vi.waitUntil(async () => primary.ended() !== undefined || (await ready()), patience);
    if (primary.ended() !== undefined) throw new Error(primary.log());
  };
  const prepare = async () => {
    const workload = of("StatefulSet", server) as Workload;
    const addresses = { "host=postgresql port=5432": `host=127.0.0.1 port=${port}` };
    const prepared = await runRegistered({
      ...pod(),
      workload,
      container: "prepare",
      folder: root,
      ports: {},
      addresses,
    });
    expect([prepared.code, prepared.log]).toEqual([0, prepared.log]);
  };
  /** Runs the container of a registered job, in a pod of its own; `environment` is what somebody sets for this run. */
  const run = async (workload: Workload, name: string, options: Partial<Registered> = {}) =>
    await runRegistered({
      ...pod(),
      addresses: { postgresql: "127.0.0.1", "5432": String(port) },
      ...options,
      workload,
      container: name,
      // Short: a socket of the drill lies below it, and the path of one has 107 characters at most.
      folder: path.join(root, "jobs", randomUUID().slice(0, 8)),
      ports: {},
    });
  const backUp = async () => await run(jobOf(of("CronJob", backup)), backup);
  const drill = async () => await run(jobOf(of("CronJob", restoreDrill)), restoreDrill);
  const connect = async (role: string = systemRoles.administrator): Promise<Client> => {
    const client = new Client({
      host: "127.0.0.1",
      port,
      user: role,
      password: passwordOf(role),
      database,
      ssl: { rejectUnauthorized: false },
    });
    client.on("error", () => undefined);
    await client.connect();
    clients.push(client);
    return client;
  };
  const ask = async (sql: string): Promise<string> => {
    const client = await connect();
    const { rows } = await client.query<Record<string, unknown>>(sql);
    await client.end();
    return rows.map((row) => Object.values(row).join("|")).join("\n");
  };
  /** Closes the present segment of the log, and waits until it is archived. */
  const archived = async () => {
    const name = await ask("SELECT pg_walfile_name(pg_switch_wal())");
    // The server's word, not the file's presence: by then the command has ended.
    await vi.waitUntil(async () => (await ask("SELECT last_archived_wal FROM pg_stat_archiver")) >= name, patience);
    expect(segments()).toContain(name);
    return name;
  };
  const drills = async () =>
    await ask("SELECT succeeded, backup, checked_rows > 0 FROM platform.restore_drills ORDER BY finished_at");

  beforeAll(async () => {
    ({ programs } = await installation(18));
    root = serverFolder("backup");
    mkdirSync(saved(), { recursive: true });
    port = await freePort([]);
    await prepare();
    await start();
    const { code, log } = await run(of("Job", migrations) as Workload, migrations, { claims: {} });
    expect([code, log]).toEqual([0, log]);
    await ask("CREATE TABLE commits (id bigint PRIMARY KEY, at timestamptz NOT NULL DEFAULT clock_timestamp())");
  });
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
  });

  /** Commits one row after the other; `last` is the last that the server has confirmed. */
  const writer = async () => {
    const client = await connect();
    let last = Number((await client.query<{ max: string | null }>("SELECT max(id) FROM commits")).rows[0]?.max ?? 0);
    const state = { stopped: false };
    const work = (async () => {
      while (!state.stopped) {
        await client.query("INSERT INTO commits (id) VALUES ($1)", [last + 1]);
        last += 1;
      }
    })().catch(() => undefined); // Killed with the server.
    return {
      last: () => last,
      stop: async () => {
        state.stopped = true;
        await work;
      },
    };
  };

  it("archive each closed segment of the log once, and have no failure to report", async () => {
    const name = await archived();
    expect(statSync(saved("wal", name)).size).toBe(16 * 1024 ** 2);
    expect(await ask("SELECT failed_count FROM pg_stat_archiver")).toBe("0");
    expect(readdirSync(saved("wal")).filter((each) => each.startsWith("."))).toEqual([]);
  });

  it("are taken beside writers, checked, and lose nothing when the server is killed and what it had is gone", async () => {
    const writing = await writer();
    const taken = await backUp();
    expect([taken.code, taken.log]).toEqual([0, expect.stringMatching(/base backup: \d{14} is good .* kept: 1,/)]);
    expect(backups()).toHaveLength(1);

    await sleep(300);
    const confirmed = writing.last();
    // A moment between two commits: everything until then, and nothing after.
    await writing.stop();
    const target = await ask("SELECT clock_timestamp()::text FROM pg_sleep(0.01)");
    expect(confirmed).toBeGreaterThan(20);
    const kept = writing.last();
    const later = await writer();
    await sleep(200);
    await archived();
    await sleep(100);
    await primary.kill();
    await later.stop();
    expect(later.last()).toBeGreaterThan(kept);

    // First what a restart does by itself: whatever was confirmed is there.
    await prepare();
    await start();
    expect(Number(await ask("SELECT max(id) FROM commits"))).toBeGreaterThanOrEqual(later.last());
    expect(await ask("SELECT count(*) = max(id) FROM commits")).toBe("true");
    await primary.kill();

    // Then from the backup alone, to the point in time.
    const job = jobOf(of("CronJob", restore));
    const claims = {
      [backup]: saved(),
      [`data-${server}-0`]: volume("data"),
      [`wal-${server}-0`]: volume("wal"),
    };
    const refused = await run(job, restore, { claims, addresses: {} });
    expect([refused.code, refused.log]).toEqual([1, expect.stringMatching(/exists, and nothing is overwritten/)]);
    const wanted = withEnvironment(job, { TARGET_TIME: target, ASIDE: "before" });
    const restored = await run(wanted, restore, { claims, addresses: {} });
    expect([restored.code, restored.log]).toEqual([0, expect.stringContaining(`until ${target} when it starts`)]);
    for (const place of ["data/data.before", "wal/pg_wal.before"]) rmSync(volume(place), { recursive: true });

    await prepare();
    await start();
    await vi.waitUntil(async () => (await ask("SELECT pg_is_in_recovery()")) === "false", patience);
    expect(await ask("SELECT count(*), max(id) FROM commits")).toBe(`${kept}|${kept}`);
    // It goes on as a new timeline, beside the old one's log.
    expect(await archived()).toMatch(/^00000002/);
    expect(await ask("SELECT failed_count FROM pg_stat_archiver")).toBe("0");
  });

  it("are restored by the drill, which says so in the live server", async () => {
    expect((await backUp()).code).toBe(0);
    await ask("INSERT INTO commits SELECT generate_series(1000001, 1001000)");
    await archived();
    const newest = backups().at(-1);
    const { code, log } = await drill();
    expect([code, log]).toEqual([
      0,
      expect.stringMatching(/restore drill: base backup \d{14} is good: \d+ rows of platform/),
    ]);
    expect(await drills()).toBe(`true|${newest}|true`);
  });

  it("fail the drill when a backup or the log after it is damaged, which is written down as well", async () => {
    const newest = backups().at(-1) ?? "";
    const archive = saved("base", newest, "base.tar.gz");
    const middle = Math.floor(statSync(archive).size / 2);
    flip(archive, middle);
    const damaged = await drill();
    expect([damaged.code, damaged.log]).toEqual([1, expect.stringMatching(/base backup \d{14} is damaged/)]);
    flip(archive, middle);

    // A gap in the log: recovery ends before it without a word.
    await ask("INSERT INTO commits SELECT generate_series(2000001, 2000100)");
    const missing = await archived();
    await ask("INSERT INTO commits SELECT generate_series(3000001, 3000100)");
    await archived();
    renameSync(saved("wal", missing), `${root}/${missing}`);
    const gap = await drill();
    expect([gap.code, gap.log]).toEqual([1, expect.stringMatching(/something between is missing or damaged/)]);
    renameSync(`${root}/${missing}`, saved("wal", missing));
    expect((await drills()).split("\n").slice(1)).toEqual([`false|${newest}|false`, `false|${newest}|false`]);
  });

  it("leave by age, but for the one from before the retention that its moments need, with the log that nobody needs", async () => {
    const [oldest = "", newest = ""] = [backups()[0], backups().at(-1)];
    renameSync(saved("base", oldest), saved("base", "20200101000000"));
    execFileSync("cp", ["-a", saved("base", newest), saved("base", "20200201000000")]);
    const before = segments();
    const { code } = await backUp();
    expect(code).toBe(0);
    expect(backups()[0]).toBe("20200201000000");
    expect(backups()).toHaveLength(3);
    // The log from before that one's first segment is gone, and nothing else.
    const first = firstSegment(saved("base", "20200201000000"));
    const kept = segments();
    expect(kept[0]! >= first).toBe(true);
    expect(before.filter((each) => each >= first && !kept.includes(each))).toEqual([]);
    expect(before.filter((each) => each < first).length).toBeGreaterThan(0);
    expect((await drill()).code).toBe(0);
  });

  it("keep the last good one when a new one cannot be taken", async () => {
    const before = backups();
    const job = withEnvironment(jobOf(of("CronJob", backup)), { PGUSER: systemRoles.maintenance, RETENTION_DAYS: "0" });
    const { code, log } = await run(job, backup);
    expect([code, log]).toEqual([1, expect.stringMatching(/pg_basebackup: error/)]);
    expect(backups()).toEqual(before);
    expect(readdirSync(saved("base")).filter((each) => each.startsWith("."))).toEqual([]);
  });
});

/** The Job with variables set as `kubectl set env` does. */
function withEnvironment(job: Workload, values: Readonly<Record<string, string>>): Workload {
  const set = (key: string, value: unknown) =>
    key === "env" ? (value as Variable[]).map((each) => ({ ...each, value: values[each.name] ?? each.value })) : value;
  return JSON.parse(JSON.stringify(job, set)) as Workload;
}

/** Flips the bits of one byte; the file stays the same one, with its owner. */
function flip(file: string, at: number): void {
  const content = readFileSync(file);
  content[at] = (content[at] ?? 0) ^ 0xff;
  writeFileSync(file, content);
}

/** Name of the segment where a backup's log begins, from its own label. */
function firstSegment(folder: string): string {
  const label = execFileSync("tar", ["-xzOf", path.join(folder, "base.tar.gz"), "backup_label"], { encoding: "utf8" });
  return /\(file ([0-9A-F]{24})\)/.exec(label)?.[1] ?? "";
}
