import { budgetsReport } from "./budgets";
import { capacityReport } from "./capacity";
import { connectivityReport } from "./connectivity";
import { contractsReport } from "./contracts";
import { costReport } from "./cost";
import { disruptionReport } from "./disruption";
import { orderReport } from "./order";
import { partitionsReport } from "./partitions";
import { type AnyReport } from "./report";

/** Every report there is, one row each, in the order of the list that people see. */
export const reports: readonly AnyReport[] = [
  contractsReport,
  connectivityReport,
  capacityReport,
  disruptionReport,
  costReport,
  budgetsReport,
  orderReport,
  partitionsReport,
];
