import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { clientEnvironment, projectRoot, stateFolder as usualStateFolder } from "../paths";

/**
 * The passphrase of the sandbox's state and of `encryptionsalt` in Pulumi.dev.yaml. It is public on purpose. Without a
 * salt in the committed file the engine would write one there, and every clone would show a changed file; a committed
 * salt needs a passphrase everyone knows. What it protects is thrown away with the sandbox and lies in a folder only its
 * owner can read. Real stacks use a KMS key (docs: `secretsprovider`).
 */
export const SANDBOX_PASSPHRASE = "altlas-sandbox";

/** Where the engine keeps things in the sandbox. */
export interface EngineFolders {
  /** PULUMI_HOME: plugins, selected stacks, credentials. Never the user's own. */
  home: string;
  /** The file backend. */
  state: string;
  /** Full logs of what the sandbox ran. */
  logs: string;
}

/** What {@link engineEnvironment} can be told. */
export interface EngineOptions {
  /** Folder of the sandbox; default the user's one. */
  stateFolder?: string;
  /** Kubeconfig for the program; default that of the local control plane. */
  kubeconfig?: string;
  /** Folder of the file backend; default the sandbox's. */
  stateUrlFolder?: string;
  /** Folder of the Pulumi CLI; default: wherever PATH finds it. */
  cliFolder?: string;
}

/** Folders of the engine below a sandbox folder. */
export function engineFolders(stateFolder = usualStateFolder()): EngineFolders {
  const folder = path.join(stateFolder, "engine");
  return { home: path.join(folder, "home"), state: path.join(folder, "state"), logs: path.join(folder, "logs") };
}

/** Makes the folders of the engine, readable only for their owner: state holds generated passwords. */
export function makeEngineFolders(folders: EngineFolders): void {
  for (const folder of Object.values(folders) as string[]) mkdirSync(folder, { recursive: true, mode: 0o700 });
}

/** Settings of the user that may pass through: they change how fast or how loudly the engine works, not on what. */
const HARMLESS = new Set(["PULUMI_PARALLEL", "PULUMI_DEBUG_GRPC"]);

/**
 * Names in `base` that must not reach the engine of the sandbox: another login or backend, a second passphrase, and cloud
 * credentials, which nothing in the sandbox needs.
 */
export function leakingNames(base: NodeJS.ProcessEnv, kept: Record<string, string> = {}): string[] {
  return Object.keys(base)
    .filter((name) => /^(PULUMI|AWS)_/.test(name) && !HARMLESS.has(name) && !(name in kept))
    .sort();
}

/** `folders` first, then what PATH had, each once. */
function pathWith(folders: (string | undefined)[], path_: string): string {
  const wanted = folders.filter((folder) => folder !== undefined);
  return [...new Set([...wanted, ...path_.split(path.delimiter)])].join(path.delimiter);
}

/**
 * The variables that make any Pulumi CLI work on the sandbox: its own home, state, passphrase and cluster, and Node 24
 * from node_modules. Nothing of the user's login, state or clouds is touched.
 */
export function engineEnvironment(options: EngineOptions = {}): Record<string, string> {
  const root = projectRoot();
  const stateFolder = options.stateFolder ?? usualStateFolder();
  const folders = engineFolders(stateFolder);
  return {
    PATH: pathWith([path.join(root, "node_modules", ".bin"), options.cliFolder], process.env.PATH ?? ""),
    PULUMI_HOME: folders.home,
    PULUMI_BACKEND_URL: pathToFileURL(options.stateUrlFolder ?? folders.state).href,
    PULUMI_CONFIG_PASSPHRASE: SANDBOX_PASSPHRASE,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // Everything needed is installed; a download would hang on a machine without access.
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
    PULUMI_SUPPRESS_NEO_LINK: "true",
    // Diffs are computed one at a time by default.
    PULUMI_PARALLEL_DIFF: "true",
    // The state of the sandbox can be made again; a second copy of each checkpoint is not worth its writes.
    PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true",
    ...clientEnvironment(stateFolder),
    KUBECONFIG: options.kubeconfig ?? path.join(stateFolder, "control-plane", "kubeconfig"),
    // Compiled code of the program and the plugins, kept between runs: a third off the loading time.
    NODE_COMPILE_CACHE: path.join(root, "node_modules", ".cache", "node-compile"),
  };
}

/** The environment of a child process: the user's without what would leak, with the engine's variables. */
export function childEnvironment(
  engine: Record<string, string>,
  base: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const dropped = new Set(leakingNames(base));
  const kept = Object.entries(base).filter(([name, value]) => value !== undefined && !dropped.has(name));
  return { ...(Object.fromEntries(kept) as Record<string, string>), ...engine };
}

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** The same for a shell: text for `eval`, which sets the variables and unsets those that would leak. */
export function shellExports(engine: Record<string, string>, base: NodeJS.ProcessEnv = process.env): string {
  const unset = leakingNames(base, engine).map((name) => `unset ${name}`);
  const set = Object.entries(engine).map(([name, value]) => `export ${name}=${quoted(value)}`);
  return [...unset, ...set, ""].join("\n");
}

/** A kubeconfig path where no file is: clients take it for "no cluster". */
export function absentKubeconfig(stateFolder = usualStateFolder()): string {
  const file = path.join(stateFolder, "engine", "no-cluster", "kubeconfig");
  if (existsSync(file)) throw new Error(`${file} must not exist: it stands for "no cluster"; delete it`);
  return file;
}
