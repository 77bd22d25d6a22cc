import { type Contract, type Service } from "../../../model/service";
import { databaseConnections } from "../database/edges";
import { archiveDefects } from "./archive-service-defects";
import {
  failureThreshold,
  propagationSeconds,
  socketLiveness,
  targetEnvironment,
  targetMetrics,
  targetProbes,
} from "./target";

const port = 9000;
const planProbe = { delay: 30, period: 10, timeout: 5 };
/** The gateway gives up after 8 s (serviceIntegration.ts). */
const longestCallSeconds = 8;
/** Longest query that its pool allows (internal/repository_optimized/db_manager.go). */
const longestQuerySeconds = 30;

const current: Contract = {
  port,
  protocol: "http",
  probes: {
    liveness: socketLiveness(planProbe),
    readiness: {
      handler: { kind: "http", path: "/health" },
      initialDelaySeconds: 5,
      periodSeconds: planProbe.period,
      timeoutSeconds: planProbe.timeout,
      failureThreshold,
      why: "The one health path of main.go, static; numbers of the plan's table.",
    },
  },
  // It reads no variable at all: port, database and NATS are compiled in (D13).
  environment: [],
  volumes: [
    {
      name: "logs",
      kind: "scratch",
      mountPath: "/app/logs",
      sizeLimit: "1Gi",
      why: "The logger appends to a file below its working directory and never cuts it (internal/logging/logger.go).",
    },
  ],
  shutdown: {
    preStopSeconds: propagationSeconds + longestCallSeconds,
    // Nothing drains; the rest is the time in which deferred closes of database and NATS return.
    drainSeconds: 5,
    why: "main returns without draining: the wait before SIGTERM covers propagation and the gateway's 8 s (D49).",
  },
};

const target: Contract = {
  port,
  protocol: "http",
  probes: targetProbes(planProbe),
  metrics: targetMetrics,
  environment: [
    ...targetEnvironment({ port, drainSeconds: longestQuerySeconds }),
    {
      name: "DATABASE_URL",
      kind: "secret",
      secret: "archive-database-url",
      why: "The name that the project's manifests already set, and nobody reads (D13).",
    },
    {
      name: "DATABASE_MIGRATION_URL",
      kind: "secret",
      secret: "archive-migration-url",
      why: "Its migrations hold a lock of their session, which a pooler in transaction mode would give to somebody else.",
    },
    databaseConnections("archive-service"),
    {
      name: "NATS_URL",
      kind: "secret",
      secret: "archive-nats-url",
      why: "NATS with a user, in place of the compiled-in address without one (D48).",
    },
    { name: "NATS_SUBJECT", kind: "value", value: "last.files", why: "The subject that it subscribes to today." },
    {
      name: "NATS_QUEUE_GROUP",
      kind: "value",
      value: "archive-service",
      why: "Each message reaches one pod, as today.",
    },
  ],
  volumes: [],
  shutdown: {
    preStopSeconds: propagationSeconds,
    drainSeconds: longestQuerySeconds,
    why: "Stops its subscription, then finishes the message in hand: at most one query of 30 s.",
  },
};

/** Keeps results and searches them; the only service with a database. */
export const archiveService: Service = {
  name: "archive-service",
  description: "Stores .last files and their atlas entries, and searches them.",
  runtime: "go",
  owner: "worker-4",
  contracts: { current, target },
  // Plan's table (2.2.1).
  resources: { requests: { cpu: "500m", memory: "512Mi" }, limits: { cpu: "1", memory: "1Gi" } },
  // Not measured: it does not start without a database on localhost. The smallest request in the project's manifests.
  memoryFloor: "128Mi",
  // Plan's table (2.4.1).
  replicas: { minimum: 2, maximum: 12 },
  pool: "general",
  // Plan's table: 70 % CPU. Its memory target is left out: memory does not fall with load (decision 5).
  scaling: [
    { kind: "cpu", utilisationPercent: 70 },
    // 120 requests per second of the plan over its 2 pods (2.4.3).
    { kind: "requestsPerSecond", metric: "http_requests_per_second", perPod: 60 },
  ],
  objective: {
    p95Milliseconds: 180,
    requestsPerSecond: 120,
    errorRatio: 0.0005,
    why: "The plan says 0 %, which leaves no budget to alert on; 0.05 % is its strictest other figure, the gateway's, behind which it stands.",
  },
  defects: archiveDefects,
};
