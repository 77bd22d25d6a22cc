import { describe, expect, it } from "vitest";
import { treePages, tablePages } from "../../../reports/database/bloat";
import { estimate, measuredIndex } from "../../../reports/database/checks/bloat";
import { bloatFindings } from "../../../reports/database/checks/bloat-findings";
import { connectionFindings, countBy } from "../../../reports/database/checks/connections";
import { duplicateIndexes } from "../../../reports/database/checks/duplicate-indexes";
import { foreignKeyFindings } from "../../../reports/database/checks/foreign-keys";
import { freezeFindings } from "../../../reports/database/checks/freeze";
import { heldFindings, type HeldRow } from "../../../reports/database/checks/held";
import { invalidIndexes } from "../../../reports/database/checks/invalid-indexes";
import { lockFindings, type LockRow, rootBlockers } from "../../../reports/database/checks/locks";
import { queryFindings } from "../../../reports/database/checks/queries";
import { replicationFindings, type ReplicationRow } from "../../../reports/database/checks/replication";
import { settingFindings } from "../../../reports/database/checks/settings";
import { growthFindings, growthOfAll } from "../../../reports/database/checks/sizes";
import { statisticsFindings } from "../../../reports/database/checks/statistics";
import { unusedIndexes } from "../../../reports/database/checks/unused-indexes";
import { vacuumFindings } from "../../../reports/database/checks/vacuum";
import { withoutStatements } from "../../../reports/database/checks/without-statements";
import { type Finding } from "../../../reports/database/check";
import { type PoolRow, poolFindings } from "../../../reports/database/pooler";
import { connection, context, day, index, mebibyte, query, table } from "../../support/database-report/rows";

const told = (findings: readonly Finding[]) =>
  findings.map(({ kind, severity, objects }) => `${severity} ${kind}: ${objects.join(", ")}`);
const statements = (findings: readonly Finding[]) => findings.flatMap(({ sql }) => sql);
const unused = (...rows: Parameters<typeof unusedIndexes>[0]) => unusedIndexes(rows, context(), new Set());
const duplicates = (...rows: Parameters<typeof duplicateIndexes>[0]) => duplicateIndexes(rows).findings;

describe("indexes that no query uses", () => {
  it("are dropped concurrently, with the statement to have them back", () => {
    const found = unused(index(1, { scans: 0 }), index(2));
    expect(told(found)).toEqual(["medium indexes.unused: public.i1"]);
    expect(statements(found)).toEqual(["DROP INDEX CONCURRENTLY public.i1;"]);
    expect(found[0]?.remedy).toContain("To have it back: CREATE INDEX i1 ON public.orders");
  });

  it.each([
    ["used", { scans: 1 }],
    ["unique", { unique: true }],
    ["of a constraint", { constraint: "c" }],
    ["of a foreign key's columns", { servesForeignKey: true }],
    ["what a foreign key points to", { referenced: true }],
    ["the replica identity", { replicaIdentity: true }],
    ["being built", { beingBuilt: true }],
    ["invalid, which another finding says", { valid: false }],
    ["small", { bytes: 8192 }],
  ])("are not told when they are %s", (_why, more) => expect(unused(index(1, { scans: 0, ...more }))).toEqual([]));

  it("are a hint while use is counted for days only, and standbys are to be asked", () => {
    const young = unusedIndexes(
      [index(1, { scans: 0 })],
      context({ statisticsSeconds: 6 * day, standbys: 1 }),
      new Set(),
    );
    expect(young[0]).toMatchObject({ severity: "low" });
    expect(young[0]?.remedy).toMatch(/^Wait: .*less than 7 days.*This server has standbys/);
    expect(unused(index(1, { scans: 0 }))[0]?.remedy).not.toMatch(/Wait|standbys/);
  });

  it("of a partitioned table are one, and go in a transaction with a bounded lock; one used part keeps all", () => {
    const parts = [2, 3].map((id) => index(id, { rootId: 1, tableRoot: "public.p", table: `public.p${id}`, scans: 0 }));
    const head = index(1, { partitioned: true, table: "public.p", scans: 0, bytes: 0 });
    const found = unused(head, ...parts);
    expect(told(found)).toEqual(["medium indexes.unused: public.i1"]);
    expect(found[0]?.numbers).toMatchObject({ bytes: 20 * mebibyte });
    expect(statements(found)).toEqual([
      "BEGIN;",
      "SET LOCAL lock_timeout = '2s';",
      "SET LOCAL statement_timeout = '10s';",
      "DROP INDEX public.i1;",
      "COMMIT;",
    ]);
    expect(unused(head, parts[0]!, { ...parts[1]!, scans: 1 })).toEqual([]);
  });

  it("that partitions have each by itself are one, without those that are used", () => {
    const local = [1, 2, 3].map((id) =>
      index(id, { keys: ["a|1|0|0"], tableRoot: "public.p", table: `public.p${id}`, scans: id === 2 ? 5 : 0 }),
    );
    const found = unused(...local);
    expect(told(found)).toEqual(["medium indexes.unused: public.i1, public.i3"]);
    expect(statements(found)).toEqual(["DROP INDEX CONCURRENTLY public.i1;", "DROP INDEX CONCURRENTLY public.i3;"]);
  });

  it("are not told twice: an index that another one replaces is told as that", () => {
    expect(unusedIndexes([index(1, { scans: 0 })], context(), new Set([1]))).toEqual([]);
  });
});

