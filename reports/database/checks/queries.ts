import { type Context, defineCheck, type Finding } from "../check";
import { majorOf, type Facts } from "../facts";
import { formatBytes, formatCount, formatPart, formatSeconds, plural } from "../format";
import { quoteName, quoteText } from "../statements";
import sql from "./queries.sql";

/** A row of `queries.sql`: a statement of this database, its constants replaced by `$1`, `$2`, …. */
export interface QueryRow {
  readonly id: string;
  readonly role: string;
  readonly query: string;
  /** Whether the text was too long to be read whole. */
  readonly cut: boolean;
  readonly calls: number;
  readonly totalMilliseconds: number;
  readonly meanMilliseconds: number;
  readonly maxMilliseconds: number;
  readonly rows: number;
  readonly blocksHit: number;
  readonly blocksRead: number;
  /** Blocks written to temporary files. */
  readonly blocksSpilled: number;
  /** Part of the execution time of all statements of this database; absent where none took any. */
  readonly share: number | null;
}

const shown = 15;
/** Part of all time from which a slow statement is the first thing to look at. */
const greatShare = 0.25;

/** Takes passwords out of a statement: those that set one are kept as they were written. */
export function withoutPasswords(query: string): string {
  return query.replace(/\bpassword\s+(?:E?'(?:[^']|'')*'?|\$(\w*)\$[\s\S]*?(?:\$\1\$|$))/gi, "PASSWORD '…'");
}

/** One line of a statement, short enough for a table. */
export function shortQuery(query: string, length = 140): string {
  const line = withoutPasswords(query).replace(/\s+/g, " ").trim();
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}

/** Tells statements that are slow on average, spill to disk, or read much from outside the cache. */
export function queryFindings(rows: readonly QueryRow[], { facts, thresholds }: Context): Finding[] {
  return rows.flatMap((row): Finding[] => {
    const found: Finding[] = [];
    const { calls, meanMilliseconds: mean, totalMilliseconds: total, blocksHit, blocksRead } = row;
    const share = row.share ?? 0;
    const objects = [shortQuery(row.query)];
    const name = shortQuery(row.query, 70);
    if (mean >= thresholds.slowQueryMilliseconds) {
      found.push({
        kind: "queries.slow",
        severity: share >= greatShare ? "high" : "medium",
        objects,
        what: `${name}: ${plural(calls, "call")} by ${row.role} took ${formatSeconds(mean / 1000)} on average and ${formatSeconds(row.maxMilliseconds / 1000)} at most: ${formatPart(share)} of the database's time.`,
        numbers: {
          calls,
          meanMilliseconds: mean,
          totalMilliseconds: total,
          maxMilliseconds: row.maxMilliseconds,
          share,
        },
        why: `From ${formatSeconds(thresholds.slowQueryMilliseconds / 1000)} on people notice, and a pool of connections serves few of them a second.`,
        remedy: explainRemedy(row, facts),
        sql: explainable(row, facts) ? [`EXPLAIN (GENERIC_PLAN) ${withParameters(row.query)};`] : [],
      });
    }
    const spilled = calls > 0 ? (row.blocksSpilled * facts.blockSize) / calls : 0;
    if (spilled >= thresholds.spilledBytes) {
      const memory = `${Math.min(256, 2 ** Math.ceil(Math.log2((spilled * 2) / 2 ** 20)))}MB`;
      found.push({
        kind: "queries.spilled",
        severity: "low",
        objects,
        what: `${name}: a call by ${row.role} writes ${formatBytes(spilled)} to temporary files on average (${plural(calls, "call")}).`,
        numbers: { calls, spilledBytesPerCall: Math.round(spilled) },
        why: "Sorting and hashing on disk is slower than in memory, and takes the disk's time from others.",
        remedy: `Look first whether an index gives the order, or fewer rows would do; else give the role more memory for it: ${memory} for each sort of each of its sessions.`,
        sql: [
          `ALTER ROLE ${quoteName(row.role)} IN DATABASE ${quoteName(facts.database)} SET work_mem = ${quoteText(memory)};`,
        ],
      });
    }
    const ratio = blocksHit + blocksRead > 0 ? blocksHit / (blocksHit + blocksRead) : 1;
    if (blocksRead >= thresholds.cacheBlocksRead && ratio < thresholds.cacheHitRatio) {
      found.push({
        kind: "queries.uncached",
        severity: "low",
        objects,
        what: `${name}: ${formatPart(ratio)} of its blocks were in the server's memory; ${formatBytes(blocksRead * facts.blockSize)} were read in ${plural(calls, "call")}.`,
        numbers: { calls, cacheHitRatio: ratio, blocksRead },
        why: "What is not in memory waits for the disk, and drives out what others need.",
        remedy: "An index that reads fewer blocks helps most; then more shared_buffers.",
        sql: [],
      });
    }
    return found;
  });
}

