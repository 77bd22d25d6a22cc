import { checkBounds } from "../checks/database/bounds";
import { partitionPlans } from "../checks/database/plans";
import { tableFailures } from "../checks/database/planning";
import { type SqlSchema, sqlSchemas, type SqlTable } from "../checks/database/sql";
import { defineRule, each, type Failure, NotApplicable, part } from "../rule";
import { object } from "./examples";

const sql = (text: string) => object("v1", "ConfigMap", "migrations", { data: { "1.sql": text } });

export const rule = defineRule({
  id: "ALT-DB-004",
  slug: "postgresql-partitions-cover-every-row",
  title: "Every unique key holds the partition key, and partitions leave no gap, no overlap and no remainder",
  severity: "critical",
  gate: "mandatory",
  scope: "stack",
  why:
    "Each partition checks its own rows only, so the server refuses a unique key without the partition key: the migration " +
    "fails half way. A row whose time or remainder has no partition is refused, for all tenants whose key falls there.",
  fix: "Add the partition key to primary and unique keys, begin each range where the last one ends, and make every remainder.",
  planSteps: ["3.5.3"],
  peers: [],
  examples: {
    pass: {
      title: "four remainders of four",
      manifests: [
        sql(
          ["CREATE TABLE usage (tenant uuid, day date, PRIMARY KEY (tenant, day)) PARTITION BY HASH (tenant);"]
            .concat(
              [0, 1].map(
                (r) => `CREATE TABLE usage_${r} PARTITION OF usage FOR VALUES WITH (MODULUS 2, REMAINDER ${r});`,
              ),
            )
            .join("\n"),
        ),
      ],
    },
    fail: {
      title: "a primary key that no partition can check",
      manifests: [sql("CREATE TABLE jobs (id uuid PRIMARY KEY, at timestamptz) PARTITION BY RANGE (at);")],
    },
  },
  parts: [
    part(
      ({ graph }) => sqlSchemas(graph),
      function* (schema) {
        const partitioned = schema.tables.filter(({ partitionedBy }) => partitionedBy !== undefined);
        if (partitioned.length === 0 && schema.partitions.length === 0)
          return new NotApplicable("It makes no partitions.");
        yield* each(partitioned, (table) => checkKeys(table, schema));
        const parents = [...new Set(schema.partitions.map(({ parent }) => parent))];
        yield* each(parents, (parent) =>
          checkBounds(
            parent,
            schema.partitions.filter((partition) => partition.parent === parent),
          ),
        );
        return undefined;
      },
    ),
    part(
      ({ graph }) => partitionPlans(graph),
      ({ tables }) =>
        each(tables, (table) => tableFailures(table, ["primaryKey", "uniqueKeys", "method.modulus", "name"])),
    ),
  ],
});

function* checkKeys({ name, keys, partitionedBy, path }: SqlTable, { indexes }: SqlSchema): Generator<Failure> {
  const columns = partitionedBy?.columns ?? [];
  const unique = [
    ...keys.map((key) => ({ key, path })),
    ...indexes
      .filter((index) => index.unique && index.table === name)
      .map((index) => ({ key: index.columns, path: index.path })),
  ];
  for (const each_ of unique) {
    const missing = columns.filter((column) => !each_.key.includes(column));
    if (missing.length === 0) continue;
    const problem = `makes ${name} unique by (${each_.key.join(", ")}) without its partition key ${missing.join(", ")}`;
    yield { problem, path: each_.path, fix: `add ${missing.join(", ")} to that key` };
  }
}
