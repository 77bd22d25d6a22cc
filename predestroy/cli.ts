// npm run predestroy -- <stack | state.json | ->: see command.ts
import { readFileSync } from "node:fs";
import path from "node:path";
import { engineFolders } from "../sandbox/engine/environment";
import { exportState, projectName } from "../sandbox/engine/stack";
import { projectRoot } from "../sandbox/paths";
import { runCommand } from "./command";

/** npm runs scripts in the project's folder and says here where it was called. */
const folder = process.env.INIT_CWD ?? process.cwd();

// A reader that stops reading, such as `| head`, is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 2);
});
try {
  const { output, errors, exitCode } = runCommand(process.argv.slice(2), {
    paper: { columns: process.stdout.columns, colour: process.stdout.isTTY && !process.env.NO_COLOR },
    readText: (file) => readFileSync(file === "-" ? 0 : path.resolve(folder, file), "utf8"),
    sandboxState: (stack) => exportState({ project: projectName(projectRoot()), stack, state: engineFolders().state }),
  });
  process.stdout.write(output);
  process.stderr.write(errors);
  process.exitCode = exitCode;
} catch (error) {
  // A gate must not take a fault of its own for "nothing stops it".
  process.exitCode = 2;
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
}
