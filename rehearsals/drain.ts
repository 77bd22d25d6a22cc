import { setTimeout as sleep } from "node:timers/promises";
import { type Footprint } from "../model/footprint";
import { type NodePool, poolLabel } from "../model/node-pool";
import { ApiError } from "../sandbox/control-plane/client";
import { reconcileNodes } from "../sandbox/control-plane/reconcile-nodes";
import { type SandboxNode } from "../sandbox/nodes";
import { type PodObject, type RehearsalCluster } from "./cluster";
import { prepareTrials, refusal } from "./schedule";
import { trialNamespace } from "./trial";
import { deploy, minimumNodes, poolNode, ready, type Workload, workloadLabel, workloadsOf } from "./workloads";

/** What happened when one node was drained. */
export interface Drain {
  readonly node: string;
  /** Pods that were evicted. */
  readonly evicted: number;
  /** Whether all of them left before the deadline. */
  readonly ended: boolean;
  /** Nodes that had to come, as the autoscaler would bring them, before the last pod could go. */
  readonly nodesAdded: number;
  /** Workloads that had fewer pods ready than their budget promises, with the fewest seen. */
  readonly below: readonly { readonly workload: string; readonly ready: number; readonly promised: number }[];
  readonly seconds: number;
}

/** Milliseconds for one drain; a real one waits 600 s for a pod, and here pods stop after one. */
const drainTimeout = 60_000;

/**
 * Drains nodes of the pools' minimum in turn through the eviction API, the workloads at their smallest.
 *
 * @param perPool nodes of each pool that are drained; without it all are.
 */
export async function rehearseDrains(
  cluster: RehearsalCluster,
  { pools, footprints }: { readonly pools: readonly NodePool[]; readonly footprints: readonly Footprint[] },
  { onDone, perPool = Infinity }: { readonly onDone?: (drain: Drain) => void; readonly perPool?: number } = {},
): Promise<Drain[]> {
  await prepareTrials(cluster);
  const nodes = minimumNodes(pools, footprints);
  await cluster.setNodes(nodes);
  const workloads = workloadsOf(footprints);
  await deploy(cluster, workloads, pools);
  const drains: Drain[] = [];
  const present = [...nodes];
  const ofPool = (pool: string) => nodes.filter(({ labels }) => labels[poolLabel] === pool).slice(0, perPool);
  for (const node of pools.flatMap(({ name }) => ofPool(name))) {
    const drain = await drainOne(cluster, node, present, workloads, { pools, footprints });
    drains.push(drain);
    onDone?.(drain);
  }
  return drains;
}

async function drainOne(
  cluster: RehearsalCluster,
  node: SandboxNode,
  present: SandboxNode[],
  workloads: readonly Workload[],
  { pools, footprints }: { readonly pools: readonly NodePool[]; readonly footprints: readonly Footprint[] },
): Promise<Drain> {
  const started = performance.now();
  await cordon(cluster, node.name, true);
  const evicted = new Set<string>();
  const below = new Map<string, { workload: string; ready: number; promised: number }>();
  let nodesAdded = 0;
  let ended = false;
  while (!ended && performance.now() - started < drainTimeout) {
    const pods = await cluster.pods(trialNamespace);
    for (const short of belowBudget(workloads, pods)) {
      const before = below.get(short.workload);
      if (!before || short.ready < before.ready) below.set(short.workload, short);
    }
    const waiting = pods.find((pod) => pod.spec.nodeName === undefined && refusal(pod) !== undefined);
    if (waiting && nodesAdded === 0) {
      nodesAdded = 1;
      await addNode(cluster, node, present, pools, footprints);
    }
    const here = pods.filter((pod) => pod.spec.nodeName === node.name);
    ended = here.length === 0 && ready(pods).length === workloads.reduce((sum, one) => sum + one.pods, 0);
    for (const pod of here) {
      if (pod.metadata.deletionTimestamp === undefined && (await evict(cluster, pod))) evicted.add(pod.metadata.name);
    }
    await sleep(200);
  }
  await cordon(cluster, node.name, false);
  const seconds = (performance.now() - started) / 1000;
  return { node: node.name, evicted: evicted.size, ended, nodesAdded, below: [...below.values()], seconds };
}

/** Workloads that have fewer ready pods than the budget leaves; those without a budget promise nothing. */
function belowBudget(workloads: readonly Workload[], pods: readonly PodObject[]) {
  const alive = ready(pods).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  return workloads.flatMap(({ name, pods: wanted, maxUnavailable }) => {
    if (maxUnavailable === undefined) return [];
    const count = alive.filter(({ metadata }) => metadata.labels?.[workloadLabel] === name).length;
    const promised = wanted - maxUnavailable;
    return count < promised ? [{ workload: name, ready: count, promised }] : [];
  });
}

/** A node of the same pool and zone, as the autoscaler or a node group's update brings it. */
async function addNode(
  cluster: RehearsalCluster,
  like: SandboxNode,
  present: SandboxNode[],
  pools: readonly NodePool[],
  footprints: readonly Footprint[],
): Promise<void> {
  const pool = pools.find(({ name }) => name === like.labels[poolLabel]);
  if (!pool) return;
  present.push(poolNode(pool, footprints, like.labels["topology.kubernetes.io/zone"] ?? "", present.length + 100));
  await reconcileNodes(cluster.client, present);
}

async function cordon(cluster: RehearsalCluster, node: string, unschedulable: boolean): Promise<void> {
  await cluster.client.call(
    "PATCH",
    `/api/v1/nodes/${node}`,
    { spec: { unschedulable } },
    { type: "application/merge-patch+json" },
  );
}

/** Asks to evict; whether it was granted. */
async function evict(cluster: RehearsalCluster, { metadata: { name, namespace } }: PodObject): Promise<boolean> {
  try {
    await cluster.client.call("POST", `/api/v1/namespaces/${namespace}/pods/${name}/eviction`, {
      apiVersion: "policy/v1",
      kind: "Eviction",
      metadata: { name, namespace },
    });
    return true;
  } catch (error) {
    // 429: the budget says not now. 404: it is gone already.
    if (error instanceof ApiError && (error.status === 429 || error.status === 404)) return false;
    throw error;
  }
}
