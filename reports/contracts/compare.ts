import { type Edge } from "../../model/endpoint";
import { type Contract, type Defect, type ProbeHandler, type Service } from "../../model/service";

/** One thing that a service's owners must do before it keeps its target contract. */
export interface Task {
  readonly area: "probes" | "metrics" | "environment" | "shutdown" | "files";
  readonly what: string;
}

/** What the two contracts of a service differ in: what there is to do, and what it is good for. */
export interface Comparison {
  readonly tasks: readonly Task[];
  readonly gains: readonly string[];
}

/** Compares the two contracts of a service; every task comes from a difference, so nothing is listed that is done. */
export function compareContracts(service: Service, edges: readonly Edge[]): Comparison {
  const { current, target } = service.contracts;
  return {
    tasks: [
      ...probeTasks(current, target),
      ...metricsTasks(current, target),
      ...environmentTasks(current, target),
      ...shutdownTasks(current, target),
      ...fileTasks(current, target),
    ],
    gains: gains(service, edges),
  };
}

/** How many defects there are of each severity, most severe first; severities without any are left out. */
export function countBySeverity(defects: readonly Defect[]): { severity: Defect["severity"]; count: number }[] {
  return (["critical", "high", "medium", "low"] as const)
    .map((severity) => ({ severity, count: defects.filter((defect) => defect.severity === severity).length }))
    .filter(({ count }) => count > 0);
}

function describeHandler(handler: ProbeHandler): string {
  return handler.kind === "http" ? `GET ${handler.path}` : "an open socket";
}

function probeTasks(current: Contract, target: Contract): Task[] {
  const { liveness, readiness } = target.probes;
  const tasks: Task[] = [];
  const differs = (one: ProbeHandler, other: ProbeHandler) => describeHandler(one) !== describeHandler(other);
  if (differs(current.probes.liveness.handler, liveness.handler)) {
    const today = describeHandler(current.probes.liveness.handler);
    tasks.push({
      area: "probes",
      what: `Answer ${describeHandler(liveness.handler)} without asking any dependency; today liveness is ${today}.`,
    });
  }
  if (differs(current.probes.readiness.handler, readiness.handler)) {
    const today = describeHandler(current.probes.readiness.handler);
    tasks.push({
      area: "probes",
      what: `Answer ${describeHandler(readiness.handler)} with 503 while it cannot serve; today readiness is ${today}.`,
    });
  }
  return tasks;
}

function metricsTasks(current: Contract, target: Contract): Task[] {
  if (!target.metrics || current.metrics?.path === target.metrics.path) return [];
  const today = current.metrics ? `today they are at ${current.metrics.path}` : "today there are none";
  return [{ area: "metrics", what: `Export metrics at GET ${target.metrics.path}; ${today}.` }];
}

function environmentTasks(current: Contract, target: Contract): Task[] {
  const name = (variable: { readonly name: string }) => variable.name;
  const [today, later] = [current.environment.map(name), target.environment.map(name)];
  const added = target.environment.filter((variable) => !today.includes(variable.name));
  const dropped = today.filter((variable) => !later.includes(variable));
  return [
    ...added.map((variable): Task => ({ area: "environment", what: `Read ${variable.name}: ${variable.why}` })),
    ...(dropped.length === 0
      ? []
      : [{ area: "environment" as const, what: `Do without ${dropped.join(", ")}, which the target no longer sets.` }]),
  ];
}

function shutdownTasks(current: Contract, target: Contract): Task[] {
  const tasks: Task[] = [];
  const [today, later] = [current.shutdown, target.shutdown];
  if (today.why !== later.why || today.drainSeconds !== later.drainSeconds) {
    tasks.push({ area: "shutdown", what: `End within ${later.drainSeconds} s of SIGTERM. ${later.why}` });
  }
  if (target.keepAliveSeconds !== undefined && target.keepAliveSeconds !== current.keepAliveSeconds) {
    const before = current.keepAliveSeconds === undefined ? "" : `; today it is ${current.keepAliveSeconds} s`;
    tasks.push({ area: "shutdown", what: `Keep idle connections open for ${target.keepAliveSeconds} s${before}.` });
  }
  return tasks;
}

function fileTasks(current: Contract, target: Contract): Task[] {
  const later = new Map(target.volumes.map((volume) => [volume.mountPath, volume]));
  const today = new Set(current.volumes.map(({ mountPath }) => mountPath));
  const readOnly = (volume: Contract["volumes"][number]) => volume.kind === "claim" && volume.readOnly === true;
  return [
    ...current.volumes.flatMap((volume): Task[] => {
      const kept = later.get(volume.mountPath);
      if (!kept) return [{ area: "files", what: `Write nothing below ${volume.mountPath}.` }];
      if (readOnly(kept) && !readOnly(volume)) {
        return [{ area: "files", what: `Only read below ${volume.mountPath}. ${kept.why}` }];
      }
      return [];
    }),
    ...target.volumes
      .filter(({ mountPath }) => !today.has(mountPath))
      .map((volume): Task => ({ area: "files", what: `Use ${volume.mountPath}. ${volume.why}` })),
  ];
}

function gains(service: Service, edges: readonly Edge[]): string[] {
  const { current, target } = service.contracts;
  const found: string[] = [];
  if (target.metrics && !current.metrics) {
    found.push("Metrics of its own are scraped: what it does is seen from inside, not only from outside.");
    const rate = service.scaling.find((signal) => signal.kind === "requestsPerSecond");
    if (rate)
      found.push(
        `Scaling on requests per second (${rate.perPod} for each pod) that it counts itself, with or without a mesh.`,
      );
  }
  if (current.probes.liveness.handler.kind === "tcp" && target.probes.liveness.handler.kind === "http") {
    found.push("A process that hangs with its socket open is found and restarted.");
  }
  const [today, later] = [current.shutdown, target.shutdown];
  if (later.drainSeconds > today.drainSeconds || later.preStopSeconds < today.preStopSeconds) {
    found.push(
      `A drained end: up to ${later.drainSeconds} s to finish what has begun, where SIGTERM comes after ` +
        `${later.preStopSeconds} s and not ${today.preStopSeconds} s of waiting.`,
    );
  }
  const secrets = (contract: Contract) =>
    contract.environment.flatMap((variable) => (variable.kind === "secret" ? [variable.name] : []));
  const added = secrets(target).filter((name) => !secrets(current).includes(name));
  if (added.length > 0) found.push(`Addresses with passwords of its own, by reference: ${added.join(", ")}.`);
  for (const edge of edges) {
    if (edge.status === "proposed" && edge.follows !== "callee" && edge.from === service.name) {
      found.push(`A way to ${edge.to}:${edge.port}. ${edge.purpose}`);
    }
  }
  if (fileTasks(current, target).some(({ what }) => what.startsWith("Write nothing"))) {
    found.push("No pod that is evicted because its files filled a volume.");
  }
  return found;
}
