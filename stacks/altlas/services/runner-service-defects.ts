import { type Defect } from "../../../model/service";

/** What is wrong with the runner's own code and image, most severe first; see `stacks/altlas/README.md` for the ids. */
export const runnerDefects: readonly Defect[] = [
  {
    id: "H1",
    severity: "critical",
    what: "It does not compile: main.rs uses modules that are declared nowhere; the image lacks OpenSSL's headers and a cargo that reads its lock file.",
    workaround: "The image is an input of the stack; one that only answers its health path is accepted.",
    remedy: "Add the missing modules, and build and run on the same Debian release with a current Rust.",
  },
  {
    id: "D08",
    severity: "critical",
    what: "Its health path is /api/v1/health; the project's manifests probe /health, a 404, so that it is never ready.",
    workaround: "Readiness asks /api/v1/health.",
    remedy: "Offer /health/live and /health/ready.",
  },
  {
    id: "D14",
    severity: "critical",
    what: "Its default for the orchestrator has port 8000, and one address with that port is compiled into the executor.",
    workaround: "AI_SERVICE_URL is set to port 8001; the compiled-in address cannot be changed from outside.",
    remedy: "Use AI_SERVICE_URL in the executor too.",
  },
  {
    id: "§4",
    severity: "critical",
    what: "It calls POST /execute of the orchestrator, which offers /api/inference/ instead.",
    workaround: "none",
    remedy: "Call the path that the orchestrator offers.",
  },
  {
    id: "§4.1",
    severity: "high",
    what: "It takes the path of a local file and offers no way to fetch results; nothing is sent to the archive.",
    workaround: "The .alt files are a claim that all its pods mount; results stay on the pod's own volume.",
    remedy: "Announce every .last file on the subject last.files, and serve results by id.",
  },
  {
    id: "§4.2",
    severity: "high",
    what: "Task types include system_command and file_operation, which run what the caller sends.",
    workaround:
      "No account token, no capabilities, a read-only root file system, and no way out but to the orchestrator.",
    remedy: "Allow task types by configuration, with system_command off.",
  },
  {
    id: "D49",
    severity: "high",
    what: "Jobs accepted with 202 run beside the server and are lost at SIGTERM.",
    workaround: "preStop waits 70 s before SIGTERM, one task's default time; longer jobs are lost.",
    remedy: "On SIGTERM take no more jobs and finish those that run.",
  },
  {
    id: "D40",
    severity: "high",
    what: "It has no metrics; performance.rs is not compiled in.",
    workaround:
      "Nothing scrapes it; rates, errors and latency seen from outside come with the mesh, a layer of its own.",
    remedy: "Export /metrics as the target contract says.",
  },
  {
    id: "D04",
    severity: "medium",
    what: "It writes to three folders in its working directory.",
    workaround: "All three are moved to volumes by their variables.",
    remedy: "None needed while the variables are kept.",
  },
  {
    id: "D05",
    severity: "medium",
    what: "The image names no user and so runs as root.",
    workaround: "The pod sets a numeric user that is not root.",
    remedy: "Add a numeric USER of 10000 or more to the Dockerfile.",
  },
];
