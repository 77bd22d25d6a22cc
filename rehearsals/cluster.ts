import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { resetControlPlane, startControlPlane } from "../sandbox/control-plane";
import { type ApiClient, ApiError, clientFor, type ObjectList } from "../sandbox/control-plane/client";
import { layoutOf } from "../sandbox/control-plane/layout";
import { savedPorts } from "../sandbox/control-plane/ports";
import { countNodes, reconcileNodes } from "../sandbox/control-plane/reconcile-nodes";
import { type SandboxNode } from "../sandbox/nodes";
import { type Progress, silentProgress } from "../sandbox/progress";

/** What is read of a pod here. */
export interface PodObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
  };
  readonly spec: { readonly nodeName?: string };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
      readonly message?: string;
    }[];
  };
}

/** A control plane of its own for rehearsals, with the real API server, scheduler and controllers. */
export interface RehearsalCluster {
  readonly client: ApiClient;
  /** Makes the nodes equal to the wanted ones and waits until pods can be put on them. */
  setNodes: (nodes: readonly SandboxNode[]) => Promise<void>;
  /** Pods of a namespace; `waiting` only those without a node. */
  pods: (namespace: string, which?: "all" | "waiting") => Promise<readonly PodObject[]>;
  /** Makes an object; one that is there already is left alone. */
  make: (path: string, object: object) => Promise<void>;
  /** Ends its processes and removes its folder. */
  remove: () => Promise<void>;
}

/** A busy machine may let a request wait for long; only one that never ends is a failure. */
const patience = { timeout: 120_000 } as const;

/** Milliseconds that simulated nodes may take to be ready; 160 of them take some 4 s on two cores. */
const nodesTimeout = 120_000;

/** Starts it in a temporary folder; the sandbox that somebody works with is left alone. */
export async function startRehearsalCluster(progress: Progress = silentProgress): Promise<RehearsalCluster> {
  const folder = mkdtempSync(path.join(tmpdir(), "altlas-rehearsal-"));
  try {
    await startControlPlane({ folder, nodes: [], progress });
  } catch (error) {
    await resetControlPlane(folder);
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  const layout = layoutOf(folder);
  const client = clientFor(layout, savedPorts(layout).apiserver ?? 0);
  return {
    client,
    setNodes: async (nodes) => {
      await reconcileNodes(client, nodes);
      await until(
        async () => {
          const { total, ready } = await countNodes(client);
          return total === nodes.length && ready === total;
        },
        nodesTimeout,
        "the simulated nodes to be ready",
      );
    },
    pods: async (namespace, which = "all") => {
      const place = `/api/v1/namespaces/${namespace}/pods${which === "all" ? "" : "?fieldSelector=spec.nodeName%3D"}`;
      return (await client.call<ObjectList<PodObject>>("GET", place, undefined, patience)).items;
    },
    make: async (place, object) => {
      try {
        await client.call("POST", place, object, patience);
      } catch (error) {
        if (!(error instanceof ApiError && error.reason === "AlreadyExists")) throw error;
      }
    },
    remove: async () => {
      client.close();
      await resetControlPlane(folder);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Waits until the condition holds.
 * @throws when it does not within so many milliseconds; the message says what was waited for.
 */
export async function until(condition: () => Promise<boolean>, timeout: number, what: string): Promise<void> {
  const end = performance.now() + timeout;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`Waited ${Math.round(timeout / 1000)} s in vain for ${what}.`);
    await sleep(150);
  }
}

/** Works on many things with a bounded number of requests at once, in their order. */
export async function inBatches<Item>(items: readonly Item[], size: number, work: (item: Item) => Promise<void>) {
  for (let start = 0; start < items.length; start += size) {
    await Promise.all(items.slice(start, start + size).map(work));
  }
}
