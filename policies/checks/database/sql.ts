import { type Graph } from "../../graph/graph";
import { type KubernetesObject } from "../../graph/object";
import { attempt } from "../../graph/selection";
import { objects } from "../../graph/subjects";
import { type Subject } from "../../rule";
import { bracketed, splitAt, statementsIn } from "./sql-text";

/** A statement and where it stands. */
export interface Statement {
  readonly text: string;
  /** Key of the ConfigMap. */
  readonly path: string;
}

/** A table as its CREATE TABLE makes it. */
export interface SqlTable {
  /** With its schema where one is given: `platform.jobs`. */
  readonly name: string;
  /** Definition of each column by its name. */
  readonly columns: ReadonlyMap<string, string>;
  /** Constraints of the whole table. */
  readonly constraints: readonly string[];
  /** Columns of the primary key and of each unique constraint. */
  readonly keys: readonly (readonly string[])[];
  readonly partitionedBy?: { readonly method: string; readonly columns: readonly string[] };
  readonly path: string;
}

/** Rows that a partition holds. */
export type PartitionBound =
  | { readonly kind: "default" }
  | { readonly kind: "range"; readonly from: string; readonly to: string }
  | { readonly kind: "hash"; readonly modulus: number; readonly remainder: number }
  | { readonly kind: "other" };

export interface SqlPartition {
  readonly parent: string;
  readonly name: string;
  readonly bound: PartitionBound;
  readonly path: string;
}

export interface SqlIndex {
  readonly table: string;
  readonly unique: boolean;
  /** Columns and expressions in their order, without direction. */
  readonly columns: readonly string[];
  /** Condition of a partial index. */
  readonly where?: string;
  readonly path: string;
}

/** A schema as the SQL of one ConfigMap makes it. */
export interface SqlSchema {
  readonly object: KubernetesObject;
  readonly statements: readonly Statement[];
  readonly tables: readonly SqlTable[];
  readonly partitions: readonly SqlPartition[];
  readonly indexes: readonly SqlIndex[];
}

