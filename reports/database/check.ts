import { type Column } from "../text/layout";
import { type Facts } from "./facts";
import { type Thresholds } from "./thresholds";

/** From worst to least; `high` is or soon will be an outage, `medium` costs time or space, `low` is worth knowing. */
export const severities = ["high", "medium", "low"] as const;
export type Severity = (typeof severities)[number];

/** Something of the database that should be otherwise. */
export interface Finding {
  /** What sort of finding, `<check>.<what>`; stays the same from version to version. */
  readonly kind: string;
  readonly severity: Severity;
  /** What it is about: a name as SQL takes it, or several of them. */
  readonly objects: readonly string[];
  /** What is the matter, with its numbers: a full sentence. */
  readonly what: string;
  /** The numbers alone, for machines. */
  readonly numbers: Readonly<Record<string, number>>;
  /** What it costs or breaks: a full sentence. */
  readonly why: string;
  /** What to do, and what to mind before: full sentences. */
  readonly remedy: string;
  /** Statements to run in this order, each by itself: some of them are refused inside a transaction. */
  readonly sql: readonly string[];
}

/** Figures in rows, for people. */
export interface Table {
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
}

/** One bar of a chart, made of parts on one scale. */
export interface ChartRow {
  readonly name: string;
  /** As many as the chart's legend has entries. */
  readonly parts: readonly number[];
  /** What is written behind the bar. */
  readonly text: string;
  /** A limit on the same scale. */
  readonly limit?: number;
}

/** Figures as bars. */
export interface Chart {
  readonly title: string;
  /** What each part is; one entry where a bar has one part. */
  readonly legend: readonly string[];
  readonly rows: readonly ChartRow[];
}

/** What a check makes of its rows. */
export interface Reading {
  readonly findings: readonly Finding[];
  readonly tables?: readonly Table[];
  readonly charts?: readonly Chart[];
  /** What a reader of the figures must know: full sentences. */
  readonly notes?: readonly string[];
}

/** What a check knows besides its rows. */
export interface Context {
  readonly facts: Facts;
  readonly thresholds: Thresholds;
  /** Whether bloat is measured by reading the tables, not estimated. */
  readonly exact: boolean;
  /** Rows of the same check some seconds before, where two samples were asked for. */
  readonly earlier?: { readonly rows: readonly unknown[]; readonly seconds: number };
}

/** One question to the server, and what follows from its answer. */
export interface Check<Row> {
  /** Stays the same from version to version: key of the rows in JSON. */
  readonly name: string;
  readonly title: string;
  /** One statement; `@extschema@` stands for the schema of `extension`. */
  readonly sql: string;
  /** Extension without which the statement cannot run. */
  readonly extension?: string;
  /** Changes the statement for servers that have more to tell. */
  readonly prepare?: (sql: string, facts: Facts) => string;
  /** Whether a second sample is worth taking. */
  readonly sampled?: boolean;
  /** Whether the check belongs to this server and call; what else was to be said is said by another check. */
  applies?(context: Context): boolean;
  /** Pure: the same rows give the same reading. */
  read(rows: readonly Row[], context: Context): Reading;
}

/** A check whose rows only it knows the type of. */
export interface AnyCheck extends Omit<Check<never>, "read"> {
  read(rows: readonly unknown[], context: Context): Reading;
}

/** Makes a check a row of the list of all. The rows are what its statement selects, so the type is a promise of the two files. */
export function defineCheck<Row>(check: Check<Row>): AnyCheck {
  return { ...check, read: (rows, context) => check.read(rows as readonly Row[], context) };
}
