import { type Problem } from "../../problem";
import { type BudgetInput, type BudgetNumbers, budgetNumbers } from "./numbers";
import { budgetProblems } from "./problems";

/** How the connections of a server are shared out, and what is wrong with it. */
export interface ConnectionBudget extends BudgetNumbers {
  readonly problems: readonly Problem[];
}

/**
 * Shares `maxConnections` out: first what cannot wait for a pooler, then the pools. A pool has a connection for each client
 * where there is room for all, and a share by its clients where there is not; below a connection for four clients it is
 * refused. Pools are sized so that they also fit while an update adds a pooler.
 */
export function connectionBudget(input: BudgetInput): ConnectionBudget {
  const numbers = budgetNumbers(input);
  return { ...numbers, problems: budgetProblems(input, numbers) };
}
