import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { load } from "js-yaml";
import { parseRuntimeOptions } from "../../sandbox/plugins/language-nodejs/options";
import { locateModule } from "../../sandbox/plugins/language-nodejs/processes";
import { configVariable } from "../../sandbox/plugins/language-nodejs/run";

/** A run of a stack's program on an engine that listens at an address. */
export interface ProgramRun {
  /** The project's folder: program, packages and Pulumi.yaml are taken from there. */
  readonly folder: string;
  /** Where monitor and engine listen: `127.0.0.1:<port>`. */
  readonly address: string;
  readonly stack: string;
  /** The stack's configuration by full key. */
  readonly config: Readonly<Record<string, string>>;
  /** Whether the program is told that nothing is going to be made. */
  readonly preview: boolean;
  /** Arguments for Node itself, after those of Pulumi.yaml. */
  readonly nodeArguments?: readonly string[];
  /** Called with each piece of what the program prints. */
  readonly say: (text: string) => void;
  /** Called when it has started, for callers that may have to end it. */
  readonly started?: (child: ChildProcess) => void;
}

/**
 * Runs the program of a folder with that folder's SDK, the way the language host does, in a process of its own.
 *
 * @returns its exit code; -1 when a signal ended it.
 * @throws Error when the folder has no Pulumi SDK, or Node cannot be started.
 */
export async function runProgram(run: ProgramRun): Promise<number> {
  const { folder, address, stack, config, preview, nodeArguments = [], say } = run;
  const runner = locateModule("@pulumi/pulumi/cmd/run", folder);
  if (runner === undefined) throw new Error(`the Pulumi SDK is not installed in ${folder}`);
  const { name, runtime } = load(readFileSync(path.join(folder, "Pulumi.yaml"), "utf8")) as {
    name: string;
    runtime: { options?: Record<string, JavaScriptValue> };
  };
  const options = parseRuntimeOptions(runtime.options);
  const named = { monitor: address, engine: address, project: name, stack, organization: "organization" };
  const child = spawn(
    process.execPath,
    [
      ...options.nodeargs,
      ...nodeArguments,
      runner,
      ...Object.entries(named).flatMap(([key, value]) => [`--${key}`, value]),
      ...["--root-directory", folder, "--pwd", folder, "--parallel", "16"],
      ...(preview ? ["--dry-run"] : []),
      ".",
    ],
    {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        PULUMI_CONFIG: configVariable(Object.entries(config)),
        PULUMI_CONFIG_SECRET_KEYS: "[]",
        PULUMI_NODEJS_TYPESCRIPT: String(options.typescript),
        NODE_COMPILE_CACHE:
          process.env.NODE_COMPILE_CACHE ?? path.join(folder, "node_modules", ".cache", "node-compile"),
      },
    },
  );
  run.started?.(child);
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => say(chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? -1));
  });
}
