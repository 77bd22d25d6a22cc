import { setTimeout as sleep } from "node:timers/promises";
import { ledger, type LedgerRow } from "../model/disruption/ledger";
import { type Footprint } from "../model/footprint";
import { type NodePool } from "../model/node-pool";
import { reconcileNodes } from "../sandbox/control-plane/reconcile-nodes";
import { inBatches, type PodObject, type RehearsalCluster } from "./cluster";
import { prepareTrials, refusal } from "./schedule";
import { trialNamespace } from "./trial";
import { deploy, hasZonalVolume, minimumNodes, ready, workloadLabel, workloadsOf } from "./workloads";

/** What the loss of a zone did to one workload. */
export interface ZoneEffect {
  readonly workload: string;
  readonly pods: number;
  /** Pods that were in the zone, and the most that the ledger says. */
  readonly lost: number;
  readonly atMost: number;
  /** Whether what was left served, and whether the ledger says that it always does. */
  readonly served: boolean;
  readonly promised: boolean;
  /** Pods that find no place on the nodes that are left. */
  readonly pending: number;
  /** Pods that wait for their volume's zone whatever nodes come. */
  readonly bound: number;
  readonly wrong: boolean;
}

/** The loss of one zone. */
export interface ZoneLoss {
  readonly zone: string;
  readonly effects: readonly ZoneEffect[];
}

/** Milliseconds without a change after which the scheduler has said its last word. */
const settled = 4000;
const timeout = 90_000;

/**
 * Deletes the nodes of a zone with what runs on them, the workloads at their smallest and the autoscaler absent, and
 * compares what is lost with the ledger.
 */
export async function rehearseZoneLoss(
  cluster: RehearsalCluster,
  { pools, footprints }: { readonly pools: readonly NodePool[]; readonly footprints: readonly Footprint[] },
  zone: string,
): Promise<ZoneLoss> {
  await prepareTrials(cluster);
  const nodes = minimumNodes(pools, footprints);
  await cluster.setNodes(nodes);
  const workloads = workloadsOf(footprints);
  await deploy(cluster, workloads, pools);
  const rows = new Map(
    ledger(
      workloads.map(({ footprint, maxUnavailable }) => ({
        footprint,
        quorum: footprint.spread?.alone !== undefined,
        ...(maxUnavailable === undefined ? {} : { maxUnavailable }),
      })),
      (name) => ground(pools.find((pool) => pool.name === name)),
    ).map((row) => [row.name, row]),
  );
  const gone = new Set(
    nodes.filter(({ labels }) => labels["topology.kubernetes.io/zone"] === zone).map(({ name }) => name),
  );
  const before = await cluster.pods(trialNamespace);
  const lost = before.filter((pod) => gone.has(pod.spec.nodeName ?? ""));
  await reconcileNodes(
    cluster.client,
    nodes.filter(({ name }) => !gone.has(name)),
  );
  // Kubernetes removes the pods of a node that is gone after a minute; nothing else happens meanwhile.
  await inBatches(lost, 20, async ({ metadata: { name } }) => {
    await cluster.client.call("DELETE", `/api/v1/namespaces/${trialNamespace}/pods/${name}?gracePeriodSeconds=0`);
  });
  const after = await settle(cluster);
  return {
    zone,
    effects: workloads.map((workload) => {
      const of = (pods: readonly PodObject[]) =>
        pods.filter(({ metadata }) => metadata.labels?.[workloadLabel] === workload.name);
      const row = rows.get(workload.name);
      const waiting = of(after).filter(({ spec }) => spec.nodeName === undefined).length;
      return effect(workload.name, workload.pods, of(lost).length, waiting, hasZonalVolume(workload), row);
    }),
  };
}

function effect(
  workload: string,
  pods: number,
  lost: number,
  pending: number,
  zonal: boolean,
  row: LedgerRow | undefined,
): ZoneEffect {
  const atMost = row?.zoneLoss.lost ?? 0;
  const promised = row?.zoneLoss.serves ?? false;
  const served = pods - lost >= (row?.needed ?? 1);
  const bound = zonal ? lost : 0;
  // A pod whose volume is in the zone waits for it; nothing may be lost beyond the ledger, nor served less than it says.
  const wrong = lost > atMost || (promised && !served) || pending < bound || pending > lost;
  return { workload, pods, lost, atMost, served, promised, pending, bound, wrong };
}

function ground(pool: NodePool | undefined) {
  const zones = Math.max(1, Math.min(pool?.zones.length ?? 1, pool?.minimum ?? 1));
  return { nodes: pool?.minimum ?? 0, zones };
}

async function settle(cluster: RehearsalCluster): Promise<readonly PodObject[]> {
  const end = performance.now() + timeout;
  let [before, since] = ["", performance.now()];
  for (;;) {
    const pods = await cluster.pods(trialNamespace);
    const waiting = pods.filter(({ spec }) => spec.nodeName === undefined);
    const state = `${pods.length}:${ready(pods).length}:${waiting.map(({ metadata }) => metadata.name).join()}`;
    if (state !== before) [before, since] = [state, performance.now()];
    const decided = waiting.every((pod) => refusal(pod) !== undefined);
    if (decided && performance.now() - since > settled) return pods;
    if (performance.now() > end) throw new Error(`The scheduler has not decided on ${waiting.length} pods.`);
    await sleep(300);
  }
}
