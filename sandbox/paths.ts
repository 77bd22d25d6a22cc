import { existsSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

const CACHE_NAME = "altlas-infra";

/**
 * The folder of the project (the one with `bin/ts.cjs`), found upwards from the running file: what
 * runs is a bundle in `node_modules/.cache`, so a relative path from the source would be wrong.
 *
 * @throws when the running file lies outside of a clone.
 */
export function projectRoot(): string {
  for (let folder = __dirname; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, "bin", "ts.cjs")) && existsSync(path.join(folder, "package.json"))) {
      return folder;
    }
    if (folder === path.dirname(folder)) {
      throw new Error(`No project folder (one with bin/ts.cjs) at or above ${__dirname}; run this from a clone.`);
    }
  }
}

/** An absolute folder of the environment; the XDG specification has relative ones ignored. */
function absoluteVariable(name: string): string | undefined {
  const value = process.env[name];
  return value !== undefined && path.isAbsolute(value) ? value : undefined;
}

/**
 * Where tools are kept between runs and clones: `$XDG_CACHE_HOME`, else the platform's own cache
 * folder. Safe to delete at any time; the next run fills it again.
 */
export function cacheFolder(): string {
  const base =
    absoluteVariable("XDG_CACHE_HOME") ??
    (process.platform === "darwin" ? path.join(homedir(), "Library", "Caches") : path.join(homedir(), ".cache"));
  return path.join(base, CACHE_NAME);
}

/**
 * Where the sandbox keeps what it is (control plane data, Pulumi home and state):
 * `$ALTLAS_SANDBOX_HOME`, else `$XDG_STATE_HOME/altlas-infra/sandbox`, else `~/.local/state/…`.
 *
 * @throws when ALTLAS_SANDBOX_HOME is a relative path: two commands run from two folders would then
 * speak of two sandboxes.
 */
export function stateFolder(): string {
  const chosen = process.env.ALTLAS_SANDBOX_HOME;
  if (chosen !== undefined && chosen !== "") {
    if (!path.isAbsolute(chosen)) {
      throw new Error(`ALTLAS_SANDBOX_HOME is "${chosen}"; give an absolute path, or unset it for the usual place.`);
    }
    return path.normalize(chosen);
  }
  const base = absoluteVariable("XDG_STATE_HOME") ?? path.join(homedir(), ".local", "state");
  return path.join(base, CACHE_NAME, "sandbox");
}

/** The folder of the one control plane that commands use when no other is named. */
export function controlPlaneFolder(): string {
  return path.join(stateFolder(), "control-plane");
}

/** Folder of {@link clientEnvironment} below the sandbox folder. */
export function clientFolder(folder = stateFolder()): string {
  return path.join(folder, "clients");
}

/**
 * Variables that keep kubectl and helm from writing to the user's home: what they remember of a
 * server, and helm's repositories, stay with the sandbox and go with it.
 */
export function clientEnvironment(folder = stateFolder()): Record<string, string> {
  const clients = clientFolder(folder);
  return {
    KUBECACHEDIR: path.join(clients, "kubectl"),
    HELM_CACHE_HOME: path.join(clients, "helm", "cache"),
    HELM_CONFIG_HOME: path.join(clients, "helm", "config"),
    HELM_DATA_HOME: path.join(clients, "helm", "data"),
  };
}
