import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { dump, load } from "js-yaml";
import { type PulumiResult, runPulumi } from "../../sandbox/engine/pulumi";
import { type EngineSession, openEngine } from "../../sandbox/engine/session";
import { ensureStack } from "../../sandbox/engine/stack";
import { silentProgress } from "../../sandbox/progress";
import { projectFolder } from "./stack";

/** How a command ended, and everything it said. */
export interface CommandResult {
  readonly code: number;
  readonly output: string;
}

/** Runs a command to its end, without a terminal and without input. */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: { environment: NodeJS.ProcessEnv; folder?: string; onOutput?: (soFar: string) => void },
): Promise<CommandResult> {
  const child = spawn(command, args, {
    cwd: options.folder ?? projectFolder,
    env: { ...options.environment, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      options.onOutput?.(output);
    });
  }
  const code = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exit) => resolve(exit ?? -1));
  });
  return { code, output };
}

/** The real program of the clone, worked on by the real engine in folders of a test's own. */
export interface StackRunner {
  readonly session: EngineSession;
  /** Runs the Pulumi CLI as a person would, in the clone. */
  pulumi(args: readonly string[], onOutput?: (soFar: string) => void): Promise<CommandResult>;
  /**
   * An operation on the stack with settings changed: keys without namespace, replaced or, by `undefined`, taken away.
   * They stand in a copy of the stack's file; the committed one is never touched.
   */
  operate(
    operation: "preview" | "up" | "refresh" | "destroy",
    changes?: Readonly<Record<string, unknown>>,
    args?: readonly string[],
    options?: {
      /** Whether `up` and `destroy` first show what they would do, as they do for a person; default false. */
      preview?: boolean;
      onOutput?: (soFar: string) => void;
    },
  ): Promise<CommandResult>;
  /** The same as {@link operate}, with what the engine did to each resource in place of what it said. */
  steps(operation: "preview" | "up" | "destroy", changes?: Readonly<Record<string, unknown>>): Promise<PulumiResult>;
  /** URNs in the stack's state, the stack itself and providers left out. */
  resources(): Promise<string[]>;
}

/**
 * Opens the engine on a stack with the settings of dev, with home and state below `stateFolder`.
 *
 * @param kubeconfig that of a cluster, or "none"
 * @param stack the stack's name; one besides dev has settings of its own only by what each operation changes
 */
export async function openStack(stateFolder: string, kubeconfig: string, stack = "dev"): Promise<StackRunner> {
  const session = await openEngine({ stack: "dev", stateFolder, kubeconfig, progress: silentProgress });
  const configs = path.join(stateFolder, "test-config");
  let count = 0;
  if (stack !== "dev") {
    const own = path.join(stateFolder, "test-stacks", stack, `Pulumi.${stack}.yaml`);
    mkdirSync(path.dirname(own), { recursive: true });
    writeFileSync(own, changedStackFile({}));
    await ensureStack({ ...session.place, stack }, own, session.run);
  }
  const pulumi: StackRunner["pulumi"] = (args, onOutput) =>
    runCommand(session.run.cli, [...args, "--non-interactive", "--color", "never"], {
      environment: session.run.environment,
      ...(onOutput ? { onOutput } : {}),
    });
  const words = (operation: string, changes: Readonly<Record<string, unknown>>, preview = false): string[] => {
    mkdirSync(configs, { recursive: true });
    count += 1;
    const file = path.join(configs, `Pulumi.${stack}-${count}.yaml`);
    writeFileSync(file, changedStackFile(changes));
    const confirmed = operation === "preview" ? [] : ["--yes", ...(preview ? [] : ["--skip-preview"])];
    return [operation, "--stack", stack, "--config-file", file, ...confirmed];
  };
  return {
    session,
    pulumi,
    operate: (operation, changes = {}, args = [], { preview, onOutput } = {}) =>
      pulumi([...words(operation, changes, preview), ...args], onOutput),
    steps: (operation, changes = {}) => runPulumi([...words(operation, changes), "--json"], session.run),
    resources: async () => {
      const { code, output } = await pulumi(["stack", "export", "--stack", stack]);
      if (code !== 0) throw new Error(output);
      const { deployment } = JSON.parse(output) as { deployment: { resources?: { urn: string }[] } };
      const urns = (deployment.resources ?? []).map(({ urn }) => urn);
      return urns.filter((urn) => !/::pulumi:(pulumi|providers):/.test(urn)).sort();
    },
  };
}

/** Text of the committed stack file with settings changed. */
function changedStackFile(changes: Readonly<Record<string, unknown>>): string {
  const file = load(readFileSync(path.join(projectFolder, "Pulumi.dev.yaml"), "utf8")) as {
    config: Record<string, unknown>;
  };
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) Reflect.deleteProperty(file.config, `altlas:${key}`);
    else file.config[`altlas:${key}`] = value;
  }
  return dump(file, { lineWidth: -1 });
}

/** Lines of a JavaScript, Go or Python stack trace; none may reach a person who only mistyped something. */
export function stackTraceLines(output: string): string[] {
  const frame = /^\s+at .+(:\d+:\d+\)?|<anonymous>\)?)$|^goroutine \d+|^\s+File ".+", line \d+/;
  return output.split("\n").filter((line) => frame.test(line));
}
