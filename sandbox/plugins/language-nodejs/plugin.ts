import type * as grpc from "@grpc/grpc-js";
import language from "@pulumi/pulumi/proto/language_pb";
import { AnalyzerProxy, policyEnvironment } from "./analyzer-proxy";
import { parseRuntimeOptions } from "./options";
import { type Ending, findNode, interrupt, locateModule, start } from "./processes";

type Call = grpc.ServerWritableStream<language.RunPluginRequest, language.RunPluginResponse>;

function sendOutput(call: Call, stream: "stdout" | "stderr", bytes: Uint8Array): void {
  const response = new language.RunPluginResponse();
  if (stream === "stdout") response.setStdout(bytes);
  else response.setStderr(bytes);
  call.write(response);
}

function sendEnd(call: Call, { code, signal, error }: Ending): void {
  if (error) sendOutput(call, "stderr", Buffer.from(`could not start the plugin: ${error.message}\n`));
  if (signal !== undefined) sendOutput(call, "stderr", Buffer.from(`the plugin was ended by signal ${signal}\n`));
  const response = new language.RunPluginResponse();
  response.setExitcode(code ?? 1);
  call.write(response);
  call.end();
}

/** The environment the engine sends, a list of NAME=value, as a table; a later entry wins. */
export function environmentOf(list: string[]): Record<string, string> {
  return Object.fromEntries(
    list.map((entry) => {
      const end = entry.indexOf("=");
      return [entry.slice(0, end), entry.slice(end + 1)] as const;
    }),
  );
}

/** Hands the output of a pack on; its first line, the port, goes to `port` instead. */
function readPort(port: (port: number) => void, rest: (bytes: Buffer) => void): (chunk: Buffer) => void {
  let head: Buffer | undefined = Buffer.alloc(0);
  return (chunk) => {
    if (head === undefined) {
      rest(chunk);
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\n");
    if (end < 0) return;
    const after = head.subarray(end + 1);
    const line = head.subarray(0, end).toString("utf8");
    head = undefined;
    port(Number.parseInt(line, 10));
    if (after.length > 0) rest(after);
  };
}

async function runPolicyPack(call: Call, node: string, runner: string, programFolder: string): Promise<void> {
  const proxy = new AnalyzerProxy();
  const closed = new Promise<undefined>((resolve) => call.on("cancelled", () => resolve(undefined)));
  sendOutput(call, "stdout", Buffer.from(`${String(await proxy.listen())}\n`));
  const stack = await Promise.race([proxy.stackConfiguration, closed]);
  if (call.cancelled) {
    proxy.close();
    return;
  }
  const request = call.request;
  const { child, ended } = start(node, [runner, ...request.getArgsList(), programFolder], {
    // The working directory of a policy pack has always been its own folder.
    cwd: programFolder,
    env: {
      ...environmentOf(request.getEnvList()),
      ...(stack ? policyEnvironment(stack) : {}),
      // The runner always registers ts-node, which would leave a cache in the temporary folder.
      TS_NODE_CACHE: "false",
    },
  });
  call.on("cancelled", () => interrupt(child));
  const attach = async (port: number) => {
    try {
      await proxy.attach(port);
    } catch (error) {
      proxy.fail(error instanceof Error ? error : new Error(String(error)));
    }
  };
  child.stdout?.on(
    "data",
    readPort(
      (port) => void attach(port),
      (bytes) => sendOutput(call, "stdout", bytes),
    ),
  );
  child.stderr?.on("data", (bytes: Buffer) => sendOutput(call, "stderr", bytes));
  const ending = await ended;
  proxy.fail(
    new Error(`the policy pack ended with exit code ${String(ending.code ?? ending.signal)}; see its output above`),
  );
  sendEnd(call, ending);
  // The engine reads why its calls failed before the server goes.
  setTimeout(() => proxy.close(), 200);
}

/**
 * Runs the plugin of `call`: a policy pack (kind `analyzer`) or any other program that serves a plugin, and streams what
 * it prints. Ends when the plugin ends or the engine gives the call up.
 */
export async function runPlugin(call: Call): Promise<void> {
  const request = call.request;
  const folder = request.getInfo()?.getProgramDirectory() ?? request.getProgram();
  const options = parseRuntimeOptions(request.getInfo()?.getOptions()?.toJavaScript());
  const node = findNode();
  if (node === undefined) throw new Error("could not find node on PATH; install Node.js 20 or later");
  const isPolicyPack = request.getKind() === "analyzer";
  const name = `@pulumi/pulumi/cmd/${isPolicyPack ? "run-policy-pack" : "run-plugin"}`;
  const runner = locateModule(name, folder);
  // The engine looks for these words to advise the installation of the pack's packages.
  if (runner === undefined) throw new Error(`Cannot find module '${name}' from ${folder}; run: npm ci`);
  if (isPolicyPack) {
    await runPolicyPack(call, node, runner, folder);
    return;
  }
  const { child, ended } = start(node, [...options.nodeargs, runner, folder, ...request.getArgsList()], {
    cwd: request.getPwd(),
    env: {
      ...environmentOf(request.getEnvList()),
      ...(options.typescript ? { PULUMI_NODEJS_TYPESCRIPT: "true" } : {}),
      ...(options.tsconfig === undefined ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: options.tsconfig }),
    },
  });
  call.on("cancelled", () => interrupt(child));
  child.stdout?.on("data", (bytes: Buffer) => sendOutput(call, "stdout", bytes));
  child.stderr?.on("data", (bytes: Buffer) => sendOutput(call, "stderr", bytes));
  sendEnd(call, await ended);
}