describe("indexes that another one replaces", () => {
  const same = { keys: ["a|1|0|0"] };

  it("go, the less used and newer first", () => {
    expect(told(duplicates(index(1, { ...same, scans: 1 }), index(2, { ...same, scans: 9 })))).toEqual([
      "medium indexes.duplicate: public.i1",
    ]);
    expect(told(duplicates(index(1, same), index(2, same)))).toEqual(["medium indexes.duplicate: public.i2"]);
    // Of three one stays.
    expect(
      duplicates(index(1, same), index(2, same), index(3, same))
        .flatMap(({ objects }) => objects)
        .sort(),
    ).toEqual(["public.i2", "public.i3"]);
  });

  it("keep what keeps out second rows, what a constraint has, and what others point to", () => {
    const unique = { ...same, unique: true, scans: 0 };
    expect(told(duplicates(index(1, unique), index(2, { ...same, scans: 99 })))).toEqual([
      "medium indexes.duplicate: public.i2",
    ]);
    expect(told(duplicates(index(1, { ...unique, constraint: "c" }), index(2, unique)))).toEqual([
      "medium indexes.duplicate: public.i2",
    ]);
    const both = duplicates(
      index(1, { ...unique, constraint: "a", referenced: true }),
      index(2, { ...unique, constraint: 'b"' }),
    );
    expect(statements(both)).toEqual(['ALTER TABLE public.orders DROP CONSTRAINT "b""";']);
    expect(
      duplicates(index(1, { ...unique, referenced: true }), index(2, { ...unique, replicaIdentity: true })),
    ).toEqual([]);
    expect(
      duplicates(index(1, { ...unique, nullsNotDistinct: true }), index(2, { ...unique, referenced: true })),
    ).toEqual([]);
  });

  it.each([
    ["other columns", { keys: ["b|1|0|0"] }],
    ["another order", { keys: ["a|1|0|3"] }],
    ["another class of operators", { keys: ["a|2|0|0"] }],
    ["a condition", { predicate: "a > 0" }],
    ["another method", { method: "hash" }],
    ["another table", { table: "public.other" }],
    ["a failed build", { valid: false }],
  ])("are not those with %s", (_what, more) =>
    expect(duplicates(index(1, same), index(2, { ...same, ...more }))).toEqual([]),
  );

  it("are also those that a longer one begins with, unless they are unique", () => {
    const longer = index(2, { keys: ["a|1|0|0", "b|1|0|0"] });
    const found = duplicates(index(1, same), longer);
    expect(told(found)).toEqual(["low indexes.prefix: public.i1"]);
    expect(statements(found)).toEqual(["DROP INDEX CONCURRENTLY public.i1;"]);
    expect(duplicates(index(1, { ...same, unique: true }), longer)).toEqual([]);
    expect(duplicates(index(1, { keys: ["b|1|0|0"] }), longer)).toEqual([]);
    expect(duplicates(index(1, { ...same, included: ["c"] }), longer)).toEqual([]);
    expect(told(duplicates(index(1, { ...same, included: ["b"] }), longer))).toEqual(["low indexes.prefix: public.i1"]);
    expect(duplicates(index(1, { ...same, method: "hash" }), { ...longer, method: "hash" })).toEqual([]);
  });

  it("of partitions are told as one, and parts of a partitioned index only with it", () => {
    const local = (id: number, table: number) =>
      index(id, { ...same, tableRoot: "public.p", table: `public.p${table}` });
    expect(told(duplicates(local(1, 1), local(2, 1), local(3, 2), local(4, 2)))).toEqual([
      "medium indexes.duplicate: public.i2, public.i4",
    ]);
    const part = index(2, { ...same, rootId: 9, tableRoot: "public.p", table: "public.p1" });
    expect(told(duplicates(local(1, 1), part))).toEqual(["medium indexes.duplicate: public.i1"]);
    expect(duplicates(part, { ...part, id: 3, index: "public.i3" })).toEqual([]);
  });
});

