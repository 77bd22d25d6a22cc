import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withoutPasswords, withParameters } from "../../../reports/database/checks/queries";
import { createIndex } from "../../../reports/database/create-index";
import { formatBytes, formatPart, formatSeconds, list, plural } from "../../../reports/database/format";
import { cutBytes, newName, quoteName, quoteText, wrapStatement } from "../../../reports/database/statements";

describe("names and texts in SQL", () => {
  it("are quoted so that nothing in them ends them", () => {
    expect(quoteName('Order "Items"; DROP')).toBe('"Order ""Items""; DROP"');
    expect(quoteText("it's")).toBe("'it''s'");
    expect(quoteText("a\\'b")).toBe("E'a\\\\''b'");
    fc.assert(
      fc.property(fc.string(), (name) => {
        const inner = quoteName(name).slice(1, -1);
        expect(inner.replaceAll('""', "")).not.toContain('"');
        expect(inner.replaceAll('""', '"')).toBe(name);
      }),
    );
  });

  it("that are new fit 63 bytes, never cut a character, and are none of those taken", () => {
    expect(newName(["orders", "customer_id"], "idx", new Set())).toBe("orders_customer_id_idx");
    expect(newName(["a"], "idx", new Set(["a_idx", "a_idx1"]))).toBe("a_idx2");
    expect(cutBytes("äöü", 3)).toBe("ä");
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 80 }), (name) => {
        const made = newName([name], "idx", new Set());
        expect(Buffer.byteLength(made)).toBeLessThanOrEqual(63);
        expect(made.endsWith("_idx")).toBe(true);
        expect(name.startsWith(made.slice(0, -4))).toBe(true);
      }),
    );
  });
});

describe("a long statement", () => {
  it("is broken at spaces, dots and commas, never within quotes", () => {
    const statement = `ALTER TABLE "a  b"."${"x".repeat(50)}" SET (autovacuum_vacuum_scale_factor = 0.02, fillfactor = 90);`;
    const lines = wrapStatement(statement, 60);
    expect(lines.every((line) => line.length <= 60)).toBe(true);
    expect(lines.join("\n").replace(/\n {2}/g, "")).toBe(statement.replace(/, fill/, ", fill"));
    expect(lines[0]).toContain('"a  b"');
  });

  it("keeps its quoted parts whole, whatever they are", () => {
    const word = fc.string({ maxLength: 30 }).map((text) => (text.includes("E") ? "x" : text));
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            word.map(quoteName),
            word.map((text) => `'${text.replaceAll("'", "''")}'`),
          ),
          { maxLength: 8 },
        ),
        (parts) => {
          const text = wrapStatement(`SELECT ${parts.join(", ")};`, 40).join("\n");
          for (const part of parts) expect(text).toContain(part.trimEnd());
        },
      ),
    );
  });
});

describe("an index that is made while the table is in use", () => {
  const head = { table: 'public."Order"', name: "Order" };

  it("is made concurrently, under a name that is free", () => {
    expect(createIndex(head, [], ["Customer Id"], ["Order_Customer Id_idx"])).toEqual([
      'CREATE INDEX CONCURRENTLY "Order_Customer Id_idx1" ON public."Order" ("Customer Id");',
    ]);
  });

  it("is made on each leaf of a partitioned table first, then on the table within a bounded lock", () => {
    const tree = [
      { table: "public.p1", name: "p1", partitioned: true },
      { table: "public.p1a", name: "p1a", partitioned: false },
      { table: "other.p2", name: "p2", partitioned: false },
    ];
    expect(createIndex({ table: "public.p", name: "p" }, tree, ["a", "b"], [])).toEqual([
      'CREATE INDEX CONCURRENTLY "p1a_a_b_idx" ON public.p1a ("a", "b");',
      'CREATE INDEX CONCURRENTLY "p2_a_b_idx" ON other.p2 ("a", "b");',
      "BEGIN;",
      "SET LOCAL lock_timeout = '2s';",
      "SET LOCAL statement_timeout = '10s';",
      'CREATE INDEX "p_a_b_idx" ON public.p ("a", "b");',
      "COMMIT;",
    ]);
  });
});

describe("statements of others", () => {
  it.each([
    ["ALTER ROLE a PASSWORD 'se''cret'", "ALTER ROLE a PASSWORD '…'"],
    ["create user a with encrypted password 'secret' login", "create user a with encrypted PASSWORD '…' login"],
    ["ALTER ROLE a PASSWORD E'sec\nret'", "ALTER ROLE a PASSWORD '…'"],
    ["ALTER ROLE a PASSWORD $x$secret$x$", "ALTER ROLE a PASSWORD '…'"],
    ["ALTER ROLE a PASSWORD 'cut off", "ALTER ROLE a PASSWORD '…'"],
    ["SELECT password FROM users", "SELECT password FROM users"],
  ])("%s is shown without its password", (given, shown) => expect(withoutPasswords(given)).toBe(shown));

  it("take parameters where constants of a named type stood", () => {
    expect(withParameters("SELECT now() - interval $1, DATE $2 LIMIT $3;")).toBe(
      "SELECT now() - CAST($1 AS interval), CAST($2 AS DATE) LIMIT $3",
    );
  });
});

it("figures have units that people read", () => {
  expect([0, 1023, 1536, 150 * 2 ** 30].map(formatBytes)).toEqual(["0 B", "1023 B", "1.5 KiB", "150 GiB"]);
  expect([0.0001, 0.0025, 0.5, 5, 90, 600, 7300, 3 * 86_400, 30 * 86_400].map(formatSeconds)).toEqual([
    "0.10 ms",
    "2.5 ms",
    "500 ms",
    "5.0 s",
    "90 s",
    "10 minutes",
    "2 hours",
    "3.0 days",
    "30 days",
  ]);
  expect([0, 0.004, 0.126, 1].map(formatPart)).toEqual(["0 %", "0.4 %", "13 %", "100 %"]);
  expect([plural(1, "row"), plural(1234, "row"), plural(2, "index", "indexes")]).toEqual([
    "1 row",
    "1,234 rows",
    "2 indexes",
  ]);
  expect([list(["a"]), list(["a", "b"]), list(["a", "b", "c", "d", "e"])]).toEqual([
    "a",
    "a and b",
    "a, b, c and 2 more",
  ]);
});
