import { describe, expect, it } from "vitest";
import { horizonOf, partitionFindings } from "../../../reports/database/checks/partitions";
import { nextEnd, readBound, readMoment, writeMoment } from "../../../reports/database/partition-bounds";
import { context, partitioned, range } from "../../support/database-report/rows";

const at = (text: string) => Date.parse(`${text}Z`) / 1000;
const now = "2026-03-15T12:00:00Z";
const days = (...names: string[]) =>
  names.slice(1).map((to, number) => range(`2026-03-${names[number] ?? ""}`, `2026-03-${to}`));
const kinds = (...given: Parameters<typeof partitioned>) =>
  partitionFindings([partitioned(...given)], context()).map(({ severity, kind }) => `${severity} ${kind}`);

describe("bounds", () => {
  it("are read as the server writes them", () => {
    expect(readBound(range("2026-01-01", "2026-02-01"))).toEqual({
      kind: "range",
      from: "2026-01-01 00:00:00+00",
      to: "2026-02-01 00:00:00+00",
    });
    expect(readBound("FOR VALUES FROM ('it''s', 1) TO (MAXVALUE, MAXVALUE)")).toEqual({
      kind: "range",
      from: "it's",
      to: "MAXVALUE",
    });
    expect(readBound("FOR VALUES WITH (modulus 4, remainder 3)")).toEqual({ kind: "hash", modulus: 4, remainder: 3 });
    expect(readBound("FOR VALUES IN ('a', 'b')")).toEqual({ kind: "list" });
    expect(readBound("DEFAULT")).toEqual({ kind: "default" });
  });

  it("are moments in UTC, for every type of time", () => {
    expect(readMoment("2026-01-02")).toBe(at("2026-01-02T00:00:00"));
    expect(readMoment("2026-01-02 03:04:05.5+00")).toBe(at("2026-01-02T03:04:05.5"));
    expect([
      readMoment("MINVALUE"),
      readMoment("infinity"),
      readMoment("17"),
      readMoment("2026-01-02 03:04:05+02"),
    ]).toEqual([-Infinity, Infinity, undefined, undefined]);
    const moment = at("2026-01-02T03:00:00");
    expect(
      ["date", "timestamp without time zone", "timestamp with time zone"].map((type) => writeMoment(moment, type)),
    ).toEqual(["2026-01-02", "2026-01-02 03:00:00", "2026-01-02 03:00:00+00"]);
  });

  it.each([
    ["2026-01-01", "2026-02-01", "2026-03-01"],
    ["2024-01-01", "2024-02-01", "2024-03-01"],
    ["2026-11-01", "2026-12-01", "2027-01-01"],
    ["2026-01-01", "2026-04-01", "2026-07-01"],
    ["2026-01-01", "2027-01-01", "2028-01-01"],
    ["2026-02-23", "2026-03-02", "2026-03-09"],
    ["2026-03-01", "2026-03-02", "2026-03-03"],
  ])("from %s to %s are followed by those to %s", (from, to, next) =>
    expect(nextEnd(at(`${from}T00:00:00`), at(`${to}T00:00:00`))).toBe(at(`${next}T00:00:00`)),
  );
});

