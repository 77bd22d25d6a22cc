import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { catalogue } from "../stacks/altlas";
import { runCommand } from "./command";

const { output, errors, exitCode } = runCommand(process.argv.slice(2), {
  catalogue,
  projectFolder: projectFolder(__dirname),
  standardInput: () => readFileSync(0, "utf8"),
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
