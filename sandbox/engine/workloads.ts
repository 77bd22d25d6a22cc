import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type Column, renderTable } from "./table";

// The few fields read here, of many; the API server guarantees them.
interface Metadata {
  name: string;
  uid?: string;
  namespace: string;
  labels?: Record<string, string>;
  ownerReferences?: { kind: string; name: string; controller?: boolean }[];
}
interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}
interface PodSpec {
  containers: { name: string; resources?: { requests?: Record<string, string> } }[];
}
interface ContainerStatus {
  name: string;
  state?: { waiting?: { reason?: string; message?: string }; terminated?: { reason?: string; exitCode: number } };
}

/** An object of the cluster, as `kubectl get -o json` prints it. */
export interface ClusterObject {
  kind: string;
  metadata: Metadata;
  spec?: {
    replicas?: number;
    minReplicas?: number;
    maxReplicas?: number;
    minAvailable?: number | string;
    maxUnavailable?: number | string;
    scaleTargetRef?: { kind: string; name: string };
    selector?: { matchLabels?: Record<string, string> };
    template?: { metadata?: { labels?: Record<string, string> }; spec: PodSpec };
  };
  status?: {
    phase?: string;
    conditions?: Condition[];
    containerStatuses?: ContainerStatus[];
    readyReplicas?: number;
    replicas?: number;
    numberReady?: number;
    desiredNumberScheduled?: number;
  };
}

/** Reads objects of the cluster. */
export type Read = (kinds: string[]) => Promise<ClusterObject[]>;

/** A reader by kubectl. Each call has a limit of ten seconds, so that a dead API server is noticed. */
export function readWithKubectl(kubectl: string, environment: Record<string, string>): Read {
  return async (kinds) => {
    const args = ["get", kinds.join(","), "--all-namespaces", "--output", "json", "--request-timeout", "10s"];
    const options = { env: environment, maxBuffer: 256 * 1024 * 1024 };
    const { stdout } = await promisify(execFile)(kubectl, args, options);
    return (JSON.parse(stdout) as { items: ClusterObject[] }).items;
  };
}

