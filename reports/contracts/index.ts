import { type ContractName, type Defect, type InMemoryState } from "../../model/service";
import { contractOf } from "../../stacks/altlas/active-edges";
import { defineReport, type ReportInput } from "../report";
import { compareContracts, type Comparison } from "./compare";
import { printContracts } from "./print";

/** One service in the report. */
export interface ServiceContracts extends Comparison {
  readonly service: string;
  readonly owner: string;
  /** The contract that the stack takes it to keep. */
  readonly contract: ContractName;
  readonly defects: readonly Defect[];
  readonly stateInMemory: InMemoryState | null;
}

/** The figures of the report. */
export interface ContractsData {
  readonly stack: string;
  readonly services: readonly ServiceContracts[];
}

/** What each service must still do to keep its target contract, what it gains, and what is known to be wrong with it. */
export const contractsReport = defineReport<ContractsData>({
  name: "contracts",
  purpose: "what each service must still do, what it gains, and its known defects",
  data: contractsData,
  print: printContracts,
});

/** The report's figures for a stack. */
export function contractsData({ stack, settings, catalogue }: ReportInput): ContractsData {
  return {
    stack,
    services: catalogue.services.map((service) => ({
      service: service.name,
      owner: service.owner,
      contract: contractOf(service.name, settings),
      ...compareContracts(service, catalogue.edges),
      defects: service.defects,
      stateInMemory: service.stateInMemory ?? null,
    })),
  };
}
