import { describe, expect, it } from "vitest";
import { formatSize } from "../../model/database/partitions/text";
import { type PartitionsData } from "../../reports/partitions";
import { drawCalendar } from "../../reports/pictures/calendar";
import { runCommand } from "../../reports/command";
import { reports } from "../../reports/registry";
import { catalogue } from "../../stacks/altlas";
import { registered } from "../support/no-graph";
import { projectFolder } from "../support/stack";

const run = (args: string, tables = catalogue.database.tables) =>
  runCommand(args.split(" "), {
    catalogue: { ...catalogue, database: { ...catalogue.database, tables } },
    reports,
    projectFolder,
    registered,
    today: "2026-11-26",
    paper: { columns: 100, colour: false },
  });

function data(args: string): PartitionsData {
  const { output, errors, exitCode } = run(`${args} --json`);
  expect([errors, exitCode]).toEqual(["", 0]);
  return (JSON.parse(output) as { data: PartitionsData }).data;
}

describe("the report on partitions", () => {
  it("tells of each table what exists on the day and what happens next", () => {
    const { tables, day } = data("partitions --stack beta");
    expect(day).toBe("2026-11-26");
    expect(tables.map(({ table }) => table)).toEqual(
      catalogue.database.tables.map(({ schema, name }) => `${schema}.${name}`),
    );
    const audit = tables.find(({ table }) => table === "platform.audit_log");
    expect(audit?.next).toEqual({ made: "2026-12-01", detached: "2026-12-01", dropped: "2026-12-01" });
    expect(audit?.calendar.map(({ state }) => state)).toEqual([
      "detached",
      ...Array.from({ length: 12 }, () => "kept"),
      "present",
      ...Array.from({ length: 3 }, () => "ahead"),
    ]);
    expect(tables.find(({ table }) => table === "platform.usage")).not.toHaveProperty("next");
  });

  it("is of another day when asked, the same each time, and today only where nobody says", () => {
    expect(run("partitions --at 2028-02-29")).toEqual(run("partitions --at=2028-02-29"));
    const { tables } = data("partitions --at 2028-02-29");
    expect(tables[0]?.calendar.find(({ state }) => state === "present")?.name).toBe("jobs_p20280201");
    expect(run("partitions --svg").output).toBe(run("partitions --svg --at 2026-11-26").output);
    for (const wrong of ["2027-02-29", "yesterday", "2027-1-1"]) {
      expect(run(`partitions --at ${wrong}`)).toMatchObject({
        exitCode: 2,
        errors: `--at is ${wrong}; it needs a day, such as 2027-01-31.\n`,
      });
    }
    expect(run("partitions --at").errors).toBe("--at is empty; it needs a day, such as 2027-01-31.\n");
    expect(run("cost --at 2027-01-31").errors).toBe("The report cost is the same on each day; leave --at out.\n");
  });

  it("has each proof with its bound and the nearest number", () => {
    const { proofs, volume, bytesKept } = data("partitions --stack beta");
    expect(volume).toBe("100Gi");
    expect(bytesKept).toBeLessThan(70 * 2 ** 30);
    expect(Object.fromEntries(proofs.map(({ what, bound, found }) => [what, [bound, found]]))).toMatchObject({
      "every primary and unique key contains the partition key": ["all", "5 of 5 keys"],
      "partitions ahead": ["≥ 2 periods and 12 h", "platform.outbox: 3 × week, 21 days"],
      "partitions of a table, and made by a run": ["≤ 128", "platform.audit_log: 16"],
      "kept on the volume, detached ones included": ["≤ 70 % of 100Gi: 70 GiB", formatSize(bytesKept)],
    });
  });

  it("prints every table within 100 columns, and no report at all on a plan that is refused", () => {
    const { output } = run("partitions --stack beta");
    for (const { schema, name } of catalogue.database.tables) expect(output).toContain(`${schema}.${name}`);
    expect(output.split("\n").filter((line) => line.length > 100)).toEqual([]);
    const [first, ...others] = catalogue.database.tables;
    const broken = { ...first!, primaryKey: ["id"] };
    const refused = run("partitions --stack beta", [broken, ...others]);
    expect(refused).toMatchObject({ exitCode: 1, output: "" });
    expect(refused.errors).toContain("platform.jobs.primaryKey");
    expect(refused.errors).toContain("does not contain the partition key created_at");
  });

  it("says what there is to say of a database without partitioned tables", () => {
    const { output, exitCode } = run("partitions", []);
    expect(exitCode).toBe(0);
    expect(output).toContain("No table is partitioned");
  });
});

describe("drawCalendar", () => {
  it("draws a bar for each partition, where it is and as what it is, and a line at the day", () => {
    const { tables } = data("partitions --stack beta");
    const { output } = run("partitions --stack beta --svg");
    for (const { name, from, to, state } of tables.flatMap(({ calendar }) => calendar)) {
      expect(output).toContain(`<title>${name}: ${from} to ${to}, ${state}, `);
    }
    expect(output).toContain(">2026-11-26</text>");
    expect(output).toContain("the same partitions at all times");
  });

  it("escapes what would end the markup, and takes no row at all", () => {
    const svg = drawCalendar("<&>", "2026-11-26", [{ name: "<a>", note: "&", bars: [] }]);
    expect(svg).toContain("<title>&lt;&amp;&gt;</title>");
    expect(svg).not.toContain("<a>");
    expect(drawCalendar("none", "2026-11-26", [])).toContain("</svg>");
  });
});
