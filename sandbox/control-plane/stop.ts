import { existsSync, rmSync } from "node:fs";
import { withLock } from "../lock";
import { isDaemonOf } from "./components";
import { type Layout, layoutOf } from "./layout";
import { endProcess, findStrays, forget, processStart, runningProcess } from "./processes";
import { type ComponentName, COMPONENTS } from "./types";

/** Milliseconds a component gets to end by itself. Its data is safe either way: see etcd's arguments. */
const PATIENCE = 5000;

/** Those that talk to the API server end before it does, and etcd last, so that none logs a storm of errors. */
const WAVES: readonly (readonly ComponentName[])[] = [
  ["agent", "kwok", "kube-scheduler", "kube-controller-manager"],
  ["kube-apiserver"],
  ["etcd"],
];

/** Stops these components and removes their records. The caller holds the lock. */
export async function stopComponents(layout: Layout, names: readonly ComponentName[]): Promise<void> {
  for (const wave of WAVES) {
    await Promise.all(
      wave
        .filter((name) => names.includes(name))
        .map(async (name) => {
          const record = runningProcess(layout.record(name));
          if (record !== undefined) {
            await endProcess(record.pid, record.started, PATIENCE);
          }
          forget(layout.record(name));
        }),
    );
  }
}

/** Options of {@link stopControlPlane} and {@link resetControlPlane}. */
export interface StopOptions {
  /** Called when another command works on the control plane and has to be waited for. */
  onWait?: (holder: number | undefined) => void;
}

/**
 * Stops whatever runs of the control plane, including daemons nobody has a record of. Its data
 * stays.
 *
 * @returns how many processes were stopped.
 */
export async function stopControlPlane(folder: string, options: StopOptions = {}): Promise<number> {
  const layout = layoutOf(folder);
  if (!existsSync(folder)) {
    return 0;
  }
  return await withLock(layout.lock, options, async () => await stopAll(layout));
}

async function stopAll(layout: Layout): Promise<number> {
  const running = COMPONENTS.filter((name) => runningProcess(layout.record(name)) !== undefined);
  await stopComponents(layout, COMPONENTS);
  const strays = findStrays(isDaemonOf(layout), new Set());
  await Promise.all(strays.map(async (pid) => await endProcess(pid, processStart(pid) ?? "", PATIENCE)));
  return running.length + strays.length;
}

/**
 * Stops the control plane and removes its folder: objects, certificates, logs.
 *
 * @returns whether there was one.
 */
export async function resetControlPlane(folder: string, options: StopOptions = {}): Promise<boolean> {
  if (!existsSync(folder)) {
    return false;
  }
  const layout = layoutOf(folder);
  await withLock(layout.lock, options, async () => {
    await stopAll(layout);
    // The lock goes with the rest; whoever waits for it makes a new one.
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return true;
}
