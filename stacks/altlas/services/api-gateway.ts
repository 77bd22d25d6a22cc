import { type Contract, type EnvironmentVariable, type Service, type Volume } from "../../../model/service";
import { databaseEnvironment } from "../database/edges";
import { gatewayDefects } from "./api-gateway-defects";
import { propagationSeconds, socketLiveness, targetEnvironment, targetMetrics, targetProbes } from "./target";

const port = 3000;
const planProbe = { delay: 30, period: 10, timeout: 5 };
/** Longest call that the gateway waits for: 15 s to the runner (serviceIntegration.ts). */
const longestCallSeconds = 15;

/** Variables that both contracts have; all of them are read by `src/`, none is there for the reader's comfort. */
const environment: readonly EnvironmentVariable[] = [
  {
    name: "NODE_ENV",
    kind: "value",
    value: "production",
    why: "`development` opens CORS to every origin and `test` neither listens nor talks to the cache.",
  },
  {
    name: "JWT_SECRET",
    kind: "secret",
    secret: "jwt-secret",
    why: "Signs tokens; without it the process exits with 1.",
  },
  {
    name: "CORS_ORIGIN",
    kind: "setting",
    setting: "corsOrigins",
    why: "Allowed origins; empty refuses every browser.",
  },
  {
    name: "REDIS_URL",
    kind: "secret",
    secret: "cache-url",
    why: "The only cache setting that is read; the password must be inside it, or readiness stays 503 (D11).",
  },
  serviceUrl("SEGMENTATION_SERVICE_URL", "segmentation-service"),
  serviceUrl("RUNNER_SERVICE_URL", "runner-service"),
  serviceUrl("ARCHIVE_SERVICE_URL", "archive-service"),
  serviceUrl("AI_ORCHESTRATOR_URL", "ai-orchestrator"),
  {
    name: "METRICS_API_KEY",
    kind: "secret",
    secret: "metrics-api-key",
    why: "Closes /metrics, which shares its port with what the internet reaches; asked for in the header x-api-key.",
  },
  {
    name: "OTEL_SDK_DISABLED",
    kind: "value",
    value: "true",
    why: "Tracing always starts and there is no collector: without this it retries localhost:4318 for ever.",
  },
  mail({ name: "SMTP_HOST", kind: "setting", setting: "mailHost", why: "Server for password resets." }),
  mail({ name: "SMTP_PORT", kind: "setting", setting: "mailPort", why: "Its submission port." }),
  mail({
    name: "SMTP_SECURE",
    kind: "value",
    value: "false",
    why: "STARTTLS on 587; `true` means TLS from the start on 465.",
  }),
  mail({ name: "SMTP_USER", kind: "secret", secret: "smtp-user", why: "Otherwise a constant in the source is used." }),
  mail({
    name: "SMTP_PASS",
    kind: "secret",
    secret: "smtp-password",
    why: "Otherwise a constant in the source is used.",
  }),
  mail({ name: "EMAIL_FROM", kind: "setting", setting: "mailFrom", why: "Sender of password resets." }),
  mail({ name: "FRONTEND_URL", kind: "setting", setting: "frontendUrl", why: "Where the link in the mail leads." }),
];

const uploads: Volume = {
  name: "uploads",
  kind: "scratch",
  mountPath: "/app/uploads",
  sizeLimit: "1Gi",
  why: "Uploads wait here until they are passed on and deleted: 20 at once of at most 50 MB each (fileRoutes.ts).",
};
const temporary: Volume = {
  name: "tmp",
  kind: "scratch",
  mountPath: "/tmp",
  sizeLimit: "64Mi",
  why: "npm, which starts the process, keeps its cache and logs here; the root file system is read-only.",
};