it("indexes whose build failed are built again, leftovers dropped, and those being built left alone", () => {
  const bad = { valid: false };
  const found = invalidIndexes([
    index(1, bad),
    index(2, { ...bad, name: "i2_ccnew1" }),
    index(3, { ...bad, beingBuilt: true }),
    index(4, { ...bad, partitioned: true }),
    index(5),
  ]);
  expect(told(found)).toEqual([
    "high indexes.invalid: public.i1",
    "high indexes.leftOver: public.i2",
    "high indexes.incomplete: public.i4",
  ]);
  expect(statements(found)).toEqual(["REINDEX INDEX CONCURRENTLY public.i1;", "DROP INDEX CONCURRENTLY public.i2;"]);
});

it("foreign keys without an index matter more where rows are deleted, and the same columns ask once", () => {
  const row = {
    constraint: "f",
    table: "public.orders",
    tableName: "orders",
    referenced: "public.customers",
    columns: ["customer_id"],
    nullable: false,
    cascades: false,
    rows: 10,
    bytes: 2 * mebibyte,
    referencedDeletes: 0,
    tree: [],
    taken: [],
  };
  const told_ = (...rows: (typeof row)[]) => told(foreignKeyFindings(rows, context()));
  expect(told_(row, { ...row, constraint: "g" })).toEqual(["low indexes.foreignKey: public.orders"]);
  expect(told_({ ...row, referencedDeletes: 1 })).toEqual(["medium indexes.foreignKey: public.orders"]);
  expect(told_({ ...row, bytes: 8192 })).toEqual([]);
});

describe("statistics", () => {
  const found = (...rows: Parameters<typeof statisticsFindings>[0]) => told(statisticsFindings(rows, context()));

  it("are stale far beyond what autovacuum waits for, and at once where it never comes", () => {
    expect(found(table({ changedSinceAnalyze: 2100 }))).toEqual([]);
    expect(found(table({ changedSinceAnalyze: 2101 }))).toEqual(["medium statistics.stale: public.orders"]);
    expect(found(table({ changedSinceAnalyze: 1051, autovacuumEnabled: false }))).toEqual([
      "medium statistics.stale: public.orders",
    ]);
    expect(found(table({ changedSinceAnalyze: 900, analyzeThreshold: 50 }))).toEqual([]);
  });

  it("are missing where nobody ever analysed, but not after a crash that lost the date", () => {
    const never = { analyzedSecondsAgo: null };
    expect(found(table({ ...never, neverCounted: true }))).toEqual(["medium statistics.never: public.orders"]);
    expect(found(table(never))).toEqual([]);
    expect(found(table({ ...never, neverCounted: true, rows: 5, liveRows: 5 }))).toEqual([]);
  });

  it("of partitions are told as one, and the parent's own are missed", () => {
    const part = (name: string) =>
      table({ table: name, root: "public.p", analyzedSecondsAgo: null, neverCounted: true });
    const parent = table({ table: "public.p", partitioned: true, analyzedSecondsAgo: null });
    expect(found(parent, part("public.p1"), part("public.p2"))).toEqual([
      "medium statistics.never: public.p1, public.p2",
    ]);
    const done = table({ table: "public.p1", root: "public.p" });
    expect(found(parent, done)).toEqual(["low statistics.parent: public.p"]);
    expect(found({ ...parent, analyzedSecondsAgo: 5 }, done)).toEqual([]);
  });
});

