import { formatSize } from "../../model/database/partitions/text";
import { type Paper } from "../text/paper";
import { type BudgetFigures } from "./figures";
import { type BudgetsData } from "./index";

/** Writes the report: for each choice of contracts the ledger, the pools, and what breaks first; then the memory of each. */
export function printBudgets({ stack, budgets }: BudgetsData, paper: Paper): void {
  for (const figures of budgets) printBudget(stack, figures, paper);
  for (const figures of budgets) printMemory(figures, paper);
}

function printMemory({ contracts, memory, walSenders }: BudgetFigures, paper: Paper): void {
  if (memory === undefined) return;
  paper.heading(`Memory of one server when all of it is used at once, ${contracts}`);
  paper.table(
    [{ title: "part" }, { title: "at most", align: "right" }, { title: "formula", wrap: true }],
    [
      ...memory.parts.map((part) => [part.name, formatSize(part.bytes), part.formula]),
      ["together", formatSize(memory.total), `of the limit of ${formatSize(memory.limit)}`],
    ],
  );
  if (walSenders === undefined) return;
  paper.blank();
  paper.paragraph(
    `Replicas and base backups have ${walSenders} senders of their own (max_wal_senders); max_connections does not count them.`,
  );
}

function printBudget(stack: string, figures: BudgetFigures, paper: Paper): void {
  const { contracts, lines, maxConnections, beside, pooled, taken, poolers, poolersAtOnce, clients } = figures;
  paper.heading(`Connections of PostgreSQL in stack ${stack}, ${contracts}`);
  const free = maxConnections - taken;
  paper.paragraph(
    `max_connections ${maxConnections}: ${beside} beside the pools, ${pooled} in the pools of ${poolersAtOnce} poolers ` +
      `(${poolers}, and one more in an update), ${free >= 0 ? `${free} free` : `${-free} too few`}.`,
    free >= 0 ? {} : { emphasis: "bad" },
  );
  paper.blank();
  paper.table(
    [{ title: "who" }, { title: "at" }, { title: "count", align: "right" }, { title: "why", wrap: true }],
    lines.map(({ who, at, count, why }) => [who, at, String(count), why]),
  );
  paper.blank();
  if (figures.pools.length > 0) {
    paper.paragraph(
      `${clients} connections come to the poolers; each of them takes ${figures.clientsOfOnePooler}, so that all fit when one is away.`,
    );
    paper.table(
      [
        { title: "pool of role" },
        { title: "database" },
        { title: "clients", align: "right" },
        { title: "a pooler", align: "right" },
        { title: "clients each", align: "right" },
        { title: "limit at the server", align: "right" },
      ],
      figures.pools.map(({ role, database, clients: own, size, limit }) => [
        role,
        database,
        String(own),
        String(size),
        (own / Math.max(1, size * poolers)).toFixed(1),
        String(limit),
      ]),
      2,
    );
    paper.blank();
  }
  printGrowth(figures, paper);
  for (const { why, remedy } of figures.problems) paper.paragraph(`Refused: ${why} ${remedy}`, { emphasis: "bad" });
}

function printGrowth({ growth, growthTogether, maxConnections }: BudgetFigures, paper: Paper): void {
  const [first] = growth;
  if (!first) return;
  const one = `${first.service}, which may have ${first.maximum} pods: with ${first.most + 1} the stack is refused at ${maxConnections} connections`;
  paper.paragraph(
    `What breaks first when replicas grow: ${one}. All services together may grow to ${growthTogether} % of their pods.`,
  );
  paper.table(
    [{ title: "service" }, { title: "pods at most", align: "right" }, { title: "would still fit", align: "right" }],
    growth.map(({ service, maximum, most }) => [service, String(maximum), String(most)]),
    2,
  );
}
