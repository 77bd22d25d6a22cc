// Measures how much faster the program runs our way than Pulumi's default way, in one run on one machine:
//
//   npm run bench:run-mode [-- --runs 5] [-- --json]
//
// "default": ts-node with type checking, as `runtime: nodejs` does it on a fresh checkout; "default, nothing changed": the
// same when ts-node finds every file in its cache, in which case it checks nothing; "ours": Pulumi.yaml as it is committed.
// All run the stack dev with the SDK's own runner against an engine that answers at once, so only the program is measured.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import * as grpc from "@grpc/grpc-js";
import engineMessages from "@pulumi/pulumi/proto/engine_pb";
import engineRpc from "@pulumi/pulumi/proto/engine_grpc_pb";
import monitorRpc from "@pulumi/pulumi/proto/resource_grpc_pb";
import resource from "@pulumi/pulumi/proto/resource_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { load } from "js-yaml";
import { renderTable } from "../../sandbox/engine/table";
import { projectRoot } from "../../sandbox/paths";
import { parseRuntimeOptions } from "../../sandbox/plugins/language-nodejs/options";
import { configVariable } from "../../sandbox/plugins/language-nodejs/run";
import { listen } from "../../sandbox/plugins/language-nodejs/serve";

/** The goal for our way against {@link DEFAULT}. */
const GOAL = 0.33;
const DEFAULT = "default";

interface Mode {
  name: string;
  nodeArguments: string[];
  entry: string;
  environment: Record<string, string>;
}

interface Sample {
  seconds: number;
  /** Seconds of processor time, of all threads: what is left to compare when other work shares the machine. */
  processor: number;
  registrations: number;
}

const root = projectRoot();

/** Loaded before the program: tells its processor time on the fourth pipe when it ends. */
const METER = `data:text/javascript,import{writeSync}from"node:fs";process.on("exit",()=>writeSync(3,JSON.stringify(process.cpuUsage())))`;

/** An engine that says yes to everything at once and counts registrations. */
class YesEngine {
  registrations = 0;
  errors = "";
  private readonly server = new grpc.Server();

  async listen(): Promise<string> {
    const done: grpc.handleUnaryCall<unknown, Empty> = (_call, respond) => respond(null, new Empty());
    const supports: grpc.handleUnaryCall<unknown, resource.SupportsFeatureResponse> = (_call, respond) => {
      respond(null, new resource.SupportsFeatureResponse().setHassupport(true));
    };
    const register: grpc.handleUnaryCall<resource.RegisterResourceRequest, resource.RegisterResourceResponse> = (
      { request },
      respond,
    ) => {
      this.registrations += 1;
      const response = new resource.RegisterResourceResponse();
      response.setUrn(`urn:pulumi:dev::altlas::${request.getType()}::${request.getName()}`);
      response.setId(request.getCustom() ? `${request.getName()}-id` : "");
      response.setObject(request.getObject());
      respond(null, response);
    };
    this.server.addService(monitorRpc.ResourceMonitorService, {
      supportsFeature: supports,
      registerResource: register,
      registerResourceOutputs: done,
      signalAndWaitForShutdown: done,
    });
    const log: grpc.handleUnaryCall<engineMessages.LogRequest, Empty> = ({ request }, respond) => {
      if (request.getSeverity() === engineMessages.LogSeverity.ERROR) this.errors += `${request.getMessage()}\n`;
      respond(null, new Empty());
    };
    this.server.addService(engineRpc.EngineService, { log });
    return `127.0.0.1:${await listen(this.server)}`;
  }

  close(): void {
    this.server.forceShutdown();
  }
}

function readYaml(name: string): unknown {
  return load(readFileSync(path.join(root, name), "utf8"));
}