describe("dead rows", () => {
  const found = (more: Parameters<typeof table>[0]) => told(vacuumFindings([table(more)], context()));

  it("are told far beyond what autovacuum waits for; more of them than live ones are the worst", () => {
    expect(found({ deadRows: 4100 })).toEqual([]);
    expect(found({ deadRows: 4101 })).toEqual(["medium vacuum.deadRows: public.orders"]);
    expect(found({ deadRows: 20_000 })).toEqual(["high vacuum.deadRows: public.orders"]);
    expect(found({ deadRows: 500, vacuumThreshold: 50 })).toEqual([]);
  });

  it("will come where autovacuum is off", () => {
    expect(found({ autovacuumEnabled: false })).toEqual(["medium vacuum.off: public.orders"]);
  });
});

describe("growth", () => {
  const rows = [table({ inserted: 5000, deleted: 1000 })];

  it("is the rows inserted less those deleted, at the table's bytes for each", () => {
    const { growth } = growthOfAll(rows, context({ statisticsSeconds: 2 * day }));
    expect(growth).toEqual([
      { table: "public.orders", bytes: 10 * mebibyte, bytesPerDay: 2 * mebibyte, doublingDays: 5 },
    ]);
  });

  it("is not told from minutes, unless two samples were taken", () => {
    expect(growthOfAll(rows, context({ statisticsSeconds: 600 })).growth).toEqual([]);
    const earlier = { rows: [table({ inserted: 4990, deleted: 1000 })], seconds: 86.4 };
    const { growth, seconds } = growthOfAll(rows, context({ statisticsSeconds: 600 }, { earlier }));
    expect(seconds).toBe(86.4);
    expect(growth[0]?.bytesPerDay).toBeCloseTo(10 * mebibyte, 3);
  });

  it("is never negative, nor more than there is", () => {
    const bytesPerDay = (more: Parameters<typeof table>[0]) =>
      growthOfAll([table(more)], context({ statisticsSeconds: day })).growth[0]?.bytesPerDay;
    expect(bytesPerDay({ inserted: 5, deleted: 500 })).toBe(0);
    expect(bytesPerDay({ inserted: 1_000_000 })).toBe(10 * mebibyte);
    expect(bytesPerDay({ inserted: 5, liveRows: 0 })).toBe(0);
  });

  it("is told of large tables that will soon be twice as large", () => {
    const one = { table: "t", bytes: 2 ** 31, bytesPerDay: 2 ** 27, doublingDays: 16 };
    expect(told(growthFindings([one], context()))).toEqual(["medium sizes.growing: t"]);
    expect(
      growthFindings(
        [
          { ...one, doublingDays: 31 },
          { ...one, bytes: 2 ** 20 },
        ],
        context(),
      ),
    ).toEqual([]);
  });
});

