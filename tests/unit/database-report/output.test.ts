import { describe, expect, it } from "vitest";
import { type Chart, type Finding } from "../../../reports/database/check";
import { checks } from "../../../reports/database/checks";
import { collect, type CheckResult } from "../../../reports/database/collect";
import { type Session } from "../../../reports/database/connection/session";
import { type Target } from "../../../reports/database/connection/target";
import { sortFindings, toData } from "../../../reports/database/data";
import { toHtml } from "../../../reports/database/output/html";
import { printable, printDatabase, summary } from "../../../reports/database/output/text";
import { drawStacks } from "../../../reports/pictures/stacks";
import { Paper } from "../../../reports/text/paper";
import { context, facts } from "../../support/database-report/rows";

const hostile = `a<script>alert(1)</script>\u001b[2J"&'`;
const finding = (severity: Finding["severity"], more: Partial<Finding> = {}): Finding => ({
  kind: "indexes.unused",
  severity,
  objects: ["public.i"],
  what: `The index ${hostile} is there.`,
  numbers: { bytes: 7 },
  why: "It costs.",
  remedy: "Drop it.",
  sql: [`DROP INDEX CONCURRENTLY "${"x".repeat(60)}"."${hostile.replaceAll('"', '""')}";`],
  ...more,
});
const chart: Chart = {
  title: "Sizes",
  legend: ["table", "index"],
  rows: [{ name: hostile, parts: [3, 1], text: "4 B", limit: 8 }],
};
const results: CheckResult[] = [
  {
    name: "indexes",
    title: "Indexes",
    rows: [{ index: "public.i" }],
    reading: {
      findings: [finding("low"), finding("high")],
      notes: [`Noted ${hostile}.`],
      charts: [chart],
      tables: [
        {
          title: "Largest",
          columns: [
            { title: "name", wrap: true },
            { title: "size", align: "right" },
          ],
          rows: [[hostile, "4 B"]],
        },
      ],
    },
  },
  {
    name: "bloat",
    title: "Indexes",
    rows: [],
    rowsOf: "indexes",
    reading: { findings: [finding("medium", { sql: [] })] },
  },
  { name: "locks", title: "Locks", rows: [], leftOut: "Somebody holds it.", reading: { findings: [] } },
  { name: "log", title: "Log", rows: [], reading: { findings: [] } },
];

describe("text", () => {
  const paper = new Paper({ columns: 100, colour: false });
  printDatabase("db:5432", results, paper);

  it("has the worst findings first, then each section once, within 100 columns", () => {
    expect(paper.text.match(/^\d\. [A-Z]+/gm)).toEqual(["1. HIGH", "2. MEDIUM", "3. LOW"]);
    expect(paper.text.match(/^(Indexes|Locks|Log)$/gm)).toEqual(["Indexes", "Locks", "Log"]);
    expect(paper.text).toContain("Locks\nLeft out. Somebody holds it.\n");
    expect(paper.text).toContain("Log\nNothing to tell.\n");
    expect(paper.text.split("\n").filter((line) => line.length > 100)).toEqual([]);
    expect(summary([])).toBe("No findings.");
  });

  it("passes no command on to the terminal", () => {
    expect(paper.text).not.toContain("\u001b");
    expect(printable("a\u0007\u202eb\nc")).toBe("a\ufffd\ufffdb c");
  });
});

