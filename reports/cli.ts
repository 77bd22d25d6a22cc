import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { catalogue } from "../stacks/altlas";
import { runCommand } from "./command";
import { reports } from "./registry";

// A reader that stops reading, such as `| head`, is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});

const { output, errors, exitCode } = runCommand(process.argv.slice(2), {
  catalogue,
  reports,
  projectFolder: projectFolder(__dirname),
  paper: { columns: process.stdout.columns, colour: process.stdout.isTTY && !process.env.NO_COLOR },
});
process.stdout.write(output);
process.stderr.write(errors);
process.exitCode = exitCode;

/** The folder with Pulumi.yaml above this file, wherever the bundle of it lies. */
function projectFolder(from: string): string {
  if (existsSync(join(from, "Pulumi.yaml"))) return from;
  if (dirname(from) === from) throw new Error("no folder with Pulumi.yaml above the program");
  return projectFolder(dirname(from));
}
