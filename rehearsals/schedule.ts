import { setTimeout as sleep } from "node:timers/promises";
import { inBatches, type PodObject, type RehearsalCluster, until } from "./cluster";
import { type Random } from "../model/random";
import { daemonPods, groupLabel, groupPods, type Trial, trialLabel, trialNamespace, trialNodes } from "./trial";

/** What the real scheduler did with a trial's pods in one order. */
export interface Outcome {
  readonly trial: string;
  /** Pods that found no node, by group. */
  readonly pending: Readonly<Record<string, number>>;
  /** What the scheduler says of one of them. */
  readonly says?: string;
}

/**
 * Milliseconds without a change after which the scheduler has said its last word. Where a spread kept a pod from a node,
 * it is tried again when a sibling is placed, after a delay that doubles from one second to ten; where only room was
 * lacking it is not, since nothing here makes room.
 */
const settledAfter = { quick: 2500, patient: 11_000 } as const;
/** What the scheduler says of a pod that a spread kept from some node. */
const spreadRefusal = "topology spread constraints";
const trialTimeout = 240_000;
/** Requests at once; the API server takes some 300 pods in a second on two cores. */
const atOnce = 20;

/** Prepares the namespace of the trials. */
export async function prepareTrials(cluster: RehearsalCluster): Promise<void> {
  await cluster.make("/api/v1/namespaces", { metadata: { name: trialNamespace } });
  const account = `/api/v1/namespaces/${trialNamespace}/serviceaccounts/default`;
  await until(async () => (await cluster.client.find(account)) !== undefined, 30_000, "the namespace's account");
}

/**
 * Lets the real scheduler place the pods of several trials at once, each in a random order on nodes of its own, and takes
 * everything away again.
 *
 * @param patient trials of which the scheduler is expected to place every pod: waits longer before it says otherwise.
 */
export async function runTrials(
  cluster: RehearsalCluster,
  trials: readonly Trial[],
  random: Random,
  patient: ReadonlySet<string>,
): Promise<Outcome[]> {
  await cluster.setNodes(trials.flatMap(trialNodes));
  const path = `/api/v1/namespaces/${trialNamespace}/pods`;
  await inBatches(trials.flatMap(daemonPods), atOnce, (pod) => cluster.make(path, pod));
  await settle(cluster, new Set());
  const pods = random.shuffled(trials.flatMap(groupPods));
  await inBatches(pods, atOnce, (pod) => cluster.make(path, pod));
  await settle(cluster, patient);
  const waiting = await cluster.pods(trialNamespace, "waiting");
  // One by one the API server deletes what a request asks for; so it gets several requests.
  await inBatches(trials, atOnce, async ({ name }) => {
    const which = `labelSelector=${encodeURIComponent(`${trialLabel}=${name}`)}&gracePeriodSeconds=0`;
    await cluster.client.call("DELETE", `${path}?${which}`, undefined, { timeout: trialTimeout });
  });
  await until(async () => (await cluster.pods(trialNamespace)).length === 0, trialTimeout, "the pods to go");
  return trials.map(({ name }) => outcome(name, waiting));
}

function outcome(trial: string, all: readonly PodObject[]): Outcome {
  const waiting = all.filter((pod) => pod.metadata.labels?.[trialLabel] === trial);
  const pending: Record<string, number> = {};
  for (const { metadata } of waiting) {
    const group = metadata.labels?.[groupLabel] ?? "";
    pending[group] = (pending[group] ?? 0) + 1;
  }
  const says = waiting.map(refusal).find((text) => text !== undefined);
  return { trial, pending, ...(says === undefined ? {} : { says }) };
}

/** Why the scheduler did not place a pod; `undefined` while it has not tried. */
export function refusal({ status }: PodObject): string | undefined {
  const condition = status?.conditions?.find(
    ({ type, reason }) => type === "PodScheduled" && reason === "Unschedulable",
  );
  return condition?.status === "False" ? (condition.message ?? "") : undefined;
}

/** Waits until every pod of the trials is placed or refused, and nothing has changed for long enough. */
async function settle(cluster: RehearsalCluster, patient: ReadonlySet<string>): Promise<void> {
  const end = performance.now() + trialTimeout;
  let [before, since] = ["", performance.now()];
  for (;;) {
    const waiting = await cluster.pods(trialNamespace, "waiting");
    if (waiting.length === 0) return;
    const names = waiting.map(({ metadata }) => metadata.name).join();
    if (names !== before) [before, since] = [names, performance.now()];
    const refusals = waiting.map(refusal);
    const tried = refusals.every((text) => text !== undefined);
    const hoped =
      waiting.some(({ metadata }) => patient.has(metadata.labels?.[trialLabel] ?? "")) ||
      refusals.some((text) => text?.includes(spreadRefusal));
    if (tried && performance.now() - since > settledAfter[hoped ? "patient" : "quick"]) return;
    if (performance.now() > end) throw new Error(`The scheduler has not decided on ${waiting.length} pods.`);
    await sleep(300);
  }
}
