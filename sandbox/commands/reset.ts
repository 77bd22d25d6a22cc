import { existsSync, readdirSync, rmSync, rmdirSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline/promises";
import { resetControlPlane } from "../control-plane";
import { engineFolders } from "../engine/environment";
import { withLock } from "../lock";
import { clientFolder, controlPlaneFolder, stateFolder } from "../paths";
import { type Command, onWait, parse, refuseExtra } from "./command";

const usage = "reset [--yes]";

/** Asks on a terminal; elsewhere nobody could answer. */
async function confirmed(question: string): Promise<boolean> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await reader.question(question)).trim());
  } catch {
    // Ctrl-C or Ctrl-D instead of an answer.
    process.stderr.write("\n");
    return false;
  } finally {
    reader.close();
  }
}

/** What there is besides the control plane: the engine's home and state, and the caches of kubectl and helm. */
function otherFolders(): string[] {
  return [path.dirname(engineFolders().home), clientFolder()];
}

/**
 * Removes what the sandbox has made, by name: the folder may be one that the user keeps other
 * things in.
 */
async function removeState(): Promise<void> {
  const folder = stateFolder();
  const lock = path.join(folder, "start.lock");
  await withLock(lock, { onWait }, async () => {
    await resetControlPlane(controlPlaneFolder(), { onWait });
    for (const part of otherFolders()) {
      rmSync(part, { recursive: true, force: true });
    }
    rmSync(lock, { force: true });
  });
  if (readdirSync(folder).length === 0) {
    rmdirSync(folder);
  }
}

/** Stops and forgets everything. */
export const reset: Command = {
  summary: "stop the control plane and delete the sandbox's state; tools stay cached",
  usage: `${usage}

  --yes   do not ask

Deletes the control plane's data and the sandbox's own Pulumi home and state. On a terminal it asks
first. The cache of tools, your own Pulumi home and your other clusters are not touched.`,
  run: async (args) => {
    const { values, positionals } = parse(usage, args, { yes: { type: "boolean", default: false } });
    refuseExtra(usage, positionals);
    const folders = [controlPlaneFolder(), ...otherFolders()].filter((folder) => existsSync(folder));
    if (folders.length === 0) {
      process.stdout.write("There is nothing to delete.\n");
      return 0;
    }
    const list = folders.map((folder) => `  ${folder}\n`).join("");
    process.stderr.write(`This stops the local control plane and deletes\n${list}`);
    if (!values.yes && process.stdin.isTTY && !(await confirmed("Go on? [y/N] "))) {
      process.stderr.write("Nothing was changed.\n");
      return 1;
    }
    await removeState();
    process.stdout.write('The sandbox is gone. "npm start" makes a new one.\n');
    return 0;
  },
};