describe("slow statements", () => {
  const found = (more: Parameters<typeof query>[0], facts = {}) => queryFindings([query(more)], context(facts));

  it("are slow on average; the worst take much of all time", () => {
    expect(found({ meanMilliseconds: 499 })).toEqual([]);
    expect(told(found({ meanMilliseconds: 500, share: 0.24 }))).toEqual([
      "medium queries.slow: SELECT * FROM orders WHERE id = $1",
    ]);
    expect(found({ meanMilliseconds: 500, share: 0.25 })[0]?.severity).toBe("high");
    expect(found({ meanMilliseconds: 500, share: null })[0]?.severity).toBe("medium");
  });

  it("are explained where the server can without values: from 16 on, whole, and no command", () => {
    const slow = { meanMilliseconds: 900 };
    expect(statements(found(slow))).toEqual(["EXPLAIN (GENERIC_PLAN) SELECT * FROM orders WHERE id = $1;"]);
    for (const [more, facts] of [
      [{}, { versionNumber: 150_019 }],
      [{ cut: true }, {}],
      [{ query: "REFRESH MATERIALIZED VIEW v" }, {}],
      [{ query: "<insufficient privilege>" }, {}],
    ] as const) {
      expect(statements(found({ ...slow, ...more }, facts))).toEqual([]);
    }
  });

  it("that spill get memory by role, those that miss the cache are told", () => {
    const spilled = found({ calls: 1, blocksSpilled: 2000, role: "it's" });
    expect(told(spilled)).toEqual(["low queries.spilled: SELECT * FROM orders WHERE id = $1"]);
    expect(statements(spilled)).toEqual([`ALTER ROLE "it's" IN DATABASE "shop" SET work_mem = '32MB';`]);
    expect(told(found({ blocksHit: 100_000, blocksRead: 200_000 }))).toEqual([
      "low queries.uncached: SELECT * FROM orders WHERE id = $1",
    ]);
    expect(found({ blocksHit: 10, blocksRead: 20 })).toEqual([]);
  });

  it("are unknown without the extension: what is needed, in order, and never a list that loses an entry", () => {
    const without = (settings: Record<string, string>, extensions = {}) =>
      withoutStatements(context({ settings, extensions }));
    expect(statements(without({ shared_preload_libraries: "auto_explain, pg_cron" }))).toEqual([
      "ALTER SYSTEM SET shared_preload_libraries = 'auto_explain', 'pg_cron', 'pg_stat_statements';",
      "CREATE EXTENSION IF NOT EXISTS pg_stat_statements;",
    ]);
    expect(statements(without({ shared_preload_libraries: "pg_stat_statements" }))).toEqual([
      "CREATE EXTENSION IF NOT EXISTS pg_stat_statements;",
    ]);
    expect(statements(without({}))).toEqual(["CREATE EXTENSION IF NOT EXISTS pg_stat_statements;"]);
    expect(without({}, { pg_stat_statements: "public" })).toEqual([]);
    expect(without({ shared_preload_libraries: "" }, { pg_stat_statements: "public" })[0]?.what).toContain(
      "does not load its library",
    );
  });
});

describe("connections", () => {
  const many = (count: number, more: Parameters<typeof connection>[0] = {}) =>
    Array.from({ length: count }, (_, pid) => connection({ pid, ...more }));

  it("near the limits of server, role and database are told, with the limits that were hit", () => {
    // 100 less 3 reserved, one is the report's own.
    expect(connectionFindings(many(76), context())).toEqual([]);
    expect(told(connectionFindings(many(77), context()))).toEqual(["medium connections.server: max_connections"]);
    expect(told(connectionFindings(many(93), context()))).toEqual(["high connections.server: max_connections"]);
    const role = connectionFindings(many(8, { roleLimit: 10, role: "The Shop" }), context());
    expect(told(role)).toEqual(['medium connections.role: "The Shop"']);
    expect(statements(role)).toEqual(['ALTER ROLE "The Shop" CONNECTION LIMIT 15;']);
    expect(told(connectionFindings(many(10, { databaseLimit: 10 }), context()))).toEqual([
      'high connections.database: "shop"',
    ]);
    expect(connectionFindings(many(8, { roleLimit: 10, superuser: true }), context())).toEqual([]);
  });

  it("idle in a transaction are told by role", () => {
    const idle = { state: "idle in transaction", stateSeconds: 61 };
    const found = connectionFindings(
      [
        ...many(2, idle),
        connection({ pid: 7, ...idle, stateSeconds: 59 }),
        connection({ pid: 8, ...idle, state: "active" }),
      ],
      context(),
    );
    expect(told(found)).toEqual(["medium connections.idleInTransaction: 0, 1"]);
    expect(statements(found)).toEqual([
      "SELECT pg_terminate_backend(0);",
      "SELECT pg_terminate_backend(1);",
      `ALTER ROLE "shop" SET idle_in_transaction_session_timeout = '60s';`,
    ]);
  });

  it("are counted, the most first", () => {
    expect(countBy(["a", "b", "b"], (text) => text)).toEqual([
      ["b", 2],
      ["a", 1],
    ]);
  });
});

it("locks are followed to whoever waits for nobody, in circles too", () => {
  const row = (pid: number, blockers: number[], seconds = 10): LockRow => ({
    pid,
    role: "r",
    database: "d",
    mode: "AccessShareLock",
    type: "relation",
    relation: "public.t",
    seconds,
    blockers,
  });
  const rows = [row(2, [1]), row(3, [2], 70), row(4, [2, 5])];
  expect([...rootBlockers(rows)].map(([pid, waiting]) => [pid, waiting.map((one) => one.pid)])).toEqual([
    [1, [2, 3, 4]],
    [5, [4]],
  ]);
  expect(told(lockFindings(rows, context()))).toEqual(["high locks.blocking: 1", "medium locks.blocking: 5"]);
  expect(lockFindings([row(2, [1], 4)], context())).toEqual([]);
  expect(rootBlockers([row(1, [2]), row(2, [1])]).size).toBe(0);
});

