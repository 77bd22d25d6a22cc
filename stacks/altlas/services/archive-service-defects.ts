import { type Defect } from "../../../model/service";

/** What is wrong with the archive's own code and image, most severe first; see `stacks/altlas/README.md` for the ids. */
export const archiveDefects: readonly Defect[] = [
  {
    id: "H1",
    severity: "critical",
    what: "The image cannot be built and started: its Go 1.18 is older than the module asks, and the migrations are not copied.",
    workaround: "The image is an input of the stack; one that only answers /health is accepted.",
    remedy: "Build with a current Go, and embed or copy the migrations.",
  },
  {
    id: "D13",
    severity: "critical",
    what: "It reads neither environment nor file: database and NATS are compiled in as localhost, and it exits when one is missing.",
    workaround: "none; only an image built with other constants, or a stub, starts in a cluster.",
    remedy: "Read DATABASE_URL, NATS_URL, PORT and the rest of the target contract, and retry at start.",
  },
  {
    id: "§5.3",
    severity: "critical",
    what: "A received message cannot be stored: two required times are not inserted, maps are bound as they are, ids are longer than their column, and table atlas_files does not exist.",
    workaround: "none",
    remedy: "Correct the statements, and migrate what the code queries.",
  },
  {
    id: "D31",
    severity: "high",
    what: "Each pod opens up to 25 database connections; 12 pods would need 300 of PostgreSQL's 100.",
    workaround: "none under the current contract; the target contract limits each pod to 7.",
    remedy: "Read the limit of the pool from DATABASE_MAX_CONNECTIONS.",
  },
  {
    id: "D48",
    severity: "high",
    what: "It subscribes without acknowledgement or user: a message is lost when it fails or the pod ends.",
    workaround: "none",
    remedy: "Use a durable JetStream consumer that acknowledges after the commit.",
  },
  {
    id: "§5.2",
    severity: "high",
    what: "After about two minutes without NATS it stops reconnecting, and /health stays UP.",
    workaround: "After an outage of NATS: kubectl -n altlas rollout restart deployment/archive-service.",
    remedy: "Reconnect without end, and let /health/ready tell the state of the subscription.",
  },
  {
    id: "D40",
    severity: "high",
    what: "It has no metrics, although its documentation names some.",
    workaround:
      "Nothing scrapes it; rates, errors and latency seen from outside come with the mesh, a layer of its own.",
    remedy: "Export /metrics as the target contract says.",
  },
  {
    id: "D49",
    severity: "medium",
    what: "On SIGTERM main returns and cuts requests in flight.",
    workaround: "preStop waits 18 s before SIGTERM.",
    remedy: "Call Shutdown of the HTTP server, and drain the subscription.",
  },
  {
    id: "D04",
    severity: "medium",
    what: "It appends to a log file below its working directory without end.",
    workaround: "The folder is a volume of 1Gi; a pod that fills it is evicted and replaced.",
    remedy: "Log JSON to standard output only.",
  },
  {
    id: "D05",
    severity: "medium",
    what: "The image names no user and so runs as root; its final stage is alpine:latest.",
    workaround: "The pod sets a numeric user that is not root.",
    remedy: "Add a numeric USER of 10000 or more, and pin the base image.",
  },
];
