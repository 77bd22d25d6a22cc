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

const port = 8001;
const planProbe = { delay: 60, period: 15, timeout: 10 };
/** The runner waits 60 s for an answer (AI_TIMEOUT_SECONDS). */
const drainSeconds = 60;

function startup(path: string): Probe {
  return {
    handler: { kind: "http", path },
    periodSeconds: 5,
    timeoutSeconds: 10,
    // Three minutes: the plan's delay of 60 s for importing torch, and 4 GB of a model at 40 MB/s from shared storage.
    failureThreshold: 36,
    why: "Slow starter (plan 1.6.2): 36 attempts every 5 s leave 60 s to import torch and two minutes to load a model.",
  };
}

const modelPath = "/app/models";

/** Variables that both contracts have, all but the last read by src/core/config.py; that one is uvicorn's. */
const environment: readonly EnvironmentVariable[] = [
  { name: "MODEL_DIR", kind: "value", value: modelPath, why: "Where the claim with the models is mounted." },
  { name: "CACHE_DIR", kind: "value", value: "/app/cache", why: "Where the scratch volume for answers is mounted." },
  { name: "CACHE_SIZE_LIMIT", kind: "value", value: "1024", why: "Megabytes; the default, below the volume's limit." },
  {
    name: "USE_GPU",
    kind: "value",
    value: "false",
    why: "No pool has GPUs; the default looks for one at every start.",
  },
  {
    name: "CORS_ORIGINS",
    kind: "value",
    value: "[]",
    why: "The default is every origin (D54); no browser reaches this service, only the gateway and the runner.",
  },
  {
    name: "WEB_CONCURRENCY",
    kind: "value",
    value: "1",
    why: "A second process would load every model again, and not know which models the first one has loaded.",
  },
];

const temporary: Volume = {
  name: "tmp",
  kind: "scratch",
  mountPath: "/tmp",
  sizeLimit: "512Mi",
  why: "Uploaded pictures and sound beyond memory wait here: ten of the gateway's largest upload of 50 MB.",
};
const cache: Volume = {
  name: "cache",
  kind: "scratch",
  mountPath: "/app/cache",
  sizeLimit: "1280Mi",
  why: "Answers kept for repetition: CACHE_SIZE_LIMIT and a quarter for its index and files being written.",
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
      why: "The one health path of src/main.py, static; numbers of the plan's table.",
    },
  },
  environment: [
    { name: "LOG_LEVEL", kind: "setting", setting: "logLevel", why: "Read in any case (src/core/logging.py)." },
    ...environment,
  ],
  volumes: [
    {
      name: "models",
      kind: "claim",
      claim: "ai-models",
      mountPath: modelPath,
      why: "One copy of the models for all pods. Writable, because each pod also writes registry.json into it.",
    },
    cache,
    {
      name: "logs",
      kind: "scratch",
      mountPath: "/app/logs",
      sizeLimit: "128Mi",
      why: "Six log files of 10 MB at most (src/core/logging.py), twice.",
    },
    {
      name: "stats",
      kind: "scratch",
      mountPath: "/app/stats",
      sizeLimit: "64Mi",
      why: "One JSON file of performance figures, rewritten (src/core/performance_monitor.py).",
    },
    temporary,
  ],
  shutdown: {
    preStopSeconds: propagationSeconds,
    drainSeconds,
    why: "uvicorn finishes requests in flight; the runner waits at most 60 s for one.",
  },
};

const target: Contract = {
  port,
  protocol: "http",
  probes: targetProbes(planProbe, startup("/health/live")),
  metrics: targetMetrics,
  environment: [
    ...targetEnvironment({ port, drainSeconds }),
    ...environment,
    ...databaseEnvironment("ai-orchestrator", "orchestrator-database-url"),
  ],
  volumes: [
    {
      name: "models",
      kind: "claim",
      claim: "ai-models",
      mountPath: modelPath,
      readOnly: true,
      why: "One copy of the models for all pods (plan 1.6.2); the registry is no longer a file beside them.",
    },
    cache,
    temporary,
  ],
  shutdown: {
    preStopSeconds: propagationSeconds,
    drainSeconds,
    why: "Inferences in flight end within the runner's 60 s.",
  },
};

