import { setTimeout as sleep } from "node:timers/promises";
import { mkdirSync } from "node:fs";
import { withLock } from "../lock";
import { controlPlaneFolder } from "../paths";
import { silentProgress, type Step } from "../progress";
import { ensureTools } from "../toolchain";
import { clientFor, type ApiClient } from "./client";
import {
  type Binaries,
  CONTROL_PLANE_TOOLS,
  type Features,
  isDaemonOf,
  launchOf,
  writeConfiguration,
} from "./components";
import { writeKubeconfigs } from "./kubeconfig";
import { type Layout, layoutOf } from "./layout";
import { tailOf } from "./logs";
import { ensurePki } from "./pki";
import { choosePorts, type Ports } from "./ports";
import { endProcess, findStrays, launch, processStart, type ProcessRecord, runningProcess } from "./processes";
import { countNodes, missingPrerequisites, reconcileNodes, registerStorageDriver } from "./reconcile-nodes";
import { unreadiness } from "./readiness";
import { stopComponents } from "./stop";
import { announceKubelets } from "./usage";
import { type ComponentName, COMPONENTS, CONTEXT_NAME, type ControlPlane, type StartOptions } from "./types";

/** Milliseconds for a component to become ready; 3 s on two idle cores, 12 s at a load of 18 on them. */
const READY_TIMEOUT = 90_000;
/** Milliseconds for nodes to be ready and the controllers to have made the default objects. */
const NODES_TIMEOUT = 60_000;
/** A port may be taken between choosing and binding it; a third time in a row is no accident. */
const PORT_ATTEMPTS = 3;
const POLL_INTERVAL = 40;

/** The control plane could not be started; the message says which component and shows its last lines. */
export class ControlPlaneError extends Error {
  override readonly name = "ControlPlaneError";
}

/** A component ended because somebody else took its port; worth another port. */
class PortTaken extends ControlPlaneError {}

/**
 * Starts the control plane, or repairs it: what runs with the wanted configuration is left alone,
 * what died or differs is started again. Data survives. When it returns, the API server is ready
 * and all nodes are.
 *
 * A second call at the same time, from any process, waits for the first and then finds all running.
 *
 * @throws ControlPlaneError when a component does not become ready, with the end of its log.
 * @throws ToolFailure when a program is missing and cannot be had.
 */
export async function startControlPlane(options: StartOptions): Promise<ControlPlane> {
  const progress = options.progress ?? silentProgress;
  const layout = layoutOf(options.folder ?? controlPlaneFolder());
  refuseDuplicates(options);
  const binaries: Binaries = await ensureTools(CONTROL_PLANE_TOOLS, progress);
  makeFolder(layout.folder);
  const onWait = (holder: number | undefined): void =>
    progress.note(
      `Another command${holder === undefined ? "" : ` (process ${holder})`} is working on this control plane; ` +
        "waiting for it to finish, then going on from what it leaves.",
    );
  return await withLock(layout.lock, { onWait }, async () => {
    const step = progress.step("control plane");
    try {
      const ports = await startComponents(layout, binaries, { usage: options.usage ?? false }, step);
      const client = clientFor(layout, ports.apiserver);
      try {
        await prepare(client, options, step);
        if (options.usage === true) await announceKubelets(client, ports);
      } catch (error) {
        throw error instanceof ControlPlaneError ? error : unanswered(error);
      } finally {
        client.close();
      }
      const server = serverOf(ports);
      step.done(`ready at ${server}, ${options.nodes.length} nodes`);
      return { folder: layout.folder, kubeconfig: layout.kubeconfig, context: CONTEXT_NAME, server };
    } catch (error) {
      step.fail();
      throw error;
    }
  });
}

/** The API server's address. */
export function serverOf(ports: Pick<Ports, "apiserver">): string {
  return `https://127.0.0.1:${ports.apiserver}`;
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new ControlPlaneError(
      `The sandbox cannot write to ${folder} (${error instanceof Error ? error.message : String(error)}). ` +
        "Set ALTLAS_SANDBOX_HOME to an absolute path of a folder that you can write to.",
    );
  }
}

/** The API server was ready a moment ago; what comes now is its end, or its refusal of our own objects. */
function unanswered(error: unknown): ControlPlaneError {
  return new ControlPlaneError(
    `The API server stopped answering while the nodes were set up (${error instanceof Error ? error.message : String(error)}). ` +
      'Start again: what runs is kept. If it happens again, see "npm run sandbox -- logs kube-apiserver".',
    { cause: error },
  );
}

function refuseDuplicates({ nodes }: StartOptions): void {
  const names = nodes.map(({ name }) => name);
  const twice = [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
  if (twice.length > 0) {
    throw new ControlPlaneError(`Node names must be unique; given more than once: ${twice.join(", ")}.`);
  }
}

async function startComponents(layout: Layout, binaries: Binaries, features: Features, step: Step): Promise<Ports> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(layout, binaries, features, step);
    } catch (error) {
      if (!(error instanceof PortTaken) || attempt === PORT_ATTEMPTS) {
        throw error;
      }
      step.update("a port was taken in between; choosing another");
    }
  }
}

