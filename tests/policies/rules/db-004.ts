import { type Mutant, type RuleCases } from "../case";
import { inText, migrations, planned, schema, table } from "../database";
import { add, unknown } from "../fixtures";

const path = 'data["0001_jobs.sql"]';
const partitions = (...bounds: readonly string[]) =>
  bounds.map((bound, index) => `CREATE TABLE p${index} PARTITION OF t FOR VALUES ${bound};`).join("\n");
const ranges = (...bounds: readonly (readonly [string, string])[]) =>
  add(migrations(partitions(...bounds.map(([from, to]) => `FROM (${from}) TO (${to})`))));
const hashes = (modulus: number, ...remainders: readonly number[]) =>
  partitions(...remainders.map((remainder) => `WITH (MODULUS ${modulus}, REMAINDER ${remainder})`));

export const cases: RuleCases = {
  pass: [
    { title: "the partition key in every key", edits: [add(migrations(schema))] },
    {
      title: "months that follow each other, in any order",
      edits: [ranges(["'2026-02-01'", "'2026-03-01'"], ["'2026-01-01'", "'2026-02-01'"])],
    },
    {
      title: "one moment written in two ways",
      edits: [ranges(["MINVALUE", "'2026-01-01'"], ["'2026-01-01 00:00:00+00'::timestamptz", "MAXVALUE"])],
    },
    { title: "numbers, ordered as numbers", edits: [ranges(["0", "9"], ["9", "10"], ["10", "100"])] },
    { title: "texts", edits: [ranges(["'a'", "'m'"], ["'m'", "'z'"])] },
    { title: "every remainder", edits: [add(migrations(hashes(4, 3, 1, 0, 2)))] },
    { title: "a hash that is being spread", edits: [add(migrations(`${hashes(2, 0)} ${hashes(4, 1, 3)}`))] },
    { title: "bounds of two columns, which no text orders", edits: [ranges(["1, 2", "3, 4"], ["9, 9", "9, 10"])] },
    {
      title: "a plan with its key in the primary key",
      edits: [add(planned(table({ uniqueKeys: [["created_at", "name"]] })))],
    },
  ],
  fail: [
    {
      title: "a primary key without it",
      edits: [add(migrations(schema.replace("PRIMARY KEY (id, created_at)", "PRIMARY KEY (id)")))],
      says: /ConfigMap altlas\/postgresql-migrations makes platform\.jobs unique by \(id\) without its partition key created_at/,
      at: path,
    },
    {
      title: "a unique column",
      edits: [add(migrations(schema.replace("id uuid NOT NULL", "id uuid UNIQUE")))],
      says: /unique by \(id\) without its partition key created_at/,
      at: path,
    },
    {
      title: "a unique index",
      edits: [add(migrations(`${schema} CREATE UNIQUE INDEX one ON platform.jobs (status);`))],
      says: /unique by \(status\) without its partition key created_at/,
      at: path,
    },
    {
      title: "a month that is missing",
      edits: [ranges(["'2026-01-01'", "'2026-02-01'"], ["'2026-03-01'", "'2026-04-01'"])],
      says: /leaves a gap between partitions p0 \(to '2026-02-01'\) and p1 \(from '2026-03-01'\) of t/,
      at: path,
    },
    {
      title: "months that overlap",
      edits: [ranges(["'2026-01-01'", "'2026-02-02'"], ["'2026-02-01'", "'2026-03-01'"])],
      says: /lets overlap partitions p0 \(to '2026-02-02'\) and p1/,
      at: path,
    },
    {
      title: "a remainder that is missing",
      edits: [add(migrations(hashes(4, 0, 1, 3)))],
      says: /has no partition of t for remainder 2 of modulus 4/,
      at: path,
    },
    {
      title: "half of one that is being spread",
      edits: [add(migrations(`${hashes(2, 0)} ${hashes(4, 1)}`))],
      says: /has no partition of t for remainder 3 of modulus 4/,
      at: path,
    },
    {
      title: "a plan with another primary key",
      edits: [add(planned(table({ primaryKey: ["id"] })))],
      says: /plans platform\.jobs with primaryKey \["id"\]: the primary key does not contain the partition key created_at/,
      at: 'data["plan.json"]',
    },
    {
      title: "a plan with another unique key",
      edits: [add(planned(table({ uniqueKeys: [["name"]] })))],
      says: /plans platform\.jobs with uniqueKeys\[0\] \["name"\]/,
      at: 'data["plan.json"]',
    },
    {
      title: "a modulus that spreads nothing",
      edits: [add(planned(table({ key: "id", method: { kind: "hash", modulus: 1 } })))],
      says: /plans platform\.jobs with method\.modulus 1/,
      at: 'data["plan.json"]',
    },
  ],
  notApplicable: [
    { title: "no SQL and no plan" },
    { title: "tables without partitions", edits: [add(migrations("CREATE TABLE a (id uuid PRIMARY KEY);"))] },
  ],
  unknown: [
    {
      title: "SQL from an output",
      edits: [add(migrations(schema)), unknown("ConfigMap/postgresql-migrations", ["data", "0001_jobs.sql"])],
      because: path,
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "the primary key of jobs loses its time",
    edits: [
      inText("ConfigMap/postgresql-migrations", "0002_jobs.sql", "PRIMARY KEY (id, created_at)", "PRIMARY KEY (id)"),
    ],
    says: /makes platform\.jobs unique by \(id\) without its partition key created_at/,
  },
];
