import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { resetControlPlane } from "../../sandbox/control-plane";
import { type ApiClient, clientFor } from "../../sandbox/control-plane/client";
import { isDaemonOf } from "../../sandbox/control-plane/components";
import { layoutOf } from "../../sandbox/control-plane/layout";
import { savedPorts } from "../../sandbox/control-plane/ports";
import { findStrays } from "../../sandbox/control-plane/processes";
import { type SandboxNode } from "../../sandbox/nodes";
import { projectRoot } from "../../sandbox/paths";

/** A folder of the sandbox that is gone, with all its processes, after `remove`. */
export interface ScratchSandbox {
  /** What ALTLAS_SANDBOX_HOME is set to. */
  home: string;
  /** The control plane's folder in it. */
  folder: string;
  remove: () => Promise<void>;
}

/** Makes a sandbox folder of its own for a test. */
export function scratchSandbox(): ScratchSandbox {
  const home = mkdtempSync(path.join(tmpdir(), "altlas-sandbox-"));
  const folder = path.join(home, "control-plane");
  return {
    home,
    folder,
    remove: async () => {
      await resetControlPlane(folder);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** A simulated node in a zone, with room for a few pods. */
export function testNode(name: string, zone: string, changes: Partial<SandboxNode> = {}): SandboxNode {
  return {
    name,
    labels: {
      "altlas.io/pool": "general",
      "kubernetes.io/hostname": name,
      "kubernetes.io/os": "linux",
      "kubernetes.io/arch": "amd64",
      "topology.kubernetes.io/region": "local",
      "topology.kubernetes.io/zone": zone,
    },
    taints: [],
    allocatable: { cpu: "4", memory: "8Gi", pods: "20", "ephemeral-storage": "18Gi" },
    ...changes,
  };
}

/** A client for the control plane's administrator, by what the folder says of it. */
export function adminClient(folder: string): ApiClient {
  const layout = layoutOf(folder);
  return clientFor(layout, savedPorts(layout).apiserver ?? 0);
}

/** Ids of all processes that belong to the control plane, whether recorded or not. */
export function daemonsOf(folder: string): number[] {
  return findStrays(isDaemonOf(layoutOf(folder)), new Set());
}

/** How a run of the command line ended. */
export interface CliResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A run of the sandbox's command line that goes on by itself. */
export interface CliRun {
  child: ChildProcess;
  result: Promise<CliResult>;
}

/** Starts `npm run sandbox -- …`, without npm, on the sandbox folder. */
export function startCli(home: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): CliRun {
  const root = projectRoot();
  const script = [path.join(root, "bin", "ts.cjs"), path.join(root, "sandbox", "cli.ts")];
  const child = spawn(process.execPath, [...script, ...args], {
    env: { ...process.env, ...environment, ALTLAS_SANDBOX_HOME: home },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const result = new Promise<CliResult>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
  return { child, result };
}

/** {@link startCli} to its end. */
export async function cli(home: string, ...args: string[]): Promise<CliResult> {
  return await startCli(home, args).result;
}