const SUFFIXES: Record<string, number> = {
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** A Kubernetes quantity as a number: cores or bytes. */
export function parseQuantity(text: string): number {
  const [, value = "0", suffix = ""] = /^([0-9.]+)([A-Za-z]*)$/.exec(text) ?? [];
  return Number(value) * (suffix === "" ? 1 : (SUFFIXES[suffix] ?? Number.NaN));
}

const cores = (value: number) => (value === 0 ? "-" : String(Math.round(value * 1000) / 1000));
const mebibytes = (value: number) => (value === 0 ? "-" : `${Math.round(value / 2 ** 20)} MiB`);

function requests(object: ClusterObject, resource: string): number {
  const containers = object.spec?.template?.spec.containers ?? [];
  return containers.reduce((sum, { resources }) => sum + parseQuantity(resources?.requests?.[resource] ?? "0"), 0);
}

function selects(selector: Record<string, string> | undefined, labels: Record<string, string> | undefined): boolean {
  const wanted = Object.entries(selector ?? {});
  return wanted.length > 0 && wanted.every(([name, value]) => labels?.[name] === value);
}

function describeBudget(budget: ClusterObject | undefined): string {
  const { minAvailable, maxUnavailable } = budget?.spec ?? {};
  if (minAvailable !== undefined) return `${minAvailable} stay`;
  return maxUnavailable === undefined ? "-" : `${maxUnavailable} may go`;
}

const COLUMNS: Column[] = [
  { title: "NAMESPACE" },
  { title: "WORKLOAD" },
  { title: "READY", align: "right" },
  { title: "CPU", align: "right" },
  { title: "MEMORY", align: "right" },
  { title: "AUTOSCALER", align: "right" },
  { title: "BUDGET", align: "right" },
];

/** One line of the final table. */
export interface Workload {
  namespace: string;
  kind: string;
  name: string;
  ready: number;
  wanted: number;
  /** Cores requested by all its pods. */
  cpu: number;
  /** Bytes requested by all its pods. */
  memory: number;
  /** Replicas the autoscaler keeps between; absent without one. */
  autoscaler?: { minimum: number; maximum: number };
  /** What its disruption budget leaves or allows, such as "1 stay"; "-" without one. */
  budget: string;
}

const WORKLOAD_KINDS = ["Deployment", "StatefulSet", "DaemonSet"];

/** Everything read for the table. */
export const TABLE_KINDS = [
  "deployments.apps",
  "statefulsets.apps",
  "daemonsets.apps",
  "horizontalpodautoscalers.autoscaling",
  "poddisruptionbudgets.policy",
];

/** The workloads among `objects`, with their autoscaler and budget, ordered by namespace and name. */
export function listWorkloads(objects: ClusterObject[]): Workload[] {
  const inNamespace = (kind: string, namespace: string) =>
    objects.filter((object) => object.kind === kind && object.metadata.namespace === namespace);
  return objects
    .filter(({ kind }) => WORKLOAD_KINDS.includes(kind))
    .map((object) => {
      const { kind, metadata, spec, status } = object;
      const { namespace, name } = metadata;
      const wanted = status?.desiredNumberScheduled ?? spec?.replicas ?? status?.replicas ?? 0;
      const scaler = inNamespace("HorizontalPodAutoscaler", namespace).find(
        ({ spec: target }) => target?.scaleTargetRef?.kind === kind && target.scaleTargetRef.name === name,
      );
      const labels = spec?.template?.metadata?.labels;
      const budget = inNamespace("PodDisruptionBudget", namespace).find((candidate) =>
        selects(candidate.spec?.selector?.matchLabels, labels),
      );
      const limits = { minimum: scaler?.spec?.minReplicas ?? 1, maximum: scaler?.spec?.maxReplicas ?? 0 };
      return {
        namespace,
        kind,
        name,
        ready: status?.readyReplicas ?? status?.numberReady ?? 0,
        wanted,
        cpu: requests(object, "cpu") * wanted,
        memory: requests(object, "memory") * wanted,
        ...(scaler ? { autoscaler: limits } : {}),
        budget: describeBudget(budget),
      };
    })
    .sort((a, b) => `${a.namespace}/${a.name}`.localeCompare(`${b.namespace}/${b.name}`));
}

/** The final table of `npm start`; the last line adds the requests up. */
export function renderWorkloads(workloads: Workload[]): string {
  const rows = workloads.map(({ namespace, kind, name, ready, wanted, cpu, memory, autoscaler, budget }) => [
    namespace,
    kind === "Deployment" ? name : `${name} (${kind})`,
    `${ready}/${wanted}`,
    cores(cpu),
    mebibytes(memory),
    autoscaler ? `${autoscaler.minimum}–${autoscaler.maximum}` : "-",
    budget,
  ]);
  const total = (of: (workload: Workload) => number) => workloads.reduce((sum, workload) => sum + of(workload), 0);
  const pods = `${total(({ ready }) => ready)}/${total(({ wanted }) => wanted)}`;
  const sum = ["", "all", pods, cores(total(({ cpu }) => cpu)), mebibytes(total(({ memory }) => memory))];
  return renderTable(COLUMNS, [...rows, sum]);
}

/** Why a pod does not run, or undefined when it does (or has done its work). */
export function podProblem({ kind, metadata, status }: ClusterObject): string | undefined {
  if (kind !== "Pod" || status?.phase === "Succeeded") return undefined;
  const condition = (type: string) => status?.conditions?.find((candidate) => candidate.type === type);
  if (status?.phase === "Running" && condition("Ready")?.status === "True") return undefined;
  const scheduled = condition("PodScheduled");
  const waiting = status?.containerStatuses?.find(({ state }) => state?.waiting ?? state?.terminated);
  const reason =
    (scheduled?.status === "False"
      ? `not scheduled: ${scheduled.message ?? scheduled.reason ?? "no reason given"}`
      : undefined) ??
    (waiting?.state?.waiting
      ? `container ${waiting.name}: ${waiting.state.waiting.reason ?? "waiting"} ${waiting.state.waiting.message ?? ""}`
      : undefined) ??
    (waiting?.state?.terminated
      ? `container ${waiting.name} ended with exit code ${waiting.state.terminated.exitCode}`
      : undefined) ??
    (status?.phase === "Running" ? "running, not ready yet" : `phase ${status?.phase ?? "unknown"}`);
  return `pod ${metadata.namespace}/${metadata.name}: ${reason.trim()}`;
}

/** Why a workload has fewer pods than wanted although none of them complains: they could not even be made. */
export function workloadProblem(object: ClusterObject): string | undefined {
  if (!WORKLOAD_KINDS.includes(object.kind)) return undefined;
  const failure = object.status?.conditions?.find(({ type, status }) => type === "ReplicaFailure" && status === "True");
  const { namespace, name } = object.metadata;
  return failure
    ? `${object.kind} ${namespace}/${name}: ${failure.message ?? failure.reason ?? "pods cannot be made"}`
    : undefined;
}

/** What a workload still lacks, or undefined. An autoscaler takes up to 15 s to raise a new workload to its minimum. */
function shortfall({ kind, namespace, name, ready, wanted, autoscaler }: Workload): string | undefined {
  const target = Math.max(wanted, wanted > 0 ? (autoscaler?.minimum ?? 0) : 0);
  return ready < target ? `${kind} ${namespace}/${name}: ${ready} of ${target} pods ready` : undefined;
}

/** What {@link waitForPods} found in the end. */
export interface PodReport {
  running: number;
  /** Sentences for those that do not run; empty when all do. */
  problems: string[];
}

/**
 * Waits until every pod of the cluster runs and is ready, and every workload has its pods.
 *
 * @param limit seconds to wait at most
 * @param onChange called with each report while waiting
 * @param interval milliseconds between two looks
 */
export async function waitForPods(
  read: Read,
  limit: number,
  onChange: (report: PodReport) => void = () => undefined,
  interval = 1000,
): Promise<PodReport> {
  const end = Date.now() + limit * 1000;
  for (;;) {
    const objects = await read(["pods", ...TABLE_KINDS.slice(0, 4)]);
    const problems = objects.map((object) => podProblem(object) ?? workloadProblem(object));
    const report = {
      running: objects.filter((object) => object.kind === "Pod" && podProblem(object) === undefined).length,
      problems: problems.filter((problem) => problem !== undefined),
    };
    if (report.problems.length === 0)
      report.problems.push(
        ...listWorkloads(objects)
          .map(shortfall)
          .filter((text) => text !== undefined),
      );
    if (report.problems.length === 0 || Date.now() >= end) return report;
    onChange(report);
    await new Promise((resolve) => setTimeout(resolve, interval));
  }
}