const name = String.raw`((?:[\w$]+|"[^"]+")(?:\.(?:[\w$]+|"[^"]+"))*)`;
const tablePattern = new RegExp(`^CREATE (?:UNLOGGED )?TABLE (?:IF NOT EXISTS )?${name} ?(?=\\()`, "i");
const partitionPattern = new RegExp(`^CREATE (?:UNLOGGED )?TABLE (?:IF NOT EXISTS )?${name} PARTITION OF ${name}`, "i");
const attachPattern = new RegExp(`^ALTER TABLE (?:IF EXISTS )?(?:ONLY )?${name} ATTACH PARTITION ${name} (.*)$`, "i");
const indexPattern = new RegExp(
  `^CREATE (UNIQUE )?INDEX (?:CONCURRENTLY )?(?:IF NOT EXISTS )?(?:[\\w$"]+ )?ON (?:ONLY )?${name} (?:USING \\w+ ?)?(?=\\()`,
  "i",
);
const keyPattern = /^(?:CONSTRAINT [\w$"]+ )?(?:PRIMARY KEY|UNIQUE(?: NULLS (?:NOT )?DISTINCT)?) ?(\(.*)$/i;

const known = new WeakMap<Graph, readonly Subject<SqlSchema>[]>();

/** What the SQL of a stack makes: each ConfigMap with keys that end in `.sql`. Read once, however many rules ask. */
export function sqlSchemas(graph: Graph): readonly Subject<SqlSchema>[] {
  const found = known.get(graph);
  if (found) return found;
  const schemas = objects(graph, "ConfigMap")
    .filter((subject) => sqlKeys(subject.read()).length > 0)
    .map((subject) => {
      let schema: SqlSchema | undefined;
      return { ...subject, read: () => (schema ??= readSchema(subject.read())) };
    });
  known.set(graph, schemas);
  return schemas;
}

function sqlKeys({ root }: KubernetesObject): string[] {
  const entries = attempt(() => root.at("data").entries());
  return Array.isArray(entries) ? entries.flatMap(([key]) => (key.endsWith(".sql") ? [key] : [])) : [];
}

function readSchema(object: KubernetesObject): SqlSchema {
  const statements = sqlKeys(object).flatMap((key): Statement[] => {
    const field = object.root.at("data", key);
    const { path } = field;
    return statementsIn(field.text() ?? "").map((text) => ({ text, path }));
  });
  return {
    object,
    statements,
    tables: statements.flatMap(readTable),
    partitions: statements.flatMap(readPartition),
    indexes: statements.flatMap(readIndex),
  };
}

function readTable({ text, path }: Statement): SqlTable[] {
  const match = tablePattern.exec(text);
  const body = match && bracketed(text.slice(match[0].length));
  if (!body) return [];
  const parts = splitAt(body.inside, ",").map((part) => part.trim());
  const isConstraint = (part: string) =>
    /^(?:CONSTRAINT|PRIMARY KEY|UNIQUE|CHECK|FOREIGN KEY|EXCLUDE|LIKE)\b/i.test(part);
  const columns = new Map(
    parts.flatMap((part) => {
      const [first = "", ...rest] = part.split(" ");
      return isConstraint(part) ? [] : [[unquoted(first), rest.join(" ")] as const];
    }),
  );
  const constraints = parts.filter(isConstraint);
  const keys = [
    ...constraints.flatMap((constraint) => {
      const columnList = keyPattern.exec(constraint)?.[1];
      return columnList === undefined ? [] : [columnsOf(columnList)];
    }),
    ...[...columns].flatMap(([column, definition]) =>
      /\b(?:PRIMARY KEY|UNIQUE)\b/i.test(definition) ? [[column]] : [],
    ),
  ];
  const partition = /PARTITION BY (RANGE|LIST|HASH) ?(\(.*)$/i.exec(body.rest);
  return [
    {
      name: unquoted(match[1] ?? ""),
      columns,
      constraints,
      keys,
      path,
      ...(partition?.[1] !== undefined && {
        partitionedBy: { method: partition[1].toLowerCase(), columns: columnsOf(partition[2] ?? "") },
      }),
    },
  ];
}

function readPartition({ text, path }: Statement): SqlPartition[] {
  const created = partitionPattern.exec(text);
  if (created) {
    const [whole, own = "", parent = ""] = created;
    return [{ parent: unquoted(parent), name: unquoted(own), bound: boundOf(text.slice(whole.length)), path }];
  }
  const attached = attachPattern.exec(text);
  if (!attached) return [];
  const [, parent = "", own = "", bound = ""] = attached;
  return [{ parent: unquoted(parent), name: unquoted(own), bound: boundOf(bound), path }];
}

function boundOf(text: string): PartitionBound {
  const range = /FOR VALUES FROM ?\((.*?)\) TO ?\((.*?)\)/i.exec(text);
  if (range) return { kind: "range", from: (range[1] ?? "").trim(), to: (range[2] ?? "").trim() };
  const hash = /FOR VALUES WITH ?\( ?MODULUS (\d+) ?, ?REMAINDER (\d+) ?\)/i.exec(text);
  if (hash) return { kind: "hash", modulus: Number(hash[1]), remainder: Number(hash[2]) };
  return { kind: /(?:^|\s)DEFAULT(?:\s|$)/i.test(text) ? "default" : "other" };
}

function readIndex({ text, path }: Statement): SqlIndex[] {
  const match = indexPattern.exec(text);
  const body = match && bracketed(text.slice(match[0].length));
  if (!body) return [];
  const where = /\bWHERE (.*)$/i.exec(body.rest)?.[1];
  return [
    {
      table: unquoted(match[2] ?? ""),
      unique: match[1] !== undefined,
      columns: columnsOf(`(${body.inside})`),
      path,
      ...(where !== undefined && { where }),
    },
  ];
}

function columnsOf(list: string): string[] {
  return splitAt(bracketed(list)?.inside ?? "", ",").map((column) =>
    unquoted(column.trim().replace(/ (?:ASC|DESC|NULLS (?:FIRST|LAST))\b/gi, "")),
  );
}

function unquoted(text: string): string {
  return text.replaceAll('"', "");
}