/** Types whose constants are written behind their name, where a parameter cannot stand. */
const prefixed =
  /\b(interval|date|time|timestamp|timestamptz|timetz|uuid|json|jsonb|numeric|inet|cidr|point)\s+(\$\d+)/gi;

/** A statement whose constants were replaced, as one that takes parameters in their place. */
export function withParameters(query: string): string {
  return query.trim().replace(/;$/, "").replace(prefixed, "CAST($2 AS $1)");
}

function explainable({ query, cut, role }: QueryRow, { versionNumber }: Facts): boolean {
  const whole = !cut && role !== "" && query !== "<insufficient privilege>";
  return majorOf(versionNumber) >= 16 && whole && /^\s*(select|with|insert|update|delete|merge)\b/i.test(query);
}

function explainRemedy(row: QueryRow, facts: Facts): string {
  const how = "EXPLAIN (ANALYZE, BUFFERS) with real values";
  return explainable(row, facts)
    ? `Look at its plan, then at ${how}: a Seq Scan with a filter asks for an index, rows far from the estimate for ANALYZE.`
    : `Run ${how} in place of $1, $2, …: a Seq Scan with a filter asks for an index, rows far from the estimate for ANALYZE.`;
}

export const queriesCheck = defineCheck<QueryRow>({
  name: "queries",
  title: "Slow queries",
  sql,
  extension: "pg_stat_statements",
  read: (rows, context) => {
    const slowest = rows.slice(0, shown);
    return {
      findings: queryFindings(rows, context),
      notes: context.facts.readsAllStatistics
        ? []
        : ["Statements of other roles are hidden from this one: GRANT pg_monitor to it, to see them."],
      charts: [
        {
          title: "Share of the database's execution time",
          legend: ["share"],
          rows: slowest.map((row) => ({
            name: shortQuery(row.query, 60),
            parts: [row.share ?? 0],
            text: `${formatPart(row.share ?? 0)}, ${formatSeconds(row.meanMilliseconds / 1000)} a call`,
          })),
        },
      ],
      tables: [
        {
          title: `Statements by total time (${Math.min(rows.length, shown)} of ${rows.length})`,
          columns: [
            { title: "share", align: "right" },
            { title: "total", align: "right" },
            { title: "mean", align: "right" },
            { title: "calls", align: "right" },
            { title: "rows", align: "right" },
            { title: "cached", align: "right" },
            { title: "spilled", align: "right" },
            { title: "statement", wrap: true },
          ],
          rows: slowest.map((row) => [
            formatPart(row.share ?? 0),
            formatSeconds(row.totalMilliseconds / 1000),
            formatSeconds(row.meanMilliseconds / 1000),
            formatCount(row.calls),
            formatCount(row.rows),
            row.blocksHit + row.blocksRead > 0 ? formatPart(row.blocksHit / (row.blocksHit + row.blocksRead)) : "",
            formatBytes(row.blocksSpilled * context.facts.blockSize),
            shortQuery(row.query),
          ]),
        },
      ],
    };
  },
});
