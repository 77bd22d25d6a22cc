import { type Problem } from "../../problem";
import { formatMebibytes, mebibytes } from "../../quantity";
import { type ServerSize } from "../server";
import { leastMemory } from "../settings/size-problems";
import { databaseObjects } from "../names";
import { mostPerPod, mostPods } from "./growth";
import { type LedgerLine } from "./ledger";
import { type BudgetInput, type BudgetNumbers, clientsPerConnection } from "./numbers";

/** What is wrong with a budget: too little is left for the poolers, with the numbers and everything that would mend it. */
export function budgetProblems(input: BudgetInput, budget: BudgetNumbers): Problem[] {
  const { maxConnections, poolers } = input;
  const { lines, beside, left, clients, least, poolersAtOnce } = budget;
  if (left >= least) return [];
  return [
    {
      setting: "altlas:database.maxConnections",
      value: maxConnections,
      why:
        `Services may have ${clients} connections to ${poolers} poolers (${describe(lines, "pooler")}), which need ${least} of the server: one for ` +
        `${clientsPerConnection}, with room for a pooler that an update adds (${poolersAtOnce} at once). Of ${maxConnections} only ${Math.max(0, left)} are left ` +
        `beside ${beside} of others (${describe(lines, "server")}).`,
      remedy: `${remedies(input, beside + least, lines).join("; or ")}.`,
    },
  ];
}

function remedies(input: BudgetInput, needed: number, lines: readonly LedgerLine[]): string[] {
  const dearest = lines.find(({ at, role }) => at === "pooler" && role !== undefined)?.who;
  const service = input.services.find(({ name }) => name === dearest);
  const perPod = input.edges.find(({ from, to }) => from === dearest && to === databaseObjects.pooler)?.database
    ?.connectionsPerPod;
  const raised = [`Set it to ${needed} or more${memory(needed, input.server)}`];
  if (!service || perPod === undefined) return raised;
  const pods = mostPods(input, service.name);
  const connections = mostPerPod(input, service.name);
  return [
    ...raised,
    ...(pods > 0
      ? [`lower replicas.maximum of ${service.name} in altlas:services from ${service.replicas.maximum} to ${pods}`]
      : []),
    ...(connections > 0
      ? [
          `lower the ${perPod} connections of each pod of ${service.name} to ${connections} (stacks/altlas/database/edges.ts, from which its DATABASE_MAX_CONNECTIONS comes)`,
        ]
      : []),
    ...(pods === 0 && connections === 0
      ? [`lower replicas.maximum of several services in altlas:services: ${dearest ?? ""} alone does not make room`]
      : []),
  ];
}

function memory(connections: number, server: ServerSize | undefined): string {
  if (server === undefined) return ", with memory for them (altlas:database.resources.memory)";
  const [least, now] = [leastMemory({ ...server, maxConnections: connections }), server.resources.limits.memory];
  return least <= mebibytes(now)
    ? ` (its ${now} of memory carry that)`
    : `, for which it needs altlas:database.resources.memory of ${formatMebibytes(least)} (now ${now})`;
}

function describe(lines: readonly LedgerLine[], at: LedgerLine["at"]): string {
  return lines
    .filter((line) => line.at === at && line.count > 0)
    .map(({ who, count }) => `${who} ${count}`)
    .join(", ");
}
