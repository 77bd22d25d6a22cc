import { type RegisteredGraph } from "../model/order/graph";
import { type Catalogue } from "../model/platform";
import { type Settings } from "../stacks/settings/schema";
import { type Paper } from "./text/paper";

/** What every report is made from: the catalogue, and what one stack chooses of it. */
export interface ReportInput {
  readonly stack: string;
  readonly settings: Settings;
  readonly catalogue: Catalogue;
  /** Whether the plan itself is asked about, in place of what the stack makes of it; only `capacity` knows the difference. */
  readonly plan?: boolean;
  /** Day of which is told, `YYYY-MM-DD`; given to reports that differ from day to day. */
  readonly day?: string;
  /** What is registered; given to reports that need it. */
  readonly graph?: RegisteredGraph;
}

/** A report: figures first, so that people and machines read the same. */
export interface Report<Data> {
  readonly name: string;
  /** One line for the list of reports. */
  readonly purpose: string;
  /** Whether it looks at what the stack registers, which takes a run of the program or a state export. */
  readonly needsGraph?: boolean;
  /** Whether it differs from day to day, so that `--at` says something. */
  readonly ofDay?: boolean;
  /** The figures, plain data that JSON can hold. */
  data(input: ReportInput): Data;
  /** The figures for people, on paper of a width. */
  print(data: Data, paper: Paper): void;
  /** The figures as SVG, where people would rather look. */
  draw?(data: Data): string;
}

/** A report whose data only it knows the type of. */
export interface AnyReport {
  readonly name: string;
  readonly purpose: string;
  readonly needsGraph: boolean;
  readonly ofDay: boolean;
  /** Makes the figures, and gives back how to show them. */
  run(input: ReportInput): { readonly data: unknown; print(paper: Paper): void; readonly draw?: () => string };
}

/** Makes a report a row of the registry. */
export function defineReport<Data>(report: Report<Data>): AnyReport {
  return {
    name: report.name,
    purpose: report.purpose,
    needsGraph: report.needsGraph ?? false,
    ofDay: report.ofDay ?? false,
    run: (input) => {
      const data = report.data(input);
      return {
        data,
        print: (paper) => report.print(data, paper),
        ...(report.draw ? { draw: () => report.draw?.(data) ?? "" } : {}),
      };
    },
  };
}
