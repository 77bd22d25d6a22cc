import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { type RegisteredGraph } from "../model/order/graph";
import { catalogue } from "../stacks/altlas";
import { projectFolderAbove } from "../stacks/settings/file";
import { type GraphSource, type Outcome, runCommand } from "./command";
import { liveReportOf } from "./live";
import { reports } from "./registry";
import { type PaperOptions } from "./text/paper";

// A reader that stops reading, such as `| head`, is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});

const given = process.argv.slice(2);
const paper: PaperOptions = {
  columns: process.stdout.columns,
  colour: process.stdout.isTTY && !process.env.NO_COLOR,
};
const live = liveReportOf(given);
if (live) {
  void runLive(live);
} else {
  const today = new Date().toISOString().slice(0, 10);
  const projectFolder = projectFolderAbove(__dirname);
  finish(runCommand(given, { catalogue, reports, registered, projectFolder, paper, today }));
}

async function runLive({ report, rest }: NonNullable<typeof live>): Promise<void> {
  const tell = (line: string) => process.stderr.write(`${line}\n`);
  finish(await report.run(rest, { environment: process.env, paper, tell }));
}

function finish({ output, errors, exitCode }: Outcome): void {
  process.stdout.write(output);
  process.stderr.write(errors);
  process.exitCode = exitCode;
}

/** Reads the graph in a process of its own: reports load no Pulumi SDK. */
function registered(of: GraphSource): RegisteredGraph | { readonly error: string } {
  if (process.stderr.isTTY) process.stderr.write("Reading what is registered takes some seconds …\n");
  const root = projectFolderAbove(__dirname);
  const child = spawnSync(
    process.execPath,
    [
      join(root, "bin", "ts.cjs"),
      "registrations/cli.ts",
      ...("stack" in of ? [of.stack] : ["--state", resolve(of.state)]),
    ],
    { cwd: root, encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "pipe"] },
  );
  if (child.status !== 0)
    return { error: child.stderr.trim() || `The program ended with exit code ${String(child.status)}.` };
  return JSON.parse(child.stdout) as RegisteredGraph;
}
