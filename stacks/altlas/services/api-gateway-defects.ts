import { type Defect } from "../../../model/service";

/** What is wrong with the gateway's own code and image, most severe first; see `stacks/altlas/README.md` for the ids. */
export const gatewayDefects: readonly Defect[] = [
  {
    id: "H1",
    severity: "critical",
    what: "The image cannot be built from its Dockerfile: the compiler reports 15 errors, swagger.yaml is not copied, multer and nodemailer are development packages.",
    workaround: "The image is an input of the stack; one that only answers /health is accepted.",
    remedy: "Fix the type errors, copy swagger.yaml, and move both packages to the production dependencies.",
  },
  {
    id: "D09",
    severity: "critical",
    what: "/health asks the cache and counts against the limiter of 100 requests in 15 minutes for each address.",
    workaround: "Liveness asks the socket; readiness asks every 30 s, so kubelet and scraper together stay below 100.",
    remedy:
      "Offer /health/live and /health/ready outside the limiter, and take the client's address from a trusted proxy.",
  },
  {
    id: "D11",
    severity: "critical",
    what: "The cache is only reachable through REDIS_URL, and without the password in it readiness is 503 for good.",
    workaround: "REDIS_URL comes from a generated Secret with the password in it.",
    remedy: "None needed once the address comes from a Secret.",
  },
  {
    id: "§2.6",
    severity: "critical",
    what: "The proxy to the other services fails on its first request (proxy.off does not exist) and answers 503; /api/v1/ai is never registered.",
    workaround: "none",
    remedy:
      "Use the proxy library's version 3 interface, rewrite paths with /v1, and register ai-orchestrator for discovery.",
  },
  {
    id: "§2.2",
    severity: "high",
    what: "The address of the caller is the ingress proxy's, so all users behind one proxy share 100 requests in 15 minutes.",
    workaround: "none",
    remedy: "Set `trust proxy`, limit by user after authentication, and keep the counters in the cache.",
  },
  {
    id: "§2.4",
    severity: "high",
    what: "The cache client gives up after ten attempts (about 6 s) and never connects again; readiness is then 503 until a restart.",
    workaround:
      "A pod that is not ready gets no traffic; after an outage of the cache: kubectl -n altlas rollout restart deployment/api-gateway.",
    remedy: "Reconnect without end, with a bounded back-off.",
  },
  {
    id: "D32",
    severity: "high",
    what: "Users, sessions, the token blacklist and commands live in the pod's memory, and the plan wants at least three pods.",
    workaround: "none; see the state in memory.",
    remedy: "Keep sessions, blacklist and limits in the cache, and users in the database.",
  },
  {
    id: "D28",
    severity: "high",
    what: "It idles at 122 MB, more than 80 % of the 128Mi that the project's manifests request.",
    workaround: "The plan's 512Mi is requested, never less than 256Mi, and memory does not drive the autoscaler.",
    remedy: "None needed at the plan's sizes.",
  },
  {
    id: "D49",
    severity: "medium",
    what: "Three handlers race on SIGTERM and the process ends in 0.3 s with requests in flight; idle connections close after 5 s.",
    workaround:
      "preStop waits 25 s before SIGTERM; the keep-alive time is part of the contract for the proxy in front.",
    remedy: "One handler that stops accepting, drains and then exits; keep idle connections for 75 s.",
  },
  {
    id: "D04",
    severity: "medium",
    what: "It writes below /app; log files are cut at 20 MB but deleted only by age.",
    workaround: "Logs, uploads and /tmp are volumes with a limit; a pod that fills its logs is evicted and replaced.",
    remedy: "Log to standard output only.",
  },
  {
    id: "D05",
    severity: "medium",
    what: "The image names no user and so runs as root.",
    workaround: "The pod sets a numeric user that is not root.",
    remedy: "Add a numeric USER of 10000 or more to the Dockerfile.",
  },
  {
    id: "D54",
    severity: "medium",
    what: "The source carries a constant as JWT secret for when none is set, and two users with a trivial password.",
    workaround: "JWT_SECRET is always set from a generated Secret.",
    remedy: "Delete the constant and the seeded users.",
  },
];
