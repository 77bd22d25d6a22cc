import { defineCheck } from "../check";
import { formatBytes, formatCount, formatSeconds } from "../format";
import { duplicateIndexes } from "./duplicate-indexes";
import { type IndexRow } from "./index-row";
import sql from "./indexes.sql";
import { invalidIndexes } from "./invalid-indexes";
import { sum } from "./table-row";
import { groupIndexes, unusedIndexes } from "./unused-indexes";

const shown = 15;

export const indexesCheck = defineCheck<IndexRow>({
  name: "indexes",
  title: "Indexes",
  sql,
  read: (rows, context) => {
    const { findings: duplicates, told } = duplicateIndexes(rows);
    const largest = groupIndexes(rows)
      .map(({ head, parts }) => ({
        head,
        bytes: sum(parts, (row) => row.bytes),
        scans: sum(parts, (row) => row.scans),
      }))
      .sort((a, b) => b.bytes - a.bytes)
      .slice(0, shown);
    return {
      findings: [...invalidIndexes(rows), ...duplicates, ...unusedIndexes(rows, context, told)],
      notes: [`Use of indexes is counted for ${formatSeconds(context.facts.statisticsSeconds)}, at this server only.`],
      tables:
        largest.length === 0
          ? []
          : [
              {
                title: "Largest indexes",
                columns: [
                  { title: "index", wrap: true },
                  { title: "table", wrap: true },
                  { title: "size", align: "right" },
                  { title: "scans", align: "right" },
                  { title: "kind" },
                ],
                rows: largest.map(({ head, bytes, scans }) => [
                  head.index,
                  head.tableRoot ?? head.table,
                  formatBytes(bytes),
                  formatCount(scans),
                  head.constraint !== null ? "constraint" : head.unique ? "unique" : head.method,
                ]),
              },
            ],
    };
  },
});
