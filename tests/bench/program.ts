import { readFileSync } from "node:fs";
import path from "node:path";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { load } from "js-yaml";
import { parseRuntimeOptions } from "../../sandbox/plugins/language-nodejs/options";
import { configVariable } from "../../sandbox/plugins/language-nodejs/run";
import { type Sample } from "./measure";
import { root, runNode } from "./process";
import { YesEngine } from "./yes-engine";

/** One way to run a Pulumi program. */
export interface ProgramRun {
  /** File or folder that the SDK's runner loads. */
  readonly entry: string;
  readonly nodeArguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** How `Pulumi.yaml` says that programs are run. */
export function ourWay(entry = "."): ProgramRun {
  const { runtime } = readYaml("Pulumi.yaml") as { runtime: { options: Record<string, JavaScriptValue> } };
  return {
    entry,
    nodeArguments: parseRuntimeOptions(runtime.options).nodeargs,
    environment: { NODE_COMPILE_CACHE: path.join(root, "node_modules", ".cache", "node-compile") },
  };
}

/** Runs a program of stack dev with the SDK's own runner, against an engine that answers at once. */
export async function runProgram({ entry, nodeArguments, environment }: ProgramRun): Promise<Sample> {
  const engine = new YesEngine();
  const address = await engine.listen();
  const runner = path.join(root, "node_modules", "@pulumi", "pulumi", "cmd", "run");
  const named = ["--monitor", address, "--engine", address, "--project", "altlas", "--stack", "dev"];
  const where = ["--organization", "organization", "--root-directory", root, "--pwd", root, "--parallel", "16"];
  try {
    const sample = await runNode({
      arguments: [...nodeArguments, runner, ...named, ...where, entry],
      environment: { PULUMI_CONFIG: configuration(), PULUMI_CONFIG_SECRET_KEYS: "[]", ...environment },
    });
    return { ...sample, registrations: engine.registrations };
  } catch (error) {
    throw new Error(`${entry}: ${engine.errors}${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  } finally {
    engine.close();
  }
}

/** The configuration of dev as the engine would send it: texts as they are, everything else as JSON. */
function configuration(): string {
  const { config } = readYaml("Pulumi.dev.yaml") as { config: Record<string, unknown> };
  return configVariable(
    Object.entries(config).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}

function readYaml(name: string): unknown {
  return load(readFileSync(path.join(root, name), "utf8"));
}
