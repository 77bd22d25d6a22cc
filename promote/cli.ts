import { readFileSync } from "node:fs";
import { catalogue } from "../stacks/altlas";
import { projectFolderAbove } from "../stacks/settings/file";
import { runCommand } from "./command";

const { output, errors, exitCode } = runCommand(process.argv.slice(2), {
  catalogue,
  projectFolder: projectFolderAbove(__dirname),
  standardInput: () => readFileSync(0, "utf8"),
});
process.stdout.write(output);
process.stderr.write(errors);
process.exitCode = exitCode;
