import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { Digest, type EngineEvent, parseEvent } from "./events";

/** How to run the Pulumi CLI. */
export interface PulumiRun {
  /** Path of the CLI. */
  cli: string;
  /** Folder with Pulumi.yaml. */
  project: string;
  /** The whole environment of the process. */
  environment: Record<string, string>;
  /** Gets what the engine says, without its debug messages, which hold secrets in clear. */
  logFile?: string;
  /** Called after each event with the state so far. */
  onEvent?: (digest: Digest) => void;
}

/** How a run of the CLI ended. */
export interface PulumiResult {
  /** Exit code; 128 + signal number when a signal ended it. */
  code: number;
  /** The signal that ended it. */
  signal?: NodeJS.Signals;
  /** Standard output that was no event. */
  stdout: string;
  stderr: string;
  digest: Digest;
  /** True when the user interrupted it. */
  interrupted: boolean;
}

const SIGNALS: Partial<Record<NodeJS.Signals, number>> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

/** Whether an event may be kept in a file. */
function isLoggable({ diagnosticEvent }: EngineEvent): boolean {
  return diagnosticEvent?.severity !== "debug";
}

/** A line for the log: what happened, not the properties, which may be secret. */
function logLine(event: EngineEvent): string | undefined {
  const step = event.resourcePreEvent ?? event.resOutputsEvent ?? event.resOpFailedEvent;
  if (step) {
    const phase = event.resourcePreEvent ? "begin" : event.resOutputsEvent ? "done" : "FAILED";
    return `${phase} ${step.metadata.op} ${step.metadata.urn}`;
  }
  if (event.diagnosticEvent) return `${event.diagnosticEvent.severity}: ${event.diagnosticEvent.message.trimEnd()}`;
  if (event.policyEvent) {
    const { enforcementLevel, policyName, resourceUrn = "", message } = event.policyEvent;
    return `policy ${enforcementLevel} ${policyName} ${resourceUrn}: ${message}`;
  }
  if (event.summaryEvent) return `summary ${JSON.stringify(event.summaryEvent)}`;
  return undefined;
}

/**
 * Runs the CLI to its end. An interrupt of this process (Ctrl-C, SIGTERM) is passed on once as a request to stop, which
 * lets the engine finish what it is doing and save the state; a second one ends it at once.
 */
export async function runPulumi(args: string[], run: PulumiRun): Promise<PulumiResult> {
  const child = spawn(run.cli, [...args, "--non-interactive", "--color", "never"], {
    cwd: run.project,
    env: { ...run.environment, NO_COLOR: "1", FORCE_COLOR: "0", PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" },
    stdio: ["ignore", "pipe", "pipe"],
    // In a group of its own, so that Ctrl-C reaches it through us only.
    detached: true,
  });
  let interrupted = false;
  const interrupt = () => {
    interrupted = true;
    child.kill("SIGINT");
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt).on("SIGHUP", interrupt);
  if (run.logFile !== undefined) mkdirSync(path.dirname(run.logFile), { recursive: true, mode: 0o700 });
  const log = run.logFile === undefined ? undefined : createWriteStream(run.logFile, { flags: "a", mode: 0o600 });
  log?.write(`\n$ pulumi ${args.join(" ")}\n`);
  const digest = new Digest();
  let stdout = "";
  let stderr = "";
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => {
    const event = parseEvent(line);
    if (event === undefined) {
      stdout += `${line}\n`;
      log?.write(`${line}\n`);
      return;
    }
    const text = isLoggable(event) ? logLine(event) : undefined;
    if (text !== undefined) log?.write(`${text}\n`);
    digest.add(event);
    run.onEvent?.(digest);
  });
  const linesEnded = new Promise<void>((resolve) => lines.on("close", resolve));
  child.stderr.on("data", (bytes: Buffer) => {
    stderr += bytes.toString("utf8");
    log?.write(bytes);
  });
  try {
    const signal = await new Promise<NodeJS.Signals | undefined>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (_exit, by) => resolve(by ?? undefined));
    });
    await linesEnded;
    const code = child.exitCode ?? 128 + (signal === undefined ? 0 : (SIGNALS[signal] ?? 0));
    return { code, ...(signal === undefined ? {} : { signal }), stdout, stderr, digest, interrupted };
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt).off("SIGHUP", interrupt);
    log?.end();
  }
}
