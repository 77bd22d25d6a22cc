export { type BudgetInput, type ConnectionBudget, connectionBudget } from "./budget";
export { type BudgetService, type LedgerLine, reserved } from "./ledger";
export { poolerPlan } from "./pooler";
