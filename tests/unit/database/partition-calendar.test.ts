import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type PartitionedTable, type PartitionInterval } from "../../../model/database/partitioned-table";
import {
  hashPartitionName,
  partitionCalendar,
  periodStart,
  rangePartitionName,
} from "../../../model/database/partitions";
import { longestPeriodDays, shortestPeriodDays } from "../../../model/database/partitions/calendar";
import { partitionSizes } from "../../../model/database/partitions/sizes";
import { rangeTable } from "../../support/partitioned-tables";

const intervals: readonly PartitionInterval[] = ["day", "week", "month"];
const start = (interval: PartitionInterval, at: string, shift = 0) =>
  periodStart(interval, new Date(at), shift).toISOString();
const interval = fc.constantFrom(...intervals);
const moment = fc.date({
  min: new Date("1970-01-08T00:00:00Z"),
  max: new Date("2399-12-31T23:59:59.999Z"),
  noInvalidDate: true,
});

describe("periodStart", () => {
  it.each([
    ["day", "2028-02-28T12:00:00Z", 1, "2028-02-29T00:00:00.000Z"],
    ["day", "2027-02-28T23:59:59.999Z", 1, "2027-03-01T00:00:00.000Z"],
    ["day", "2026-12-31T00:00:00Z", 1, "2027-01-01T00:00:00.000Z"],
    // 2100 is no leap year.
    ["day", "2100-02-28T00:00:00Z", 1, "2100-03-01T00:00:00.000Z"],
    ["week", "2027-01-03T23:59:59Z", 0, "2026-12-28T00:00:00.000Z"],
    ["week", "2027-01-04T00:00:00Z", 0, "2027-01-04T00:00:00.000Z"],
    ["week", "2028-02-29T10:00:00Z", 1, "2028-03-06T00:00:00.000Z"],
    ["month", "2026-12-31T23:59:59.999Z", 0, "2026-12-01T00:00:00.000Z"],
    ["month", "2026-12-31T23:59:59.999Z", 1, "2027-01-01T00:00:00.000Z"],
    // The 31st has no counterpart in February.
    ["month", "2027-01-31T00:00:00Z", 1, "2027-02-01T00:00:00.000Z"],
    ["month", "2027-01-31T00:00:00Z", -13, "2025-12-01T00:00:00.000Z"],
  ] as const)("begins the %s of %s, shifted by %i, at %s", (of, at, shift, expected) => {
    expect(start(of, at, shift)).toBe(expected);
  });

  it("covers every moment with exactly one period, and leaves neither gap nor overlap", () => {
    fc.assert(
      fc.property(interval, moment, fc.integer({ min: -50, max: 50 }), (of, at, shift) => {
        const [from, to] = [periodStart(of, at), periodStart(of, at, 1)];
        expect(from <= at && at < to).toBe(true);
        // The end of a period is the start of the next, from wherever it is counted.
        expect(periodStart(of, periodStart(of, at, shift), 1)).toEqual(periodStart(of, at, shift + 1));
        expect(periodStart(of, new Date(to.getTime() - 1))).toEqual(from);
        const days = (to.getTime() - from.getTime()) / 86_400_000;
        expect(days).toBeGreaterThanOrEqual(shortestPeriodDays[of]);
        expect(days).toBeLessThanOrEqual(longestPeriodDays[of]);
      }),
    );
  });
});

describe("partition names", () => {
  it("name the first day, and no two periods alike", () => {
    expect(rangePartitionName("jobs", new Date("2026-11-01T00:00:00Z"))).toBe("jobs_p20261101");
  });

  it("give a remainder as many digits as the largest one has, so that they sort", () => {
    expect(hashPartitionName("usage", 4, 3)).toBe("usage_h3");
    expect(hashPartitionName("usage", 16, 3)).toBe("usage_h03");
    expect(hashPartitionName("usage", 128, 3)).toBe("usage_h003");
  });
});

describe("partitionCalendar", () => {
  it("tells of a month table what is made ahead, present, kept and waiting to be dropped, with the days of each", () => {
    const table = rangeTable({ interval: "month", premake: 2, retain: 1, graceDays: 30 });
    const calendar = partitionCalendar(table, new Date("2027-01-15T08:00:00Z"));
    expect(calendar.map(({ name, state }) => `${name} ${state}`)).toEqual([
      "events_p20261101 detached",
      "events_p20261201 kept",
      "events_p20270101 present",
      "events_p20270201 ahead",
      "events_p20270301 ahead",
    ]);
    expect(calendar[0]).toMatchObject({
      from: "2026-11-01",
      to: "2026-12-01",
      made: "2026-09-01",
      detached: "2027-01-01",
      dropped: "2027-01-31",
    });
  });

  it("has no dates for a hash", () => {
    const hash: PartitionedTable = { ...rangeTable({}), method: { kind: "hash", modulus: 4 } };
    expect(partitionCalendar(hash, new Date("2027-01-15T08:00:00Z"))).toEqual([]);
  });

  it("always holds the present and is without gaps, and keeps no more than the planner reckons with", () => {
    const number = (min: number, max: number) => fc.integer({ min, max });
    fc.assert(
      fc.property(
        interval,
        number(2, 12),
        number(1, 30),
        number(1, 90),
        moment,
        (of, premake, retain, graceDays, at) => {
          const table = rangeTable({ interval: of, premake, retain, graceDays });
          const calendar = partitionCalendar(table, at);
          calendar.slice(1).forEach(({ from }, index) => expect(from).toBe(calendar[index]?.to));
          const states = calendar.map(({ state }) => state);
          const present = calendar[states.indexOf("present")]!;
          expect(present.from <= at.toISOString() && at.toISOString() < present.to).toBe(true);
          const count = (wanted: string) => states.filter((state) => state === wanted).length;
          expect([count("present"), count("kept"), count("ahead")]).toEqual([1, retain, premake]);
          const { bytesPerPartition, bytesKept, partitions } = partitionSizes(table);
          expect(partitions).toBe(1 + retain + premake);
          expect(count("kept") + count("present") + count("detached")).toBeLessThanOrEqual(
            bytesKept / bytesPerPartition,
          );
        },
      ),
    );
  });
});
