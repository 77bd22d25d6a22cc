import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import * as grpc from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import protocol from "@pulumi/pulumi/proto/analyzer_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { reportVariable } from "../../policies/report-file";
import { channelOptions } from "../../sandbox/plugins/language-nodejs/serve";
import { locateModule } from "../../sandbox/plugins/language-nodejs/processes";
import { withoutStandIns } from "./answers";
import { type DryRun } from "./dry-run";

/** A policy pack that runs in a process of its own, and how to speak to it. */
export interface RunningPack {
  readonly client: AnalyzerClient;
  readonly child: ChildProcess;
}

/**
 * Starts a policy pack the way the engine does.
 *
 * @param folder The project's folder, whose SDK and pack are used.
 * @param pack The pack's folder.
 * @throws Error with what the pack said, when it ends at once.
 */
export async function startPack(
  folder: string,
  pack: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<RunningPack> {
  const runner = locateModule("@pulumi/pulumi/cmd/run-policy-pack", folder);
  if (runner === undefined) throw new Error(`the Pulumi SDK is not installed in ${folder}`);
  const child = spawn(process.execPath, [runner, "127.0.0.1:1", pack], {
    cwd: pack,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const errors: string[] = [];
  child.stderr.on("data", (chunk: Buffer) => errors.push(chunk.toString()));
  const port = once(createInterface({ input: child.stdout }), "line");
  const first = await Promise.race([port, once(child, "exit")]);
  if (child.exitCode !== null) throw new Error(`the pack ended with ${child.exitCode}: ${errors.join("")}`);
  const client = new AnalyzerClient(`127.0.0.1:${String(first[0])}`, grpc.credentials.createInsecure(), channelOptions);
  return { client, child };
}

/** Ends a pack and waits until it is gone. */
export async function stopPack({ client, child }: RunningPack): Promise<void> {
  client.close();
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill();
  await ended;
}

/** What a pack is to judge. */
export interface PackRun {
  readonly folder: string;
  readonly stack: string;
  readonly config: Readonly<Record<string, string>>;
  readonly run: DryRun;
  readonly started?: (child: ChildProcess) => void;
}

/**
 * Has the policy pack of a folder judge what its program registers.
 *
 * @returns the pack's own report, as `policies/portable.ts` of that folder writes it; nothing when the folder has no
 *   pack or one from before there were reports.
 * @throws Error with what the pack said, when it cannot judge.
 */
export async function judgeByPack({ folder, stack, config, run, started }: PackRun): Promise<unknown> {
  const pack = path.join(folder, "policies");
  if (!existsSync(path.join(pack, "PulumiPolicy.yaml"))) return undefined;
  const notes = mkdtempSync(path.join(tmpdir(), "altlas-diff-policy-"));
  const file = path.join(notes, "report.json");
  try {
    const running = await startPack(folder, pack, { [reportVariable]: file });
    started?.(running.child);
    try {
      const configure = new protocol.AnalyzerStackConfigureRequest();
      // Not a preview to the pack: the time that a comparison takes says nothing of a preview's.
      configure.setStack(stack).setProject("altlas").setDryRun(false);
      for (const [key, value] of Object.entries(config)) configure.getConfigMap().set(key, value);
      await call((callback) => running.client.configureStack(configure, callback));
      await call((callback) => running.client.analyzeStack(requestOf(run), callback));
    } finally {
      await stopPack(running);
    }
    return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
  } finally {
    rmSync(notes, { recursive: true, force: true });
  }
}

function requestOf({ sent }: DryRun): protocol.AnalyzeStackRequest {
  const analysis = new protocol.AnalyzeStackRequest();
  for (const { registration, urn, request, properties } of sent) {
    const options = new protocol.AnalyzerResourceOptions();
    options.setProtect(registration.options.protect ?? false);
    options.setIgnorechangesList([...(registration.options.ignoreChanges ?? [])]);
    options.setParent(request.getParent());
    const each = new protocol.AnalyzerResource();
    each.setType(registration.type).setName(registration.name).setUrn(urn);
    const shown = withoutStandIns(properties.toJavaScript()) as Record<string, JavaScriptValue>;
    each.setProperties(Struct.fromJavaScript(shown)).setOptions(options);
    each.setParent(request.getParent()).setDependenciesList(request.getDependenciesList());
    request.getPropertydependenciesMap().forEach((dependencies, property) => {
      const urns = new protocol.AnalyzerPropertyDependencies().setUrnsList(dependencies.getUrnsList());
      each.getPropertydependenciesMap().set(property, urns);
    });
    // A reference is the provider's URN and id.
    const provider = request.getProvider().split("::").slice(0, -1).join("::");
    if (provider !== "") each.setProvider(new protocol.AnalyzerProviderResource().setUrn(provider));
    analysis.addResources(each);
  }
  return analysis;
}

function call<T>(start: (callback: (error: grpc.ServiceError | null, response: T) => void) => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, response) => {
      if (error) reject(new Error(error.details));
      else resolve(response);
    });
  });
}
