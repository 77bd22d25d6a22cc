import { type Context, defineCheck, type Finding } from "../check";
import { formatCount, formatSeconds, plural } from "../format";
import { quoteText } from "../statements";
import sql from "./held.sql";

/** A row of `held.sql`: something whose view of the past keeps dead rows. */
export interface HeldRow {
  readonly kind: "session" | "prepared" | "slot" | "standby";
  readonly name: string;
  readonly role: string;
  readonly detail: string;
  /** Transactions since its view of the past. */
  readonly transactions: number;
  /** For how long; absent for slots and standbys. */
  readonly seconds: number | null;
}

/** Tells what holds vacuum back, and how to let it go. */
export function heldFindings(rows: readonly HeldRow[], { thresholds }: Context): Finding[] {
  return (
    rows
      // Who only sits in a transaction is told with the connections.
      .filter(({ detail }) => !detail.startsWith("idle in transaction"))
      .filter(({ seconds, transactions }) =>
        seconds === null ? transactions >= thresholds.heldTransactions : seconds >= thresholds.transactionSeconds,
      )
      .map((row): Finding => {
        const { kind, name, transactions, seconds } = row;
        return {
          kind: `vacuum.heldBy${kind.charAt(0).toUpperCase()}${kind.slice(1)}`,
          severity: transactions >= thresholds.heldTransactions ? "high" : "medium",
          objects: [name],
          what: `${subject(row)} keeps rows that died in the last ${plural(transactions, "transaction")}${seconds === null ? "" : `, for ${formatSeconds(seconds)} now`}.`,
          numbers: { transactions, ...(seconds !== null && { seconds: Math.round(seconds) }) },
          why: "VACUUM runs and removes nothing: tables grow, scans slow down, and transaction IDs age until the server stops writing.",
          ...remedyOf(row),
        };
      })
  );
}

function subject({ kind, name, role, detail }: HeldRow): string {
  switch (kind) {
    case "session":
      return `A transaction of ${role} (process ${name}, ${detail || "state not seen"})`;
    case "prepared":
      return `The prepared transaction ${name} of ${role} in database ${detail}`;
    case "slot":
      return `The ${detail} replication slot ${name}`;
    case "standby":
      return `The standby ${name} at ${detail}, by hot_standby_feedback,`;
  }
}

function remedyOf({ kind, name }: HeldRow): Pick<Finding, "remedy" | "sql"> {
  switch (kind) {
    case "session":
      return {
        remedy: "End it where it may be ended: a dump or a report has to begin anew.",
        sql: [`SELECT pg_terminate_backend(${name});`],
      };
    case "prepared":
      return {
        remedy:
          "Ask its transaction manager for the outcome and commit it or roll it back, in its own database; with no manager left, roll it back.",
        sql: [`ROLLBACK PREPARED ${quoteText(name)};`],
      };
    case "slot":
      return {
        remedy:
          "Let its consumer catch up, or drop it when there is none left: the consumer then has to be set up anew.",
        sql: [`SELECT pg_drop_replication_slot(${quoteText(name)});`],
      };
    case "standby":
      return {
        remedy:
          "End the long query at the standby, or switch hot_standby_feedback off there: queries may then be cancelled.",
        sql: [],
      };
  }
}

export const heldCheck = defineCheck<HeldRow>({
  name: "held",
  title: "Vacuum",
  sql,
  read: (rows, context) => ({
    findings: heldFindings(rows, context),
    notes: rows[0]
      ? [
          `The oldest view of the past that keeps dead rows is ${formatCount(rows[0].transactions)} transactions old: ${subject(rows[0])}.`,
        ]
      : [],
  }),
});