const current: Contract = {
  port,
  protocol: "http",
  probes: {
    liveness: socketLiveness(planProbe),
    readiness: {
      handler: { kind: "http", path: "/health" },
      initialDelaySeconds: 5,
      // 30 hits in 15 minutes. A proxy in the pod makes the kubelet and a scraper at every 15 s (60 hits) one address,
      // and the limiter answers everything beyond 100 hits in 15 minutes from one address with 429, health included.
      periodSeconds: 30,
      timeoutSeconds: 5,
      // Two: with the long period a third would keep a pod without its cache in rotation for a minute and a half.
      failureThreshold: 2,
      why: "Stays within the limiter of 100 hits in 15 minutes for each address, which does not exempt /health (D09).",
    },
  },
  metrics: { path: "/metrics", keySecret: "metrics-api-key" },
  environment: [
    { name: "PORT", kind: "value", value: String(port), why: "Listening port (src/index.ts)." },
    { name: "LOG_LEVEL", kind: "setting", setting: "logLevel", why: "Level of the logger (src/utils/logger.ts)." },
    ...environment,
    {
      name: "npm_config_cache",
      kind: "value",
      value: "/tmp/npm",
      why: "npm's default lies in a home that does not exist.",
    },
  ],
  volumes: [
    {
      name: "logs",
      kind: "scratch",
      mountPath: "/app/logs",
      sizeLimit: "1Gi",
      why: "In production the logger also writes files, cut at 20 MB but kept by days (src/utils/logger.ts).",
    },
    uploads,
    temporary,
  ],
  shutdown: {
    // Handlers race and the process ends 0.3 s after SIGTERM without draining: what is in flight must end before.
    preStopSeconds: propagationSeconds + longestCallSeconds,
    drainSeconds: 10,
    why: "No draining: the wait before SIGTERM covers propagation and the longest call; exit is forced after 10 s (D49).",
  },
  // Node's default, seen in answers; Envoy or a load balancer that keeps longer meets closed connections.
  keepAliveSeconds: 5,
};

const targetDrainSeconds = longestCallSeconds + 5;

const target: Contract = {
  port,
  protocol: "http",
  probes: targetProbes(planProbe),
  metrics: { ...targetMetrics, keySecret: "metrics-api-key" },
  environment: [
    ...targetEnvironment({ port, drainSeconds: targetDrainSeconds }),
    ...environment,
    ...databaseEnvironment("api-gateway", "gateway-database-url"),
  ],
  volumes: [uploads, temporary],
  shutdown: {
    preStopSeconds: propagationSeconds,
    drainSeconds: targetDrainSeconds,
    why: "Stops accepting, then finishes what is in flight: the longest call of 15 s and its answer.",
  },
  // Above the 60 s after which load balancers and Envoy's upstream pools drop an idle connection.
  keepAliveSeconds: 75,
};

/** The only service that the ingress reaches: authentication, limits and the way to the other four. */
export const apiGateway: Service = {
  name: "api-gateway",
  description: "HTTP API for clients: authentication, limits, and the way to the other four services.",
  runtime: "node",
  owner: "worker-1",
  contracts: { current, target },
  // Plan's table (2.2.1).
  resources: { requests: { cpu: "500m", memory: "512Mi" }, limits: { cpu: "1", memory: "1Gi" } },
  // 122 MB resident when idle (measured on Node 20), twice that: below it the process swaps garbage for requests (D28).
  memoryFloor: "256Mi",
  // Plan's table (2.4.1).
  replicas: { minimum: 3, maximum: 20 },
  pool: "general",
  // Plan's table: 70 % CPU. Its memory target is left out: memory does not fall with load (decision 5).
  scaling: [
    { kind: "cpu", utilisationPercent: 70 },
    // 200 requests per second of the plan over its 3 pods; used where the custom-metrics API is there (2.4.3).
    { kind: "requestsPerSecond", metric: "http_requests_per_second", perPod: 67 },
  ],
  objective: { p95Milliseconds: 200, requestsPerSecond: 200, errorRatio: 0.0005 },
  stateInMemory: {
    what: [
      "users and password-reset tokens",
      "sessions and the token blacklist",
      "rate-limit counters",
      "commands and their state",
      "circuit breakers",
    ],
    consequence:
      "A user registered or logged in on one pod is unknown to the others and gone with the pod; limits multiply with the number of pods.",
  },
  defects: gatewayDefects,
};

function serviceUrl(name: string, endpoint: string): EnvironmentVariable {
  return {
    name,
    kind: "endpoint",
    endpoint,
    scheme: "http",
    why: "The defaults in the source are ports nobody listens on.",
  };
}

function mail(variable: EnvironmentVariable): EnvironmentVariable {
  return { ...variable, needs: "mail" };
}
