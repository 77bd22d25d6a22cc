import { describe, expect, test } from "vitest";
import { sqlSchemas } from "../../../policies/checks/database/sql";
import { statementsIn } from "../../../policies/checks/database/sql-text";
import { Graph } from "../../../policies/graph/graph";
import { fromObjects } from "../../../policies/sources/objects";

const read = (sql: string) => {
  const [schema] = sqlSchemas(
    new Graph(
      fromObjects([{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "sql" }, data: { "1.sql": sql } }]),
    ),
  );
  return schema!.read();
};

describe("statements", () => {
  test.each([
    ["SELECT 1; SELECT 2", ["SELECT 1", "SELECT 2"]],
    ["-- none; here\nSELECT ';' /* nor; here */;", ["SELECT ';'"]],
    ["\\if :wanted\nSELECT 1;\n\\endif\n", ["SELECT 1"]],
    ["SELECT 'it''s; one'", ["SELECT 'it''s; one'"]],
    ['SELECT "a;b"', ['SELECT "a;b"']],
    ["CREATE FUNCTION f() AS $$ BEGIN x; -- no\n y; END $$;", ["CREATE FUNCTION f() AS $$ BEGIN x; y; END $$"]],
    ["DO $body$ a; $$ b; $$ $body$; SELECT 1", ["DO $body$ a; $$ b; $$ $body$", "SELECT 1"]],
    [" ;; ", []],
  ])("%s", (text, statements) => {
    expect(statementsIn(text)).toEqual(statements);
  });
});

describe("a schema", () => {
  test("has tables with columns, keys and partitioning", () => {
    const { tables } = read(
      `CREATE TABLE IF NOT EXISTS platform."jobs" (
         id uuid NOT NULL, created_at timestamptz, -- the key
         name text UNIQUE CHECK (name IN ('a', 'b')),
         PRIMARY KEY (id, created_at), CONSTRAINT one UNIQUE NULLS NOT DISTINCT (name, created_at)
       ) PARTITION BY RANGE (created_at);`,
    );
    expect(tables).toHaveLength(1);
    const [{ columns, ...table }] = tables as [(typeof tables)[0]];
    expect(table).toMatchObject({
      name: "platform.jobs",
      keys: [["id", "created_at"], ["name", "created_at"], ["name"]],
      partitionedBy: { method: "range", columns: ["created_at"] },
      path: 'data["1.sql"]',
    });
    expect([...columns]).toEqual([
      ["id", "uuid NOT NULL"],
      ["created_at", "timestamptz"],
      ["name", "text UNIQUE CHECK (name IN ('a', 'b'))"],
    ]);
  });

  test("has partitions, made or attached", () => {
    const { partitions, tables } = read(
      `CREATE TABLE a PARTITION OF t FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
       CREATE TABLE b PARTITION OF t DEFAULT;
       ALTER TABLE t ATTACH PARTITION c FOR VALUES WITH (MODULUS 4, REMAINDER 3);
       CREATE TABLE d PARTITION OF t FOR VALUES IN ('x');`,
    );
    expect(tables).toEqual([]);
    expect(partitions.map(({ parent, name, bound }) => ({ parent, name, ...bound }))).toEqual([
      { parent: "t", name: "a", kind: "range", from: "'2026-01-01'", to: "'2026-02-01'" },
      { parent: "t", name: "b", kind: "default" },
      { parent: "t", name: "c", kind: "hash", modulus: 4, remainder: 3 },
      { parent: "t", name: "d", kind: "other" },
    ]);
  });

  test("has indexes", () => {
    const { indexes } = read(
      `CREATE UNIQUE INDEX CONCURRENTLY one ON ONLY platform.jobs (lower(name), at DESC NULLS LAST) INCLUDE (id);
       CREATE INDEX ON jobs USING brin (at) WHERE status = 'queued';`,
    );
    expect(indexes).toEqual([
      { table: "platform.jobs", unique: true, columns: ["lower(name)", "at"], path: 'data["1.sql"]' },
      { table: "jobs", unique: false, columns: ["at"], where: "status = 'queued'", path: 'data["1.sql"]' },
    ]);
  });
});
