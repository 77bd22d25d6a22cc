import language from "@pulumi/pulumi/proto/language_pb";
import { parseRuntimeOptions } from "./options";
import { findNode, interrupt, locateModule, start } from "./processes";

/** The exit code of the SDK's runner for "the user has been told already" (`cmd/run/index.js`). */
const ALREADY_REPORTED = 32;

/** What V8 prints when the heap is full. */
const OUT_OF_MEMORY = /JavaScript heap out of memory/;

/**
 * The configuration as the SDK's runner expects it in PULUMI_CONFIG. The key `project:name` is passed in its older
 * form `project:config:name`, which every version of the SDK reads.
 */
export function configVariable(entries: Iterable<[string, string]>): string {
  const config: Record<string, string> = {};
  for (const [key, value] of entries) {
    const [space = "", ...rest] = key.split(":");
    config[rest[0] === "config" ? key : `${space}:config:${rest.join(":")}`] = value;
  }
  return JSON.stringify(config);
}

/** Arguments of `@pulumi/pulumi/cmd/run`; those without a value are left out. */
export function runArguments(request: language.RunRequest, engineAddress: string): string[] {
  const info = request.getInfo();
  const named = {
    monitor: request.getMonitorAddress(),
    engine: engineAddress,
    organization: request.getOrganization(),
    project: request.getProject(),
    "root-directory": info?.getRootDirectory() ?? "",
    stack: request.getStack(),
    pwd: info?.getProgramDirectory() ?? request.getPwd(),
    parallel: String(request.getParallel()),
  };
  const args = Object.entries(named).flatMap(([name, value]) => (value === "" ? [] : [`--${name}`, value]));
  if (request.getDryrun()) args.push("--dry-run");
  return [...args, info?.getEntryPoint() ?? request.getProgram(), ...request.getArgsList()];
}

function failed(error: string): language.RunResponse {
  const response = new language.RunResponse();
  response.setError(error);
  return response;
}

/** Keeps the end of what a stream printed: enough to recognise V8's last words. */
class Tail {
  private text = "";
  add(chunk: Buffer) {
    this.text = (this.text + chunk.toString("utf8")).slice(-8192);
  }
  has(pattern: RegExp) {
    return pattern.test(this.text);
  }
}

/** Runs the program of `request` to its end. Problems are part of the response, as the engine expects. */
export async function runProgram(
  request: language.RunRequest,
  engineAddress: string,
  cancelled: (stop: () => void) => void,
): Promise<language.RunResponse> {
  const info = request.getInfo();
  if (!info) return failed("the engine sent no program information; use a Pulumi CLI of version 3.100 or later");
  if (request.getAttachDebugger()) return failed("the sandbox's language host cannot attach a debugger");
  const options = parseRuntimeOptions(info.getOptions()?.toJavaScript());
  const node = findNode();
  if (node === undefined) return failed("could not find node on PATH; install Node.js 20 or later");
  const runner = locateModule("@pulumi/pulumi/cmd/run", info.getProgramDirectory());
  if (runner === undefined)
    return failed("the Pulumi SDK (@pulumi/pulumi) is not installed beside the program; run: npm ci");

  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    PULUMI_CONFIG: configVariable(request.getConfigMap().getEntryList()),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    ...(options.typescript ? { PULUMI_NODEJS_TYPESCRIPT: "true" } : {}),
    ...(options.tsconfig === undefined ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: options.tsconfig }),
  };
  const { child, ended } = start(node, [...options.nodeargs, runner, ...runArguments(request, engineAddress)], {
    env: environment,
  });
  cancelled(() => interrupt(child));
  const tail = new Tail();
  child.stdout?.pipe(process.stdout, { end: false });
  child.stderr?.on("data", (chunk: Buffer) => {
    tail.add(chunk);
    process.stderr.write(chunk);
  });
  const { code, signal, error } = await ended;
  if (error) return failed(`could not start ${node}: ${error.message}`);
  const response = new language.RunResponse();
  if (code === ALREADY_REPORTED) response.setBail(true);
  else if (signal !== undefined) response.setError(`the program was ended by signal ${signal}`);
  else if (code !== 0) response.setError(`the program ended with exit code ${String(code)}`);
  if (tail.has(OUT_OF_MEMORY))
    response.setError("the program ran out of memory; raise the limit with NODE_OPTIONS=--max-old-space-size=<MiB>");
  return response;
}