describe("the horizon", () => {
  it("is two whole periods after the present one, or it is told", () => {
    expect(kinds(now, days("15", "16", "17", "18"))).toEqual([]);
    expect(kinds(now, days("15", "16", "17"))).toEqual(["medium partitions.horizon"]);
    expect(kinds(now, days("15", "16"))).toEqual(["high partitions.horizon"]);
    expect(kinds(now, days("13", "14"))).toEqual(["high partitions.horizon"]);
    expect(
      kinds(now, [range("2026-03-15", "2026-03-16"), "FOR VALUES FROM ('2026-03-16 00:00:00+00') TO (MAXVALUE)"]),
    ).toEqual([]);
  });

  it("ends where a gap begins, even if there are partitions behind it", () => {
    const row = partitioned(now, [...days("15", "16"), ...days("17", "18", "19")]);
    expect(horizonOf(row)).toMatchObject({
      until: at("2026-03-16T00:00:00"),
      ahead: 0,
      gaps: [{ from: at("2026-03-16T00:00:00"), to: at("2026-03-17T00:00:00") }],
    });
    const [finding] = partitionFindings([row], context());
    expect(finding?.what).toContain("where a gap begins");
    expect(finding?.sql[0]).toMatch(/^CREATE TABLE "public"\."events_20260316" \(LIKE public\.events /);
  });

  it("is restored by tables that are made first and attached within a bounded lock", () => {
    const { sql } = partitionFindings(
      [partitioned("2026-01-15T00:00:00Z", [range("2026-01-01", "2026-02-01")])],
      context(),
    )[0]!;
    expect(sql.filter((statement) => statement.startsWith("ALTER"))).toEqual(
      [
        ["20260201", "2026-02-01", "2026-03-01"],
        ["20260301", "2026-03-01", "2026-04-01"],
        ["20260401", "2026-04-01", "2026-05-01"],
      ].map(
        ([name, from, to]) =>
          `ALTER TABLE public.events ATTACH PARTITION "public"."events_${name}" FOR VALUES FROM ('${from} 00:00:00+00') TO ('${to} 00:00:00+00');`,
      ),
    );
    expect(sql.slice(1, 4)).toEqual([
      "BEGIN;",
      "SET LOCAL lock_timeout = '2s';",
      "SET LOCAL statement_timeout = '10s';",
    ]);
  });

  it("that was left long ago is not filled up from there", () => {
    const { sql, what } = partitionFindings(
      [partitioned("2026-03-15T12:00:00Z", [range("2025-01-01", "2025-01-02")])],
      context(),
    )[0]!;
    expect(what).toContain("has no partition for now (2026-03-15 12:00:00+00)");
    expect(sql[0]).toContain("events_20260315");
    expect(sql.filter((statement) => statement.startsWith("CREATE"))).toHaveLength(4);
  });

  it("is the planner's to restore where it keeps the table, whose job is watched too", () => {
    const planned = { secondsSinceSuccess: 60, lastRunFailed: false, detachedOverdue: 0 };
    const [finding] = partitionFindings([partitioned(now, days("15", "16"), { planned })], context());
    expect(finding?.sql).toEqual(["CALL partitioning.maintain(now());"]);
    const good = days("15", "16", "17", "18");
    expect(kinds(now, good, { planned })).toEqual([]);
    for (const more of [
      { secondsSinceSuccess: 172_800 },
      { secondsSinceSuccess: null },
      { lastRunFailed: true },
      { detachedOverdue: 1 },
    ]) {
      expect(kinds(now, good, { planned: { ...planned, ...more } })).toEqual(["medium partitions.maintenance"]);
    }
  });

  it("is not known of keys that are no time, and nothing is guessed for several columns", () => {
    expect(horizonOf(partitioned(now, ["FOR VALUES FROM (1) TO (10)"], { keyType: "integer" }))).toBeUndefined();
    expect(horizonOf(partitioned(now, days("15", "16"), { keyType: null }))).toBeUndefined();
    expect(partitionFindings([partitioned(now, days("15", "16"), { keyColumns: 2 })], context())[0]?.sql).toEqual([]);
  });
});

it("tables without a partition, rows in the default one, interrupted detaching and missing remainders are told", () => {
  expect(kinds(now, [])).toEqual(["high partitions.none"]);
  const good = days("15", "16", "17", "18");
  const stray = partitioned(now, [...good, "DEFAULT"]);
  expect(partitionFindings([stray], context())).toEqual([]);
  const filled = { ...stray, partitions: stray.partitions.map((one) => ({ ...one, rows: 5 })) };
  expect(partitionFindings([filled], context()).map(({ kind }) => kind)).toEqual(["partitions.strayRows"]);
  const detaching = {
    ...stray,
    partitions: [
      ...stray.partitions,
      { ...stray.partitions[0]!, table: "public.old", bound: range("2020-01-01", "2020-01-02"), detaching: true },
    ],
  };
  expect(partitionFindings([detaching], context())[0]?.sql).toEqual([
    "ALTER TABLE public.events DETACH PARTITION public.old FINALIZE;",
  ]);
  const hash = partitioned(
    now,
    ["FOR VALUES WITH (modulus 2, remainder 0)", "FOR VALUES WITH (modulus 4, remainder 1)"],
    { strategy: "hash" },
  );
  expect(partitionFindings([hash], context())[0]?.sql).toEqual([
    'CREATE TABLE "public"."events_r3" PARTITION OF public.events FOR VALUES WITH (MODULUS 4, REMAINDER 3);',
  ]);
});