it("whatever holds vacuum back is told with what lets it go", () => {
  const row = (more: Partial<HeldRow>): HeldRow => ({
    kind: "session",
    name: "7",
    role: "r",
    detail: "active",
    transactions: 10,
    seconds: 3600,
    ...more,
  });
  const rows = [
    row({}),
    row({ seconds: 3599 }),
    row({ detail: "idle in transaction" }),
    row({ kind: "prepared", name: "it's" }),
    row({ kind: "slot", name: "s", seconds: null, transactions: 1_000_000 }),
    row({ kind: "slot", seconds: null }),
  ];
  const found = heldFindings(rows, context());
  expect(told(found)).toEqual([
    "medium vacuum.heldBySession: 7",
    "medium vacuum.heldByPrepared: it's",
    "high vacuum.heldBySlot: s",
  ]);
  expect(statements(found)).toEqual([
    "SELECT pg_terminate_backend(7);",
    "ROLLBACK PREPARED 'it''s';",
    "SELECT pg_drop_replication_slot('s');",
  ]);
});

it("transaction IDs that a forced vacuum did not renew are told, near the stop as an outage", () => {
  const row = {
    database: "shop",
    connectable: true,
    transactions: 220_000_000,
    multixacts: 0,
    limit: 200_000_000,
    multixactLimit: 400_000_000,
  };
  expect(freezeFindings([row], context())).toEqual([]);
  expect(told(freezeFindings([{ ...row, transactions: 220_000_001 }], context()))).toEqual([
    "medium vacuum.transactionAge: shop",
  ]);
  expect(told(freezeFindings([{ ...row, multixacts: 1_500_000_000 }], context()))).toEqual([
    "high vacuum.multixactAge: shop",
  ]);
});

it("replication: what is behind, lost, unbounded or not archived", () => {
  const row = (more: Partial<ReplicationRow>): ReplicationRow => ({
    kind: "slot",
    name: "s",
    state: "reserved",
    detail: "physical",
    active: true,
    bytes: 0,
    seconds: null,
    ...more,
  });
  const found = (rows: ReplicationRow[], keep = "8192") =>
    told(replicationFindings(rows, context({ settings: { max_slot_wal_keep_size: keep } })));
  expect(
    found([row({}), row({ kind: "standby", seconds: 59 }), row({ kind: "archiver", state: "archiving" })]),
  ).toEqual([]);
  expect(found([row({ bytes: 2 ** 30 })])).toEqual(["medium replication.slotBehind: s"]);
  expect(found([row({ bytes: 2 ** 30, active: false })])).toEqual(["high replication.inactiveSlot: s"]);
  expect(found([row({ state: "lost", active: false })])).toEqual(["high replication.lostSlot: s"]);
  expect(found([row({})], "-1")).toEqual(["medium replication.unboundedSlots: s"]);
  expect(found([], "-1")).toEqual([]);
  expect(found([row({ kind: "standby", seconds: 60 })])).toEqual(["medium replication.lag: s"]);
  expect(found([row({ kind: "replay", seconds: 6000, bytes: 0 })])).toEqual([]);
  expect(found([row({ kind: "archiver", state: "failing" })])).toEqual(["high replication.archiving: archive_command"]);
});

it("settings that lose data are the worst; values that wait for a restart are told", () => {
  const row = { name: "fsync", setting: "off", unit: "", pendingRestart: false, context: "sighup" };
  expect(told(settingFindings([row, { ...row, setting: "on" }]))).toEqual(["high settings.unwise: fsync"]);
  expect(statements(settingFindings([row]))).toEqual(["ALTER SYSTEM SET fsync = 'on';", "SELECT pg_reload_conf();"]);
  expect(told(settingFindings([{ ...row, name: "shared_buffers", setting: "1", pendingRestart: true }]))).toEqual([
    "low settings.pendingRestart: shared_buffers",
  ]);
});

