import path from "node:path";
import { engineEnvironment, engineFolders, makeEngineFolders, shellExports } from "../engine/environment";
import { installPlugins } from "../engine/plugins";
import { createProgress } from "../progress";
import { ensureTools } from "../toolchain";
import { type Command, parse, refuseExtra } from "./command";

const usage = "env";

/** The folders first on a search path, each once. */
export function prependPath(folders: readonly string[], searchPath: string): string {
  return [...new Set([...folders, ...searchPath.split(path.delimiter)])].join(path.delimiter);
}

/** Prints what a shell needs to work on the sandbox with plain commands. */
export const env: Command = {
  summary: 'print the settings for a shell: eval "$(npm run -s sandbox -- env)"',
  usage: `${usage}

After eval "$(npm run -s sandbox -- env)" the commands pulumi, kubectl and helm of that shell work on
the sandbox, and only there: it has a Pulumi home, state and kubeconfig of its own.`,
  run: async (args) => {
    refuseExtra(usage, parse(usage, args, {}).positionals);
    const tools = await ensureTools(["pulumi", "kubectl", "helm"], createProgress());
    const folders = engineFolders();
    makeEngineFolders(folders);
    installPlugins(folders.home);
    const engine = engineEnvironment({ cliFolder: path.dirname(tools.pulumi) });
    const others = [tools.kubectl, tools.helm].map((file) => path.dirname(file));
    process.stdout.write(shellExports({ ...engine, PATH: prependPath(others, engine.PATH ?? "") }));
    return 0;
  },
};
