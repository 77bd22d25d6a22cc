import { type Context, defineCheck, type Finding } from "../check";
import { formatCount, formatPart } from "../format";
import sql from "./freeze.sql";

/** A row of `freeze.sql`: how old the oldest row of a database is that is not frozen. */
export interface FreezeRow {
  readonly database: string;
  readonly connectable: boolean;
  readonly transactions: number;
  readonly multixacts: number;
  /** `autovacuum_freeze_max_age`. */
  readonly limit: number;
  readonly multixactLimit: number;
}

/** Transactions after which the server refuses to write: 2^31 less the three million that it keeps for repair. */
const stop = 2 ** 31 - 3_000_000;

/** Tells databases whose forced vacuum does not get through. */
export function freezeFindings(rows: readonly FreezeRow[], { thresholds }: Context): Finding[] {
  return rows.flatMap(({ database, transactions, multixacts, limit, multixactLimit }) =>
    (
      [
        ["transaction", transactions, limit],
        ["multixact", multixacts, multixactLimit],
      ] as const
    ).flatMap(([what, age, forced]): Finding[] => {
      if (age <= forced * thresholds.freezeAge) return [];
      return [
        {
          kind: `vacuum.${what}Age`,
          severity: age >= stop / 2 ? "high" : "medium",
          objects: [database],
          what: `The oldest ${what} ID in database ${database} is ${formatCount(age)} old; a vacuum is forced from ${formatCount(forced)} on and did not get through.`,
          numbers: { age, limit: forced, partOfStop: age / stop },
          why: `At ${formatPart(age / stop)} of the way; at its end the server refuses every write to prevent wraparound.`,
          remedy:
            "Look first for what holds vacuum back, then vacuum the oldest tables of that database; several at once, with vacuumdb --freeze --jobs.",
          sql: ["VACUUM (FREEZE);"],
        },
      ];
    }),
  );
}

export const freezeCheck = defineCheck<FreezeRow>({
  name: "freeze",
  title: "Vacuum",
  sql,
  read: (rows, context) => ({
    findings: freezeFindings(rows, context),
    charts: [
      {
        title: "Age of the oldest transaction ID; the mark forces a vacuum",
        legend: ["transactions"],
        rows: rows.map(({ database, transactions, limit }) => ({
          name: database,
          parts: [transactions],
          text: formatCount(transactions),
          limit,
        })),
      },
    ],
    tables: [
      {
        title: "Transaction IDs by database",
        columns: [
          { title: "database" },
          { title: "age", align: "right" },
          { title: "vacuum forced at", align: "right" },
          { title: "of the way to the stop", align: "right" },
        ],
        rows: rows.map(({ database, transactions, limit }) => [
          database,
          formatCount(transactions),
          formatCount(limit),
          formatPart(transactions / stop),
        ]),
      },
    ],
  }),
});
