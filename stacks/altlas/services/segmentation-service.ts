import { type Contract, type EnvironmentVariable, type Probe, type Service, type Volume } from "../../../model/service";
import { databaseEnvironment } from "../database/edges";
import {
  failureThreshold,
  propagationSeconds,
  socketLiveness,
  targetEnvironment,
  targetMetrics,
  targetProbes,
} from "./target";

const port = 8000;
const planProbe = { delay: 60, period: 15, timeout: 10 };
/** The gateway gives up after 10 s (serviceIntegration.ts); what takes longer is for nobody. */
const drainSeconds = 10;

/** Ready after 2.5 s where its downloads fail at once (measured); language models load on the first request. */
function startup(path: string): Probe {
  return {
    handler: { kind: "http", path },
    periodSeconds: 5,
    timeoutSeconds: 10,
    // Two minutes, twice the plan's delay of 60 s: imports are slow on a throttled CPU.
    failureThreshold: 24,
    why: "Slow starter (plan 1.3): 24 attempts every 5 s are twice the plan's liveness delay of 60 s.",
  };
}

const memoryThresholds: readonly EnvironmentVariable[] = [
  {
    name: "MEMORY_THRESHOLD_MB",
    kind: "value",
    value: "500",
    why: "It collects garbage above this; the document cache has the same figure compiled in.",
  },
  {
    name: "HIGH_MEMORY_THRESHOLD_MB",
    kind: "value",
    value: "1000",
    why: "It unloads models above this; must stay below the memory limit, or the kernel kills it first (D29).",
  },
];

const temporary: Volume = {
  name: "tmp",
  kind: "scratch",
  mountPath: "/tmp",
  sizeLimit: "64Mi",
  why: "Python's temporary files: request bodies beyond memory; the root file system is read-only.",
};

const current: Contract = {
  port,
  protocol: "http",
  probes: {
    startup: startup("/health"),
    liveness: socketLiveness(planProbe),
    readiness: {
      handler: { kind: "http", path: "/health" },
      initialDelaySeconds: 5,
      periodSeconds: planProbe.period,
      timeoutSeconds: planProbe.timeout,
      failureThreshold,
      why: "The one health path of main.py, static; numbers of the plan's table.",
    },
  },
  environment: [
    ...memoryThresholds,
    {
      name: "PYTHONPATH",
      kind: "value",
      value: "/app",
      why: "The working directory is not the code's, which is imported as `main`.",
    },
    {
      name: "HTTPS_PROXY",
      kind: "value",
      // The discard port of the pod itself: refused in milliseconds. Dropped packets instead would hold each of the
      // three downloads for the two minutes of TCP's connection attempts, beyond every probe.
      value: "http://127.0.0.1:9",
      why: "Downloads of language data at import fail at once instead of hanging in default deny; nothing else uses HTTPS.",
    },
  ],
  workingDirectory: "/var/lib/segmentation",
  volumes: [
    {
      name: "work",
      kind: "scratch",
      mountPath: "/var/lib/segmentation",
      sizeLimit: "2Gi",
      why: "main.py appends to segmentation_service.log in its working directory and never cuts it.",
    },
    temporary,
  ],
  shutdown: {
    preStopSeconds: propagationSeconds,
    drainSeconds,
    why: "uvicorn finishes requests in flight (1.6 s when idle, measured); callers wait at most 10 s.",
  },
};

const target: Contract = {
  port,
  protocol: "http",
  probes: targetProbes(planProbe, startup("/health/live")),
  metrics: targetMetrics,
  environment: [
    ...targetEnvironment({ port, drainSeconds }),
    ...memoryThresholds,
    {
      name: "ALT_FILE_STORAGE_PATH",
      kind: "value",
      value: "/var/lib/altlas/alt",
      why: "Where .alt files are written for the runner; the name that src/enhanced_main.py already reads.",
    },
    ...databaseEnvironment("segmentation-service", "segmentation-database-url"),
  ],
  volumes: [
    {
      name: "alt-files",
      kind: "claim",
      claim: "alt-files",
      mountPath: "/var/lib/altlas/alt",
      why: "The runner takes a path, not a body: what is segmented here must be a file there.",
    },
    temporary,
  ],
  shutdown: {
    preStopSeconds: propagationSeconds,
    drainSeconds,
    why: "Requests in flight end within the gateway's 10 s.",
  },
};

