import { type Outcome } from "./command";
import { type PaperOptions } from "./text/paper";

/** A report on something that runs, not on a stack; it has options of its own. */
export interface LiveReport {
  readonly name: string;
  /** One line for the list of reports. */
  readonly purpose: string;
  /** Loads it and runs it with the arguments behind its name: no other report pays for what it needs. */
  readonly run: (given: readonly string[], world: LiveWorld) => Promise<Outcome>;
}

/** What such a report needs of the process that it runs in. */
export interface LiveWorld {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly paper: PaperOptions;
  /** Writes a line for whoever waits. */
  readonly tell: (line: string) => void;
}

/** Reports on what runs, below the others in the list. */
export const liveReports: readonly LiveReport[] = [
  {
    name: "database",
    purpose: "what a live PostgreSQL needs, with the SQL for it: --url; options by `database --help`",
    run: async (given, world) => (await import("./database/command")).runDatabaseReport(given, world),
  },
];

/** The live report that the arguments begin with, and the arguments behind its name. */
export function liveReportOf(
  given: readonly string[],
): { readonly report: LiveReport; readonly rest: readonly string[] } | undefined {
  const [name, ...rest] = given;
  const report = liveReports.find((live) => live.name === name);
  return report && { report, rest };
}
