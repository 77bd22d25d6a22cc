import { type EnvironmentVariable, type Probe, type Probes } from "../../../model/service";

/**
 * The parts of the target contract that are the same for every service: two health paths, metrics, and configuration
 * by environment (plan 1.1.1, 2.2, 5.3.4; twelve-factor configuration is decision 1).
 */

/** Liveness numbers of one service in the plan's table, in seconds. */
export interface PlanProbe {
  readonly delay: number;
  readonly period: number;
  readonly timeout: number;
}

/** The plan names no readiness numbers beyond its own delay; the project's manifests wait 5 s (`kubernetes-manifests/`). */
const readinessDelaySeconds = 5;

/** Kubernetes' own default; the plan names no other. */
export const failureThreshold = 3;

/** Probes of a target contract: the plan's numbers on the plan's two paths. */
export function targetProbes(plan: PlanProbe, startup?: Probe): Probes {
  return {
    ...(startup === undefined ? {} : { startup }),
    liveness: {
      handler: { kind: "http", path: "/health/live" },
      initialDelaySeconds: plan.delay,
      periodSeconds: plan.period,
      timeoutSeconds: plan.timeout,
      failureThreshold,
      why: "Plan's table: path, delay, period and timeout. It must answer without asking any dependency.",
    },
    readiness: {
      handler: { kind: "http", path: "/health/ready" },
      initialDelaySeconds: readinessDelaySeconds,
      periodSeconds: plan.period,
      timeoutSeconds: plan.timeout,
      failureThreshold,
      why: "Plan's path; period and timeout as for liveness, delay as in the project's manifests (`kubernetes-manifests/`).",
    },
  };
}

/** Liveness of a current contract: a slow dependency must not kill pods (decision 1), so only the socket is asked. */
export function socketLiveness(plan: PlanProbe): Probe {
  return {
    handler: { kind: "tcp" },
    initialDelaySeconds: plan.delay,
    periodSeconds: plan.period,
    timeoutSeconds: plan.timeout,
    failureThreshold,
    why: "No cheap liveness path exists, so the socket is asked (decision 1); numbers of the plan's table.",
  };
}

/** Where a target contract's metrics are (plan 1.1.2); open, because only the scrape edge reaches the port's path. */
export const targetMetrics = { path: "/metrics" } as const;

/** Variables that every service reads under its target contract. */
export function targetEnvironment(service: { port: number; drainSeconds: number }): readonly EnvironmentVariable[] {
  return [
    {
      name: "PORT",
      kind: "value",
      value: String(service.port),
      why: "Listening port, so that no image compiles it in.",
    },
    { name: "LOG_LEVEL", kind: "setting", setting: "logLevel", why: "Level per environment (plan 5.3.5)." },
    {
      name: "LOG_FORMAT",
      kind: "value",
      value: "json",
      why: "One JSON record a line on standard output (plan 5.3.4).",
    },
    {
      name: "SHUTDOWN_TIMEOUT_SECONDS",
      kind: "value",
      value: String(service.drainSeconds),
      why: "Time to finish what has begun; equals drainSeconds of the contract, after which the pod is killed.",
    },
  ];
}

/**
 * Seconds between the announced end of a pod and the last request sent to it: endpoints reach every proxy with a delay.
 * Ten seconds is the upper end of the sleep that is usual for it; shorter and rolling updates answer with resets.
 */
export const propagationSeconds = 10;
