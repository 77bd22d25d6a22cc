import { type ChildProcess, execFile } from "node:child_process";
import { type Told } from "../deltas/told";

/** The reports that are compared. */
export const reportNames = ["capacity", "disruption", "cost"] as const;
export type ReportName = (typeof reportNames)[number];

/** Asks a revision's own report about a stack; a revision from before the report says so. */
export async function askReport(
  project: string,
  name: ReportName,
  stack: string,
  started: (child: ChildProcess) => void,
): Promise<Told<unknown>> {
  const command = ["bin/ts.cjs", "reports/cli.ts", name, "--stack", stack, "--json"];
  return new Promise((resolve) => {
    // Lists of some hundred workloads are longer than the default of one MiB.
    const options = { cwd: project, maxBuffer: 1 << 26 };
    const child = execFile(process.execPath, command, options, (error, stdout, stderr) => {
      if (error) {
        resolve({ reason: stderr.trim().split("\n")[0] ?? error.message });
        return;
      }
      try {
        resolve({ data: (JSON.parse(stdout) as { data: unknown }).data });
      } catch {
        resolve({ reason: "this revision prints no figures for machines" });
      }
    });
    started(child);
  });
}