it("pools whose clients wait are told", () => {
  const row: PoolRow = {
    database: "shop",
    user: "web",
    cl_active: 1,
    cl_waiting: 2,
    sv_active: 5,
    sv_idle: 0,
    maxwait: 1,
    maxwait_us: 500_000,
    pool_mode: "transaction",
  };
  expect(told(poolFindings([row], context()))).toEqual(["medium pooler.waiting: web@shop"]);
  expect(poolFindings([{ ...row, maxwait: 10 }], context())[0]?.severity).toBe("high");
  expect(
    poolFindings(
      [
        { ...row, maxwait: 0 },
        { ...row, cl_waiting: "0" },
      ],
      context(),
    ),
  ).toEqual([]);
});

describe("bloat", () => {
  const packing = { rows: 100_000, rowBytes: 40, columns: 4, nulls: false, fillFactor: 100, blockSize: 8192 };

  it("is what a table or tree has beyond what its rows need", () => {
    // 24 bytes of head, 40 of values and 4 for alignment between them, 4 of pointer: 107 rows fit a page.
    expect(tablePages({ ...packing, rowBytes: 36 })).toBe(Math.ceil(100_000 / Math.floor(8168 / 68)));
    expect(tablePages({ ...packing, fillFactor: 50 })).toBeGreaterThan(1.9 * tablePages(packing));
    expect(treePages({ ...packing, rowBytes: 8, fillFactor: 90 })).toBe(
      Math.ceil((100_000 / Math.floor((8152 * 0.9) / 20)) * 1.01) + 1,
    );
    expect(treePages({ ...packing, nulls: true })).toBeGreaterThan(treePages(packing));
  });

  it("is not guessed where statistics of a column are missing", () => {
    const row = {
      table: "t",
      root: null,
      pages: 1000,
      rows: 10,
      fillFactor: 100,
      columns: 2,
      known: 2,
      rowBytes: 10,
      nulls: false,
    };
    expect(estimate([row], tablePages, 8192)).toEqual({
      bloat: [{ name: "t", table: "t", root: null, bytes: 8_192_000, wasted: 999 * 8192 }],
      unknown: 0,
    });
    expect(
      estimate(
        [
          { ...row, known: 1 },
          { ...row, rowBytes: null },
        ],
        tablePages,
        8192,
      ),
    ).toEqual({ bloat: [], unknown: 2 });
    expect(estimate([{ ...row, rows: 1e9 }], tablePages, 8192).bloat[0]?.wasted).toBe(0);
  });

  it("that is measured counts empty pages and half-filled leaves", () => {
    const row = {
      index: "i",
      table: "t",
      root: null,
      bytes: 8192 * 101,
      leafPages: 100,
      emptyPages: 0,
      density: 0.45,
      fillFactor: 90,
    };
    expect(measuredIndex(row, 8192).wasted).toBeCloseTo(50 * 8192);
    expect(measuredIndex({ ...row, density: 0.95, emptyPages: 3 }, 8192).wasted).toBe(3 * 8192);
  });

  it("is told from a part and a size on, partitions as one, with statements that readers survive where there are some", () => {
    const one = (name: string, more = {}) => ({
      name,
      table: name,
      root: null as string | null,
      bytes: 10 * mebibyte,
      wasted: 6 * mebibyte,
      ...more,
    });
    expect(told(bloatFindings([one("t")], "table", context()))).toEqual(["low bloat.table: t"]);
    expect(bloatFindings([one("t", { wasted: 4.5 * mebibyte })], "table", context())).toEqual([]);
    expect(told(bloatFindings([one("t", { wasted: 4.5 * mebibyte })], "table", context({}, { exact: true })))).toEqual([
      "low bloat.table: t",
    ]);
    expect(bloatFindings([one("t", { bytes: 16_384, wasted: 16_000 })], "table", context())).toEqual([]);
    const parts = bloatFindings(
      [one("i1", { root: "p", wasted: 9 * mebibyte }), one("i2", { root: "p", wasted: 9 * mebibyte })],
      "index",
      context(),
    );
    expect(told(parts)).toEqual(["medium bloat.index: i1, i2"]);
    expect(parts[0]?.what).toContain("2 indexes of p");
    expect(statements(parts)).toEqual(["REINDEX INDEX CONCURRENTLY i1;", "REINDEX INDEX CONCURRENTLY i2;"]);
  });
});