/** Answers prompts, pictures and sound with models that it loads itself. */
export const aiOrchestrator: Service = {
  name: "ai-orchestrator",
  description: "Loads models and answers prompts, pictures and sound with them.",
  runtime: "python",
  owner: "worker-7",
  contracts: { current, target },
  // Plan's table (2.2.1). No model of the default list but whisper and yolo fits (D30).
  resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "2", memory: "2Gi" } },
  // Not measured: it does not start. All three manifest trees of the project request 512Mi for it.
  memoryFloor: "512Mi",
  // Plan's table (2.4.1).
  replicas: { minimum: 2, maximum: 10 },
  // The pool for AI and segmentation; its taint is the stack's.
  pool: "cpu",
  // Plan's table: 70 % CPU. Its memory target is left out: memory does not fall with load (decision 5).
  scaling: [
    { kind: "cpu", utilisationPercent: 70 },
    // 100 requests per second of the plan over its 2 pods (2.4.3).
    { kind: "requestsPerSecond", metric: "http_requests_per_second", perPod: 50 },
  ],
  objective: { p95Milliseconds: 300, requestsPerSecond: 100, errorRatio: 0.001 },
  stateInMemory: {
    what: ["which models are loaded, and their status", "index of cached answers", "performance figures"],
    consequence: "Loading a model by the API loads it on one pod; the next request may meet another that has not.",
  },
  defects: [
    {
      id: "H1",
      severity: "critical",
      what: "It cannot start: five files are syntax errors before Python 3.12 (the image has 3.10), and four packages are missing from the requirements.",
      workaround: "The image is an input of the stack; one that only answers /health is accepted.",
      remedy: "Build on Python 3.12 or later, and add psutil, Pillow, python-multipart and requests.",
    },
    {
      id: "§6",
      severity: "high",
      what: "Inference is simulated: it sleeps and answers with canned text; no model is in the image.",
      workaround: "none; figures of latency and memory say nothing about real models.",
      remedy: "Call the model runtimes, and document how models get into MODEL_DIR.",
    },
    {
      id: "D30",
      severity: "high",
      what: "The default model llama2-7b-q4 needs 4096 MB by the source's own figure; the plan's limit is 2Gi.",
      workaround: "none; it does not show while inference is simulated.",
      remedy: "Measure with the real model, then raise the plan's figures or choose a smaller model.",
    },
    {
      id: "D40",
      severity: "high",
      what: "It has no metrics; figures go to a JSON file in the pod.",
      workaround:
        "Nothing scrapes it; rates, errors and latency seen from outside come with the mesh, a layer of its own.",
      remedy: "Export /metrics as the target contract says.",
    },
    {
      id: "§6.1",
      severity: "high",
      what: "Every pod writes registry.json beside the shared models, without a lock.",
      workaround: "none; the last writer wins.",
      remedy: "Make the registry a read-only file that comes with the models, or keep it in the database.",
    },
    {
      id: "D04",
      severity: "medium",
      what: "It writes logs, figures, cache and registry below /app.",
      workaround: "Each of these folders is a volume with a limit.",
      remedy: "Log JSON to standard output, export figures as metrics.",
    },
    {
      id: "D49",
      severity: "medium",
      what: "Its hook for the end of the process is empty: loaded models and the cache's index are dropped as they are.",
      workaround: "The grace period lets requests in flight end; the cache does not outlive the pod anyway.",
      remedy: "Close models and cache in the lifespan hook.",
    },
    {
      id: "D05",
      severity: "medium",
      what: "The image's user is a system user without a fixed number.",
      workaround: "The pod sets a numeric user, and every path that is written to is a volume of that user's group.",
      remedy: "Give the user a fixed number of 10000 or more.",
    },
    {
      id: "D54",
      severity: "medium",
      what: "Its default lets pages of every origin call it.",
      workaround: "CORS_ORIGINS is the empty list, and only the gateway and the runner reach it.",
      remedy: "Make the empty list the default.",
    },
  ],
};
