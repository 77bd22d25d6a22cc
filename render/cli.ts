import { catalogue } from "../stacks/altlas";
import { projectFolderAbove } from "../stacks/settings/file";
import { runCommand } from "./command";

const { output, errors, exitCode } = runCommand(process.argv.slice(2), {
  catalogue,
  projectFolder: projectFolderAbove(__dirname),
});
process.stdout.write(output);
process.stderr.write(errors);
process.exitCode = exitCode;
