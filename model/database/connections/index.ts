export { type ConnectionBudget, connectionBudget } from "./budget";
export { type Growth, growth, growthTogether } from "./growth";
export { type BudgetService, type LedgerLine, reserved } from "./ledger";
export { type BudgetInput, type BudgetNumbers, clientsPerConnection, fewestConnections } from "./numbers";
export { poolerPlan } from "./pooler";