/** Splits commands into tasks; the heaviest user of CPU beside the models. */
export const segmentationService: Service = {
  name: "segmentation-service",
  description: "Splits a command in natural language into tasks and writes them as an .alt file.",
  runtime: "python",
  owner: "worker-2",
  contracts: { current, target },
  // Plan's table (2.2.1).
  resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "2", memory: "2Gi" } },
  // Idles at 127 MB with spaCy imported (measured), but unloads its models only above 1000 MB: with the plan's ratio
  // of 2 a request of 512Mi is the smallest whose limit (1Gi, 1074 MB) lies above that (D29).
  memoryFloor: "512Mi",
  // Plan's table (2.4.1).
  replicas: { minimum: 3, maximum: 15 },
  // The pool for AI and segmentation; its taint is the stack's.
  pool: "cpu",
  // Plan's table: 70 % CPU. Its memory target is left out: memory does not fall with load (decision 5).
  scaling: [
    { kind: "cpu", utilisationPercent: 70 },
    // 160 requests per second of the plan over its 3 pods (2.4.3).
    { kind: "requestsPerSecond", metric: "http_requests_per_second", perPod: 53 },
  ],
  objective: { p95Milliseconds: 250, requestsPerSecond: 160, errorRatio: 0.001 },
  defects: [
    {
      id: "H1",
      severity: "critical",
      what: "The image cannot be built and started: psutil is not among the requirements, and tr_core_news_sm is no model that spaCy can download.",
      workaround: "The image is an input of the stack; one that only answers /health is accepted.",
      remedy: "Add psutil to the requirements and choose a Turkish model that exists.",
    },
    {
      id: "§3",
      severity: "high",
      what: "Importing the code downloads language data from the internet, which default deny drops.",
      workaround: "HTTPS_PROXY points to a closed port, so that downloads fail at once and built-in lists are used.",
      remedy: "Put the language data into the image.",
    },
    {
      id: "§3.1",
      severity: "high",
      what: "No .alt file is written; the code that would, writes YAML, and the runner reads JSON.",
      workaround: "none",
      remedy: "Write JSON below ALT_FILE_STORAGE_PATH and answer with the path.",
    },
    {
      id: "D29",
      severity: "high",
      what: "It frees memory above 500 MB and unloads models above 1000 MB, more than the 512Mi limit of the project's manifests.",
      workaround: "The limit is never below 1Gi, and both thresholds are set explicitly.",
      remedy: "Derive the thresholds from the container's memory limit.",
    },
    {
      id: "D28",
      severity: "high",
      what: "It idles at 127 MB, all of the 128Mi that the project's manifests request.",
      workaround: "The plan's 1Gi is requested, never less than 512Mi, and memory does not drive the autoscaler.",
      remedy: "None needed at the plan's sizes.",
    },
    {
      id: "D40",
      severity: "high",
      what: "It has no metrics; /metrics is a 404.",
      workaround:
        "Nothing scrapes it; rates, errors and latency seen from outside come with the mesh, a layer of its own.",
      remedy: "Export /metrics as the target contract says.",
    },
    {
      id: "D04",
      severity: "medium",
      what: "It appends to a log file in its working directory without end.",
      workaround: "The working directory is a volume of 2Gi; a pod that fills it is evicted and replaced.",
      remedy: "Log JSON to standard output only.",
    },
    {
      id: "D05",
      severity: "medium",
      what: "The image's user is a system user without a fixed number.",
      workaround: "The pod sets a numeric user, and every path that is written to is a volume of that user's group.",
      remedy: "Give the user a fixed number of 10000 or more.",
    },
  ],
};
