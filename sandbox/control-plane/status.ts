import { existsSync } from "node:fs";
import { clientFor } from "./client";
import { unreadiness } from "./readiness";
import { layoutOf } from "./layout";
import { savedPorts, type Ports } from "./ports";
import { runningProcess } from "./processes";
import { countNodes } from "./reconcile-nodes";
import { serverOf } from "./start";
import { type ComponentName, COMPONENTS, type ComponentStatus, type ControlPlaneStatus } from "./types";

/** What must run for any answer. */
const SERVING: readonly ComponentName[] = ["etcd", "kube-apiserver"];

/** Milliseconds for the list of nodes, which comes from memory. */
const NODES_TIMEOUT = 3000;

/** Looks at the control plane without changing it or waiting for anyone. */
export async function controlPlaneStatus(folder: string): Promise<ControlPlaneStatus> {
  const layout = layoutOf(folder);
  const components = COMPONENTS.map((name): ComponentStatus => {
    const record = runningProcess(layout.record(name));
    const status = { name, running: record !== undefined, log: layout.log(name) };
    return record === undefined ? status : { ...status, pid: record.pid };
  });
  const result = { folder, kubeconfig: layout.kubeconfig, components };
  if (!existsSync(layout.settings)) {
    return { ...result, state: "absent" };
  }
  const up = components.filter(({ running }) => running).length;
  const { apiserver } = savedPorts(layout);
  if (up === 0 || apiserver === undefined) {
    return { ...result, state: "stopped" };
  }
  const server = serverOf({ apiserver });
  // Without its store the API server may keep a question open for many seconds.
  const serving = components.every(({ name, running }) => running || !SERVING.includes(name));
  if (!serving || (await unreadiness("kube-apiserver", layout, { apiserver } as Ports)) !== undefined) {
    return { ...result, state: "partial", server };
  }
  const client = clientFor(layout, apiserver);
  try {
    const nodes = await countNodes(client, NODES_TIMEOUT);
    return { ...result, state: up === COMPONENTS.length ? "running" : "partial", server, nodes };
  } catch {
    // It, or its store, went away between the two questions.
    return { ...result, state: "partial", server };
  } finally {
    client.close();
  }
}
