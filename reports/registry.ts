import { connectivityReport } from "./connectivity";
import { contractsReport } from "./contracts";
import { type AnyReport } from "./report";

/** Every report there is, one row each, in the order of the list that people see. */
export const reports: readonly AnyReport[] = [contractsReport, connectivityReport];