describe("the page", () => {
  const page = toHtml(`db:5432 ${hostile}`, "now", results);

  it("runs nothing, loads nothing, and shows a stranger's names as text", () => {
    expect(page).not.toMatch(/<script|\u001b|(?:src|href)="(?!#)|url\(|@import/);
    expect(page).toContain("a&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(page).toContain("default-src 'none'");
  });

  it("has each finding with its statements, each chart as SVG, each section with a way to it", () => {
    expect(page.match(/<details class="finding (high|medium|low)"/g)).toHaveLength(3);
    expect(page.match(/<pre>DROP INDEX CONCURRENTLY/g)).toHaveLength(2);
    expect(page.match(/<svg /g)).toHaveLength(1);
    for (const [, anchor] of page.matchAll(/href="#([^"]+)"/g)) expect(page).toContain(`id="${anchor ?? ""}"`);
    for (const tag of ["section", "details", "table", "figure", "svg", "p", "div"]) {
      expect(page.match(new RegExp(`<${tag}[ >]`, "g"))?.length, tag).toBe(
        page.match(new RegExp(`</${tag}>`, "g"))?.length,
      );
    }
    expect(page).toContain("prefers-color-scheme: dark");
  });

  it("draws parts on one scale, with a mark at the limit", () => {
    const svg = drawStacks("t", ["a", "b"], [{ name: "x", parts: [3, 1], text: "4", limit: 8 }]);
    const widths = [...svg.matchAll(/<rect x="[\d.]+" y="\d+" width="([\d.]+)" height="16"/g)].map(([, width]) =>
      Number(width),
    );
    expect(widths).toEqual([150, 50]);
    expect(svg).toContain('<line x1="684"');
    expect(drawStacks("t", ["a"], [{ name: "x", parts: [0], text: "" }])).not.toContain("NaN");
  });
});

it("JSON has what the README says of it", () => {
  const data = toData(facts, results);
  expect(data).toMatchObject({
    version: 1,
    counts: { high: 1, medium: 1, low: 1 },
    server: { version: "18.6", database: "shop" },
  });
  expect(Object.keys(data.findings[0]!).sort()).toEqual([
    "kind",
    "numbers",
    "objects",
    "remedy",
    "severity",
    "sql",
    "what",
    "why",
  ]);
  expect(sortFindings(results).map(({ severity }) => severity)).toEqual(["high", "medium", "low"]);
  expect(data.checks.indexes).toEqual({
    title: "Indexes",
    notes: [`Noted ${hostile}.`],
    rows: [{ index: "public.i" }],
  });
  expect(data.checks.bloat).toEqual({ title: "Indexes", notes: [], rowsOf: "indexes" });
  expect(data.checks.locks).toMatchObject({ rows: [], leftOut: "Somebody holds it." });
  // No secret of the server's settings goes along.
  expect(JSON.stringify(data)).not.toContain("shared_preload_libraries");
});

describe("the collection", () => {
  const target = { host: "h", port: 1, database: "d", role: "r" } as Target;
  const record = (answer: (sql: string) => unknown[]) => {
    const asked: string[] = [];
    const session: Session = {
      query: (sql) => {
        asked.push(sql);
        return new Promise((resolve) => resolve(answer(sql)));
      },
      close: () => Promise.resolve(),
    };
    return { asked, session };
  };
  const from = (session: Session) => ({ session, target, timeoutSeconds: 5, progress: () => undefined });

  it("asks everything in one read-only transaction, each question once", async () => {
    const { asked, session } = record(() => []);
    const found = await collect(checks, context({ extensions: { pg_stat_statements: '"My Tools"' } }), from(session));
    expect(asked[0]).toBe("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    expect(asked.at(-1)).toBe("COMMIT");
    const questions = asked.filter((sql) => sql.includes("/* altlas report:"));
    expect(new Set(questions).size).toBe(questions.length);
    expect(questions.join()).toContain('FROM "My Tools".pg_stat_statements');
    expect(questions.join()).not.toContain("@extschema@");
    expect(found.find(({ name }) => name === "vacuum")?.rowsOf).toBe("statistics");
    for (const sql of questions) expect(sql).toMatch(/^(--.*\n)?\s*(SELECT|WITH) \/\* altlas report: [a-z, ]+ \*\//);
  });

  it("goes on after a refused question, at the same moment of the database", async () => {
    const { asked, session } = record((sql) => {
      if (sql.includes("altlas report: locks")) throw Object.assign(new Error("permission denied"), { code: "42501" });
      return [];
    });
    const found = await collect(checks, context(), from(session));
    expect(found.filter(({ leftOut }) => leftOut !== undefined).map(({ name }) => name)).toEqual(["locks"]);
    expect(asked.filter((sql) => sql.startsWith("BEGIN"))).toHaveLength(1);
    expect(asked[asked.findIndex((sql) => sql.includes("report: locks")) + 1]).toBe("ROLLBACK TO SAVEPOINT question");
  });

  it("looks at the planner's own view only where it is", async () => {
    for (const partitionPlan of [true, false]) {
      const { asked, session } = record(() => []);
      await collect(checks, context({ partitionPlan }), from(session));
      expect(asked.some((sql) => sql.includes("partitioning.horizon"))).toBe(partitionPlan);
    }
  });
});
