import { describe, expect, it } from "vitest";
import { type PartitionedTable } from "../../../model/database/partitioned-table";
import {
  partitionPlan,
  partitionProblems,
  partitionSizes,
  planJson,
  planSql,
} from "../../../model/database/partitions";
import { maintenance, mostPartitions } from "../../../model/database/partitions/limits";
import { partitioningSql } from "../../../components/postgresql/partitioning";
import { systemRoles } from "../../../model/database/names";
import { tables } from "../../../stacks/altlas/database/tables";
import { hashTable, rangeTable } from "../../support/partitioned-tables";

/** The problem that `table` has, as one line; fails when there is none or more than one. */
function only(table: PartitionedTable): string {
  const problems = partitionProblems([table], "100Gi");
  expect(problems).toHaveLength(1);
  const [{ setting, value, why, remedy }] = problems as [(typeof problems)[number]];
  return `${setting} = ${JSON.stringify(value)}: ${why} ${remedy}`;
}

describe("partitionProblems", () => {
  it("finds nothing wrong with the platform's own tables on beta's volume, nor with those of these tests", () => {
    expect(partitionProblems(tables, "100Gi")).toEqual([]);
    expect(partitionProblems([rangeTable({}), hashTable(4)], "100Gi")).toEqual([]);
  });

  it("refuses keys without the partition key, each by itself", () => {
    const table = rangeTable({}, { primaryKey: ["id"], uniqueKeys: [["reference"], ["reference", "created_at"]] });
    expect(partitionProblems([table], "100Gi").map(({ setting, value }) => [setting, value])).toEqual([
      ["stacks/altlas/database: platform.events.primaryKey", ["id"]],
      ["stacks/altlas/database: platform.events.uniqueKeys[0]", ["reference"]],
    ]);
    expect(only(rangeTable({}, { primaryKey: ["id"] }))).toMatch(
      /does not contain the partition key created_at.*Add created_at to the primary key, or partition by one of id\./,
    );
  });

  it.each([
    [
      rangeTable({ premake: 1 }),
      /premake = 1: The horizon is 28 days \(1 × month\); .* 2 periods and 12 hours .*Set premake to 2 or more/,
    ],
    [rangeTable({ premake: 0 }), /premake = 0: The horizon is 0 days/],
    [rangeTable({ premake: 2.5 }), /premake = 2.5: .*whole number/],
    [rangeTable({ retain: 0 }), /retain = 0: .*Give a whole number, 1 or more/],
    [rangeTable({ graceDays: 0 }), /graceDays = 0: Without a grace period .*1 or more/],
    [rangeTable({ premake: Number.NaN }), /premake = null: .*whole number/],
    [
      rangeTable({ interval: "day", retain: 125 }, { growth: { rowsPerDay: 1e6, bytesPerRow: 100, why: "" } }),
      /retain = 125: The table would have 129 partitions \(125 kept, the present one, 3 ahead\), more than 128.*partition by week/,
    ],
    [hashTable(0), /modulus = 0: .*Give a whole number, 2 or more/],
    [hashTable(1), /modulus = 1: .*fewer than two/],
    [hashTable(6), /modulus = 6: It is no power of two.*Set modulus to 4 or 8/],
    [hashTable(256), /modulus = 256: The table would have 256 partitions.*Set modulus to 128 or less/],
    [rangeTable({}, { name: "e".repeat(54) }), /name = .* have 64 bytes; the server cuts off after 63.*by 1 bytes/],
    [rangeTable({}, { growth: { rowsPerDay: 0, bytesPerRow: 9, why: "" } }), /growth.rowsPerDay = 0: .*above 0/],
    [
      rangeTable({}, { growth: { rowsPerDay: 1e6, bytesPerRow: 1000, why: "" } }),
      /interval = "month": A full partition would have 28.9 GiB, more than 10 GiB.*Partition by week/,
    ],
    [
      rangeTable(
        { interval: "day", retain: 1, graceDays: 1 },
        { growth: { rowsPerDay: 1e7, bytesPerRow: 2000, why: "" } },
      ),
      /interval = "day": A full partition would have 18.6 GiB.*a day is the shortest interval/,
    ],
    [
      rangeTable({ interval: "day" }, { growth: { rowsPerDay: 1000, bytesPerRow: 1000, why: "" } }),
      /interval = "day": A full partition would have 977 KiB, less than 8 MiB.*Partition by week/,
    ],
    [
      hashTable(2, { growth: { rowsPerDay: 1e5, bytesPerRow: 1000, why: "" } }),
      /modulus = 2: A full partition would have 17 GiB.*Set modulus to 4\./,
    ],
    [
      hashTable(64, { growth: { rowsPerDay: 1000, bytesPerRow: 100, why: "" } }),
      /modulus = 64: .*less than 8 MiB.*Set modulus to 4\./,
    ],
  ])("refuses broken input with its number and a remedy (%#)", (table, expected) => {
    expect(only(table)).toMatch(expected);
  });

  it("takes a month that is small, because no interval is longer, and a modulus that is no power of two for a reason", () => {
    const small = rangeTable({}, { growth: { rowsPerDay: 1, bytesPerRow: 100, why: "" } });
    const reasoned = hashTable(6, { method: { kind: "hash", modulus: 6, reason: "Six regions, one partition each." } });
    expect(partitionProblems([small, reasoned], "100Gi")).toEqual([]);
  });

  it("refuses what does not fit on 70 % of the volume, detached partitions included, with the sizes and both remedies", () => {
    const large = rangeTable({ retain: 12 });
    // 12 kept, 1 present, 1 in its grace period: 14 months of 310 MB.
    expect(partitionSizes(large).bytesKept).toBe(14 * 31 * 10_000_000);
    const [problem, ...others] = partitionProblems([large, hashTable(4)], "5Gi");
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ setting: "altlas:database.volume", value: "5Gi" });
    expect(problem?.why).toBe(
      "What the tables keep comes to 7.44 GiB (platform.events 4.04 GiB, platform.usage 3.4 GiB); 70 % of the volume are 3.5 GiB.",
    );
    expect(problem?.remedy).toBe("Set the volume to 11Gi or more.");
    const [alone] = partitionProblems([large], "5Gi");
    expect(alone?.remedy).toBe("Set the volume to 6Gi or more, or keep 10 periods of platform.events in place of 12.");
    // Both remedies are true.
    expect(partitionProblems([large], "6Gi")).toEqual([]);
    expect(partitionProblems([rangeTable({ retain: 10 })], "5Gi")).toEqual([]);
    expect(partitionProblems([rangeTable({ retain: 11 })], "5Gi")).toHaveLength(1);
  });

  it("refuses a table that is planned twice", () => {
    expect(partitionProblems([rangeTable({}), rangeTable({ premake: 4 })], "100Gi").map(({ why }) => why)).toEqual([
      "The table platform.events is planned twice; one plan would overwrite the other.",
    ]);
  });
});