/** The configuration of dev as the engine would send it: texts as they are, everything else as JSON. */
function configuration(): string {
  const { config } = readYaml("Pulumi.dev.yaml") as { config: Record<string, unknown> };
  return configVariable(
    Object.entries(config).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}

function modes(): Mode[] {
  const { runtime } = readYaml("Pulumi.yaml") as { runtime: { options: Record<string, JavaScriptValue> } };
  const options = parseRuntimeOptions(runtime.options);
  const tsNode = {
    nodeArguments: [],
    entry: path.join(root, "stacks", "index.ts"),
    environment: { PULUMI_NODEJS_TYPESCRIPT: "true", PULUMI_NODEJS_TSCONFIG_PATH: "tests/bench/tsconfig.json" },
  };
  return [
    { ...tsNode, name: DEFAULT, environment: { ...tsNode.environment, TS_NODE_CACHE: "false" } },
    { ...tsNode, name: "default, nothing changed" },
    {
      name: "ours",
      nodeArguments: options.nodeargs,
      entry: ".",
      environment: { NODE_COMPILE_CACHE: path.join(root, "node_modules", ".cache", "node-compile") },
    },
  ];
}

async function run(mode: Mode, config: string): Promise<Sample> {
  const engine = new YesEngine();
  const address = await engine.listen();
  const runner = path.join(root, "node_modules", "@pulumi", "pulumi", "cmd", "run");
  const named = ["--monitor", address, "--engine", address, "--project", "altlas", "--stack", "dev"];
  const where = ["--organization", "organization", "--root-directory", root, "--pwd", root, "--parallel", "16"];
  const started = performance.now();
  const child = spawn(
    process.execPath,
    ["--import", METER, ...mode.nodeArguments, runner, ...named, ...where, mode.entry],
    {
      cwd: root,
      env: { ...process.env, PULUMI_CONFIG: config, PULUMI_CONFIG_SECRET_KEYS: "[]", ...mode.environment },
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    },
  );
  let said = "";
  let usage = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (bytes: Buffer) => (said += bytes.toString()));
  child.stdio[3]?.on("data", (bytes: Buffer) => (usage += bytes.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  const seconds = (performance.now() - started) / 1000;
  engine.close();
  if (code !== 0)
    throw new Error(`the program ended with ${String(code)} in mode "${mode.name}":\n${engine.errors}${said}`);
  const { user, system } = JSON.parse(usage) as NodeJS.CpuUsage;
  return { seconds, processor: (user + system) / 1e6, registrations: engine.registrations };
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { runs: { type: "string", default: "5" }, json: { type: "boolean" } } });
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new Error(`--runs is ${values.runs}; give a whole number, 1 or more`);
  if (!existsSync(path.join(root, "Pulumi.dev.yaml"))) throw new Error("Pulumi.dev.yaml is missing");
  const config = configuration();
  const samples = new Map<string, Sample[]>();
  // Interleaved, so that a busy minute of the machine hits both; the first round fills the caches and is thrown away.
  for (let round = 0; round <= runs; round++) {
    for (const mode of modes()) {
      const sample = await run(mode, config);
      process.stderr.write(
        `round ${round}${round === 0 ? " (warm-up)" : ""}: ${mode.name} ${sample.seconds.toFixed(2)} s\n`,
      );
      if (round > 0) samples.set(mode.name, [...(samples.get(mode.name) ?? []), sample]);
    }
  }
  const counts = new Set([...samples.values()].flat().map(({ registrations }) => registrations));
  if (counts.size !== 1)
    throw new Error(`the modes registered different numbers of resources: ${[...counts].join(", ")}`);
  const medians = [...samples].map(([mode, list]) => ({
    mode,
    seconds: median(list.map(({ seconds }) => seconds)),
    processor: median(list.map(({ processor }) => processor)),
  }));
  const of = (name: string) => medians.find(({ mode }) => mode === name);
  const ratio = (of("ours")?.seconds ?? Number.NaN) / (of(DEFAULT)?.seconds ?? Number.NaN);
  const processorRatio = (of("ours")?.processor ?? Number.NaN) / (of(DEFAULT)?.processor ?? Number.NaN);
  if (values.json === true) {
    const result = { runs, registrations: [...counts][0], medians, ratio, processorRatio, goal: GOAL };
    process.stdout.write(`${JSON.stringify(result)}\n`);
  } else {
    const columns = ["SECONDS", "PROCESSOR SECONDS"].map((title) => ({ title, align: "right" as const }));
    const rows = medians.map(({ mode, seconds, processor }) => [mode, seconds.toFixed(2), processor.toFixed(2)]);
    rows.push(["ratio, ours to default", ratio.toFixed(2), processorRatio.toFixed(2)]);
    const table = renderTable([{ title: "MODE" }, ...columns], rows);
    const text = `${table}\n\nMedians of ${runs} runs, ${[...counts].join()} registrations. Goal: a ratio of at most ${GOAL}.\n`;
    process.stdout.write(text);
  }
  if (ratio > GOAL) process.exitCode = 1;
}

void main();