async function startOnce(layout: Layout, binaries: Binaries, features: Features, step: Step): Promise<Ports> {
  step.update("looking at what runs");
  const running = await runningComponents(layout);
  if (await ensurePki(layout)) {
    // Whatever runs trusts and shows the old certificates.
    await stopComponents(layout, [...running.keys()]);
    running.clear();
  }
  const ports = await choosePorts(layout, new Set(running.keys()));
  writeKubeconfigs(layout, serverOf(ports));
  writeConfiguration(layout, features);
  const start = async (name: ComponentName): Promise<void> => {
    const wanted = launchOf(name, layout, ports, binaries, features);
    let record = running.get(name);
    if (record !== undefined && record.fingerprint !== wanted.fingerprint) {
      await stopComponents(layout, [name]);
      record = undefined;
    }
    // One that ran may end while we look: the controller manager does when the API server was killed during its start.
    if (record !== undefined && (await waitUntilReady(name, layout, ports, features, record))) {
      return;
    }
    if (!(await waitUntilReady(name, layout, ports, features, await launch(wanted)))) {
      throw endedEarly(name, layout);
    }
  };
  step.update("starting etcd");
  await start("etcd");
  step.update("starting kube-apiserver");
  await start("kube-apiserver");
  const rest = COMPONENTS.filter((name) => name !== "etcd" && name !== "kube-apiserver");
  step.update(`starting ${rest.join(", ")}`);
  // All are waited for, so that none is still being started when the lock is given back.
  const outcomes = await Promise.allSettled(rest.map(start));
  for (const outcome of outcomes) {
    if (outcome.status === "rejected") {
      throw outcome.reason;
    }
  }
  return ports;
}

/** What runs by its records; daemons of this folder without a record are ended first. */
async function runningComponents(layout: Layout): Promise<Map<ComponentName, ProcessRecord>> {
  const running = new Map<ComponentName, ProcessRecord>();
  for (const name of COMPONENTS) {
    const record = runningProcess(layout.record(name));
    if (record !== undefined) {
      running.set(name, record);
    }
  }
  const known = new Set([...running.values()].map(({ pid }) => pid));
  for (const pid of findStrays(isDaemonOf(layout), known)) {
    await endProcess(pid, processStart(pid) ?? "", 5000);
  }
  return running;
}

/** Waits until the component is ready; false when it has ended before. */
async function waitUntilReady(
  name: ComponentName,
  layout: Layout,
  ports: Ports,
  features: Features,
  record: ProcessRecord,
): Promise<boolean> {
  const deadline = Date.now() + READY_TIMEOUT;
  for (;;) {
    const reason = await unreadiness(name, layout, ports, features);
    // Asked after the answer: a stranger on the port may answer for a component that has ended.
    if (processStart(record.pid) !== record.started) {
      return false;
    }
    if (reason === undefined) {
      return true;
    }
    if (Date.now() > deadline) {
      throw new ControlPlaneError(
        `${name} runs but is not ready after ${READY_TIMEOUT / 1000} s (${reason}).\n${lastLines(layout, name)}\n` +
          'If it hangs, "npm run sandbox -- stop" ends it; then start again.',
      );
    }
    await sleep(POLL_INTERVAL);
  }
}

function endedEarly(name: ComponentName, layout: Layout): ControlPlaneError {
  const tail = tailOf(layout.log(name), 16_384);
  const recent = tail.split("\n").slice(-40).join("\n");
  const Kind = recent.includes("address already in use") ? PortTaken : ControlPlaneError;
  return new Kind(
    `${name} ended right after its start.\n${lastLines(layout, name)}\n` +
      'If its data is damaged, "npm run sandbox -- reset" begins anew (everything in the sandbox is lost).',
  );
}

function lastLines(layout: Layout, name: ComponentName): string {
  const lines = tailOf(layout.log(name), 8192).trimEnd().split("\n").slice(-5);
  return [`Last lines of ${layout.log(name)}:`, ...lines.map((line) => `  ${line.slice(0, 300)}`)].join("\n");
}

/** Nodes, the storage driver, and what the controllers make for the first pod. */
async function prepare(client: ApiClient, options: StartOptions, step: Step): Promise<void> {
  step.update("nodes");
  await Promise.all([reconcileNodes(client, options.nodes), registerStorageDriver(client)]);
  const deadline = Date.now() + NODES_TIMEOUT;
  for (;;) {
    const [nodes, missing] = await Promise.all([countNodes(client), missingPrerequisites(client)]);
    if (nodes.ready >= options.nodes.length && missing.length === 0) {
      return;
    }
    step.update(`${nodes.ready} of ${options.nodes.length} nodes ready`);
    if (Date.now() > deadline) {
      const absent = missing.length === 0 ? "" : `; not there yet: ${missing.join(", ")}`;
      throw new ControlPlaneError(
        `Only ${nodes.ready} of ${options.nodes.length} nodes are ready after ${NODES_TIMEOUT / 1000} s${absent}. ` +
          'See "npm run sandbox -- logs kwok" and "npm run sandbox -- logs kube-controller-manager".',
      );
    }
    await sleep(POLL_INTERVAL * 2);
  }
}