describe("planSql and planJson", () => {
  it("are the same for the same tables, whatever their order and that of their storage parameters", () => {
    const [a, b] = [rangeTable({}, { storage: { fillfactor: "85", autovacuum_enabled: "on" } }), hashTable(4)];
    const turned = rangeTable({}, { storage: { autovacuum_enabled: "on", fillfactor: "85" } });
    expect(planSql([a, b])).toBe(planSql([b, turned]));
    expect(planJson([a, b])).toBe(planJson([b, a]));
  });

  it("quotes what would end a literal", () => {
    expect(planSql([rangeTable({}, { name: "it's" })])).toContain(
      "('platform', 'it''s', 'created_at', 'range', 'month', 3, 3, 7, NULL",
    );
  });

  it("tells policies of each table its horizon, retention and sizes", () => {
    const plan = partitionPlan(tables);
    expect(JSON.parse(planJson(tables))).toEqual(plan);
    expect(plan.tables.map(({ name, partitions, horizonDays }) => [name, partitions, horizonDays])).toEqual([
      ["audit_log", 16, 84],
      ["job_events", 7, 84],
      ["jobs", 7, 84],
      ["outbox", 5, 21],
      ["usage", 4, undefined],
    ]);
  });
});

describe("partitioning.sql", () => {
  it("has the same bounds and roles as the planner", () => {
    expect(partitioningSql).toContain(`SET lock_timeout = '${maintenance.lockTimeoutMilliseconds}ms'`);
    expect(partitioningSql).toContain(
      `set_config('lock_timeout', '${maintenance.furtherLockTimeoutMilliseconds}ms', true)`,
    );
    expect(partitioningSql).toContain(`tries constant integer := ${maintenance.lockTries};`);
    expect(partitioningSql).toContain(`most constant integer := ${maintenance.creationsPerRun};`);
    expect(partitioningSql).toContain(`CHECK (modulus BETWEEN 2 AND ${mostPartitions})`);
    const { owner, maintenance: role, monitoring } = systemRoles;
    expect(partitioningSql).toContain(`SET ROLE ${owner};`);
    expect(partitioningSql).toContain(`GRANT USAGE ON SCHEMA partitioning TO ${role}, ${monitoring};`);
  });
});
