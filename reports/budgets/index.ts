import { type ContractName } from "../../model/service";
import { resolvePlatform } from "../../stacks/platform/resolve";
import { type Settings } from "../../stacks/settings/schema";
import { drawStackedBars } from "../pictures/stacked-bars";
import { defineReport } from "../report";
import { budgetFigures, type BudgetFigures } from "./figures";
import { printBudgets } from "./print";

/** The figures of the report. */
export interface BudgetsData {
  readonly stack: string;
  /** With every service under its current contract, and under its target contract. */
  readonly budgets: readonly BudgetFigures[];
}

/** How the connections of the stack's server are shared out, and which service's growth it cannot carry. */
export const budgetsReport = defineReport<BudgetsData>({
  name: "budgets",
  purpose: "how PostgreSQL's connections and memory are shared out, and what breaks first when replicas grow",
  data: ({ stack, settings, catalogue }) => ({
    stack,
    budgets: (["current", "target"] as const).map((contract) =>
      budgetFigures(`${contract} contracts`, resolvePlatform(withContract(settings, contract), catalogue)),
    ),
  }),
  print: printBudgets,
  draw: ({ stack, budgets }) =>
    drawStackedBars(
      `Connections of PostgreSQL in ${stack}, against max_connections`,
      budgets.map((figures) => ({ name: figures.contracts, parts: parts(figures), mark: figures.maxConnections })),
    ),
});

function withContract(settings: Settings, contract: ContractName): Settings {
  return { ...settings, contract, services: settings.services.map((service) => ({ ...service, contract })) };
}

/** What a bar is made of: the pools of each role, then everything that is beside them. */
function parts({ pools, lines, poolersAtOnce }: BudgetFigures): { name: string; value: number }[] {
  const beside = lines.filter(({ at }) => at === "server");
  const sum = (of: typeof beside) => of.reduce((all, { count }) => all + count, 0);
  const reserve = beside.filter(({ who }) => who === "superusers" || who === "operators");
  const direct = beside.filter(({ role }) => role !== undefined);
  const jobs = beside.filter((line) => !reserve.includes(line) && !direct.includes(line));
  return [
    ...pools.map(({ role, size }) => ({ name: `pools of ${role}`, value: size * poolersAtOnce })),
    { name: "services past the pooler", value: sum(direct) },
    { name: "jobs, exporters and agents", value: sum(jobs) },
    { name: "reserve", value: sum(reserve) },
  ];
}
