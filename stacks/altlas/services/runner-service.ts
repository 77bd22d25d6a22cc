import { type Contract, type EnvironmentVariable, type Service, type Volume } from "../../../model/service";
import { databaseEnvironment } from "../database/edges";
import { runnerDefects } from "./runner-service-defects";
import {
  failureThreshold,
  propagationSeconds,
  socketLiveness,
  targetEnvironment,
  targetMetrics,
  targetProbes,
} from "./target";

const port = 8080;
const planProbe = { delay: 45, period: 15, timeout: 10 };
/** A task's default time, and the default wait for the orchestrator (task_manager/executor.rs, main.rs). */
const taskSeconds = 60;
/** One task that asks the orchestrator and fails to the end: four attempts, and waits of 1, 2 and 4 s between them. */
const longestTaskSeconds = 4 * taskSeconds + 1 + 2 + 4;

const spoolPath = "/var/lib/altlas/runner";
const altPath = "/var/lib/altlas/alt";

/** Variables that both contracts have, all read by src/main.rs. */
const environment: readonly EnvironmentVariable[] = [
  { name: "ALT_FILES_DIR", kind: "value", value: altPath, why: "Where the .alt files are that segmentation writes." },
  { name: "LAST_FILES_DIR", kind: "value", value: `${spoolPath}/last`, why: "Results; the default lies in the image." },
  { name: "ARTIFACTS_DIR", kind: "value", value: `${spoolPath}/artifacts`, why: "Files that tasks make." },
  {
    name: "AI_SERVICE_URL",
    kind: "endpoint",
    endpoint: "ai-orchestrator",
    scheme: "http",
    why: "The default has port 8000, where the orchestrator does not listen; it listens on 8001 (D14).",
  },
  {
    name: "AI_TIMEOUT_SECONDS",
    kind: "value",
    value: String(taskSeconds),
    why: "The default, written out for the grace period.",
  },
  {
    name: "MAX_CONCURRENT_TASKS",
    kind: "value",
    value: "4",
    why: "The default, written out: the requests of one core and 512Mi are shared by so many tasks.",
  },
  { name: "MAX_CONCURRENT_AI_TASKS", kind: "value", value: "4", why: "The default: no more waits than tasks." },
];

const volumes: readonly Volume[] = [
  {
    name: "alt-files",
    kind: "claim",
    claim: "alt-files",
    mountPath: altPath,
    // It only reads them; its start makes the folder only where there is none.
    readOnly: true,
    why: "A job names a path on this service's file system; segmentation writes there under its target contract.",
  },
  {
    name: "spool",
    kind: "ephemeral",
    mountPath: spoolPath,
    size: "10Gi",
    why: "Results and artifacts are never deleted: ten runs of the plan's archive scenario of 100 files of 10 MB.",
  },
];

const current: Contract = {
  port,
  protocol: "http",
  probes: {
    liveness: socketLiveness(planProbe),
    readiness: {
      handler: { kind: "http", path: "/api/v1/health" },
      initialDelaySeconds: 5,
      periodSeconds: planProbe.period,
      timeoutSeconds: planProbe.timeout,
      failureThreshold,
      why: "The only health path there is; /health is a 404 (D08). Numbers of the plan's table.",
    },
  },
  environment: [
    { name: "BIND_ADDRESS", kind: "value", value: `0.0.0.0:${port}`, why: "The default, written out beside the port." },
    { name: "RUST_LOG", kind: "setting", setting: "logLevel", why: "Unset, only errors are logged." },
    ...environment,
  ],
  volumes,
  shutdown: {
    // Jobs run beside the server and die with it, so the only way to let them end is to wait before SIGTERM.
    preStopSeconds: propagationSeconds + taskSeconds,
    drainSeconds: 30,
    why: "Accepted jobs are lost at SIGTERM: one task's default time passes first; actix then drains up to 30 s (D49).",
  },
};

const target: Contract = {
  port,
  protocol: "http",
  probes: targetProbes(planProbe),
  metrics: targetMetrics,
  environment: [
    ...targetEnvironment({ port, drainSeconds: longestTaskSeconds }),
    ...environment,
    {
      name: "NATS_URL",
      kind: "secret",
      secret: "runner-nats-url",
      why: "Results are announced to the archive, which subscribes and to which nobody publishes today.",
    },
    { name: "NATS_SUBJECT", kind: "value", value: "last.files", why: "The subject that the archive subscribes to." },
    ...databaseEnvironment("runner-service", "runner-database-url"),
  ],
  volumes,
  shutdown: {
    preStopSeconds: propagationSeconds,
    drainSeconds: longestTaskSeconds,
    why: "Takes no more jobs and finishes those it has; the longest task makes four attempts of 60 s with 7 s between.",
  },
};

/** Runs the tasks of .alt files, code execution included: the service to isolate most. */
export const runnerService: Service = {
  name: "runner-service",
  description: "Runs the tasks of an .alt file and writes their results as a .last file.",
  runtime: "rust",
  owner: "worker-3",
  contracts: { current, target },
  // Plan's table (2.2.1).
  resources: { requests: { cpu: "500m", memory: "512Mi" }, limits: { cpu: "1", memory: "1Gi" } },
  // Not measured: it does not compile. The smallest request that the project's own manifests give it.
  memoryFloor: "128Mi",
  // Plan's table (2.4.1).
  replicas: { minimum: 3, maximum: 16 },
  pool: "general",
  // Plan's table: 70 % CPU. Its memory target is left out: memory does not fall with load (decision 5).
  scaling: [
    { kind: "cpu", utilisationPercent: 70 },
    // 140 requests per second of the plan over its 3 pods (2.4.3).
    { kind: "requestsPerSecond", metric: "http_requests_per_second", perPod: 47 },
  ],
  objective: { p95Milliseconds: 230, requestsPerSecond: 140, errorRatio: 0.0005 },
  stateInMemory: {
    what: ["accepted jobs that still run", "task results", "number of processed files and success rate"],
    consequence: "A job accepted with 202 is lost with its pod, and only the pod that ran it knows how it ended.",
  },
  defects: runnerDefects,
};
