import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { resetControlPlane } from "../../sandbox/control-plane";
import { cacheFolder } from "../../sandbox/paths";
import { type CommandResult, runCommand } from "./stack-runner";
import { projectFolder } from "./stack";

/** An object of the cluster, as far as the tests read it. */
export interface LiveObject {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly generation?: number;
    readonly ownerReferences?: readonly unknown[];
  };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: { readonly phase?: string };
  readonly provisioner?: string;
}

/** Somebody with an empty home who has just cloned the project; tools come from the cache of this machine. */
export interface Newcomer {
  readonly home: string;
  readonly temporary: string;
  /** The sandbox folder below the home. */
  readonly state: string;
  readonly kubeconfig: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Runs what an npm script runs: a TypeScript entry and its arguments. */
  run(entry: string, args?: readonly string[], onOutput?: (soFar: string) => void): Promise<CommandResult>;
  /** Objects of some kinds (`deployments.apps`), in all namespaces. */
  objects(...kinds: readonly string[]): Promise<LiveObject[]>;
  /** Applies a manifest, or takes it away. */
  kubectl(args: readonly string[]): Promise<string>;
  /** Ends everything and removes the home. */
  leave(): Promise<void>;
}

// The user's own settings must not decide where things land.
const ownSettings = /^(PULUMI_|AWS_|KUBECONFIG$|ALTLAS_SANDBOX_HOME$|XDG_STATE_HOME$|XDG_CONFIG_HOME$|XDG_DATA_HOME$)/;

export function newcomer(): Newcomer {
  const base = realpathSync(mkdtempSync(path.join(tmpdir(), "altlas-newcomer-")));
  const home = path.join(base, "home");
  const temporary = path.join(base, "tmp");
  for (const folder of [home, temporary]) mkdirSync(folder);
  const state = path.join(home, ".local", "state", "altlas-infra", "sandbox");
  const kept = Object.entries(process.env).filter(([name]) => !ownSettings.test(name));
  const environment = {
    ...Object.fromEntries(kept),
    HOME: home,
    TMPDIR: temporary,
    XDG_CACHE_HOME: path.dirname(cacheFolder()),
  };
  const run: Newcomer["run"] = (entry, args = [], onOutput) =>
    runCommand(process.execPath, [path.join(projectFolder, "bin", "bootstrap.mjs"), entry, ...args], {
      environment,
      ...(onOutput ? { onOutput } : {}),
    });
  const kubectl: Newcomer["kubectl"] = async (args) => {
    const { code, output } = await run("sandbox/cli.ts", ["kubectl", ...args]);
    if (code !== 0) throw new Error(`kubectl ${args.join(" ")} ended with ${code}:\n${output}`);
    return output;
  };
  return {
    home,
    temporary,
    state,
    kubeconfig: path.join(state, "control-plane", "kubeconfig"),
    environment,
    run,
    kubectl,
    objects: async (...kinds) => {
      const text = await kubectl(["get", kinds.join(","), "--all-namespaces", "--output", "json"]);
      return (JSON.parse(text) as { items: LiveObject[] }).items;
    },
    leave: async () => {
      await resetControlPlane(path.join(state, "control-plane"));
      rmSync(base, { recursive: true, force: true });
    },
  };
}

/** Files and empty folders below a folder, apart from those below `except`. */
export function writtenBelow(folder: string, except?: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const own = path.join(folder, entry.name);
    if (own === except) return [];
    const inner = entry.isDirectory() ? writtenBelow(own, except) : [];
    const holdsException = except?.startsWith(`${own}${path.sep}`) === true;
    return inner.length > 0 || holdsException ? inner : [own];
  });
}
