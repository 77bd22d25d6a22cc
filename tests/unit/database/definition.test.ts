import { describe, expect, it } from "vitest";
import { textChecksum } from "../../../model/checksum";
import { catalogue } from "../../../stacks/altlas";
import { database } from "../../../stacks/altlas/database";
import { uniqueOnly } from "../../../stacks/altlas/database/queries";
import { databaseEdges } from "../../../stacks/altlas/database/edges";

const schema = database.migrations.map(({ sql }) => sql).join("\n");
const functions = database.routines.map(({ sql }) => sql).join("\n");

/** Text with every stretch of white space as one blank, and without comments. */
function squeezed(sql: string): string {
  return sql.replace(/--.*$/gm, "").replace(/\s+/g, " ").replace(/\( /g, "(").replace(/ \)/g, ")").trim();
}

/** Indexes that the migrations make: those with a name, and primary keys under the name that the server gives them. */
function indexes(): string[] {
  const named = [...schema.matchAll(/CREATE (?:UNIQUE )?INDEX (\w+)/g)].map(([, name]) => name!);
  const tables = [...schema.matchAll(/CREATE TABLE platform\.(\w+) \(([\s\S]*?)\n\)/g)];
  const keys = tables.filter(([, , body]) => body!.includes("PRIMARY KEY")).map(([, table]) => `${table}_pkey`);
  return [...named, ...keys];
}

describe("the platform's database", () => {
  it("has migrations without a gap, each with the sum of its text", () => {
    expect(database.migrations.map(({ version }) => version)).toEqual(database.migrations.map((_, index) => index + 1));
    for (const { sql, checksum } of [...database.migrations, ...database.routines]) {
      expect(checksum).toBe(textChecksum(sql));
    }
  });

  it("has an index for each query, and a query for each index", () => {
    const used = database.queries.flatMap(({ index }) => (index === undefined ? [] : [index]));
    expect(indexes().length).toBeGreaterThan(10);
    for (const name of uniqueOnly) expect(used).not.toContain(name);
    expect([...new Set([...used, ...uniqueOnly])].sort()).toEqual(indexes().sort());
  });

  it("says beside each index which query it serves", () => {
    const names = database.queries.map(({ name }) => name);
    const said = [...schema.matchAll(/-- Serves (\w+)(?: and (\w+))?/g)].flatMap(([, one, other]) => [one!, other]);
    for (const name of said) if (name !== undefined) expect([...names, "record_usage"]).toContain(name);
    // A comment directly above each index, the primary keys of jobs and outbox (stated as such) aside.
    for (const [index] of schema.matchAll(/(?:^--.*\n)*^CREATE (?:UNIQUE )?INDEX \w+/gm)) {
      expect(index).toMatch(/^-- Serves \w+/);
    }
  });

  it("sends inside its functions exactly the queries that it lists", () => {
    const text = squeezed(`${functions}\n${schema}`).replace(/ INTO found_id, found_at/, "");
    const inside = database.queries.filter(
      ({ sql }) => sql.includes("FOR UPDATE") || sql.startsWith("UPDATE") || sql.includes("job_transitions"),
    );
    expect(inside.length).toBeGreaterThan(5);
    for (const { name, sql } of inside) {
      const pattern = squeezed(sql)
        .replace(/[.*+?^{}()|[\]\\]/g, "\\$&")
        .replace(/\$\d+/g, "[A-Za-z_.]+");
      expect(new RegExp(pattern).test(text), `${name}: ${pattern}`).toBe(true);
    }
  });

  it("declares as many parameters as each query has", () => {
    for (const { name, sql, parameters } of database.queries) {
      const numbers = new Set([...sql.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)));
      expect([...numbers].sort(), name).toEqual(parameters.map((_, index) => index + 1));
    }
  });

  it("partitions each table that its migrations declare as partitioned, by the same key and primary key", () => {
    const partitioned = [
      ...schema.matchAll(/CREATE TABLE (\w+)\.(\w+) \(([\s\S]*?)\n\) PARTITION BY (RANGE|HASH) \((\w+)\);/g),
    ].map(([, inSchema, name, body, kind, key]) => ({
      schema: inSchema,
      name,
      key,
      kind: kind!.toLowerCase(),
      primaryKey: /PRIMARY KEY \(([^)]*)\)/.exec(body!)![1]!.split(", "),
    }));
    expect(
      database.tables.map(({ schema: inSchema, name, key, primaryKey, method }) => ({
        schema: inSchema,
        name,
        key,
        kind: method.kind,
        primaryKey,
      })),
    ).toEqual(partitioned);
    expect(schema).not.toMatch(/PARTITION OF .* DEFAULT/);
  });

  it("vacuums the tables whose rows change by thresholds of their own", () => {
    const changing = [
      ...functions.matchAll(/(?:UPDATE platform\.|INSERT INTO platform\.)(\w+)(?: AS known|\n\s+SET)/g),
    ];
    for (const name of new Set(changing.map(([, table]) => table!))) {
      const table = database.tables.find((candidate) => candidate.name === name);
      expect(Number(table?.storage?.autovacuum_vacuum_scale_factor), name).toBeLessThan(0.05);
    }
  });

  it("refreshes only views that have their unique index", () => {
    for (const { schema: inSchema, name, uniqueIndex } of database.views) {
      expect(schema).toContain(`CREATE MATERIALIZED VIEW ${inSchema}.${name} AS`);
      expect(schema).toContain(`CREATE UNIQUE INDEX ${uniqueIndex} ON ${inSchema}.${name} (`);
    }
  });
});

describe("edges to a database", () => {
  it("name one role for each service and one service for each role", () => {
    const pairs = new Set(databaseEdges.map(({ from, database: access }) => `${from} ${access!.role}`));
    expect(pairs.size).toBe(new Set(databaseEdges.map(({ from }) => from)).size);
    expect(pairs.size).toBe(new Set(databaseEdges.map(({ database: access }) => access!.role)).size);
  });

  it("grant only what the schema has, and no right to write a table", () => {
    for (const { database: access } of databaseEdges) {
      if (access!.rights === "owner") continue;
      for (const { schema: inSchema, object, privileges } of access!.rights) {
        expect(`${schema}\n${functions}`).toMatch(new RegExp(`(TABLE|VIEW|FUNCTION) ${inSchema}\\.${object}\\b`));
        if (privileges !== "execute") expect(privileges).toEqual(["select"]);
      }
    }
  });

  it("have an address whose user is their role, in the contract of their caller", () => {
    for (const { from, to, database: access } of databaseEdges) {
      const target = catalogue.services.find(({ name }) => name === from)!.contracts.target;
      const addresses = target.environment.flatMap((variable) => {
        const secret = variable.kind === "secret" && catalogue.secrets.find(({ name }) => name === variable.secret);
        return secret && secret.kind === "connection" && secret.endpoint === to ? [secret] : [];
      });
      expect(addresses.map(({ user, path }) => [user, path])).toEqual([
        [access!.role, `${access!.database}?sslmode=require`],
      ]);
    }
  });
});
