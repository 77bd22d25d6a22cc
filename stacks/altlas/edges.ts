import { type Edge } from "../../model/endpoint";
import { databaseEdges } from "./database/edges";
import { scrape } from "./scrape";

/**
 * Who talks to whom: the one list from which network policies, mesh authorisation, scrape jobs and pictures are made.
 * What is not here cannot talk.
 *
 * - `exists`: coded today, whatever else is wrong with it; made in every stack.
 * - `proposed`: made only in stacks where the end that the edge `follows` runs its target contract: the caller that
 *   learns to call (default), or the callee that learns to answer (scrapes).
 * - `needs`: left out unless the stack has that setting.
 *
 * Timeouts are those of the callers' own code. No caller's request may be sent twice by the platform: each of these
 * edges also carries POSTs, and the callers already repeat by themselves (`callerRetries`), which would multiply.
 * Edges that the project's old manifests open and no code uses are left out on purpose: segmentation to the orchestrator,
 * and the orchestrator to the internet. Runner and segmentation reach PostgreSQL only where they run their target contract.
 */
const services: readonly Edge[] = [
  {
    from: "ingress",
    to: "api-gateway",
    port: 3000,
    protocol: "TCP",
    application: "http",
    purpose: "Requests of clients; the gateway is the only service that is published.",
    idempotent: false,
    // Longer than the slowest way behind it: three attempts of 15 s at the runner with 2 s between, 49 s.
    timeoutSeconds: 60,
    retries: 0,
    status: "exists",
  },
  {
    from: "api-gateway",
    to: "segmentation-service",
    port: 8000,
    protocol: "TCP",
    application: "http",
    purpose: "Segments commands; POST, repeated by the gateway itself after 1 s.",
    idempotent: false,
    timeoutSeconds: 10,
    retries: 0,
    callerRetries: 3,
    status: "exists",
  },
  {
    from: "api-gateway",
    to: "runner-service",
    port: 8080,
    protocol: "TCP",
    application: "http",
    purpose: "Starts jobs, which the runner accepts at once and runs later; repeated by the gateway after 2 s.",
    idempotent: false,
    timeoutSeconds: 15,
    retries: 0,
    callerRetries: 2,
    status: "exists",
  },
  {
    from: "api-gateway",
    to: "archive-service",
    port: 9000,
    protocol: "TCP",
    application: "http",
    purpose: "Searches and stores results; repeated by the gateway after 1 s.",
    idempotent: false,
    timeoutSeconds: 8,
    retries: 0,
    callerRetries: 3,
    status: "exists",
  },
  {
    from: "api-gateway",
    to: "ai-orchestrator",
    port: 8001,
    protocol: "TCP",
    application: "http",
    purpose: "Passes /api/v1/ai on; coded, and answered with 503 until the gateway registers the service.",
    idempotent: false,
    // The circuit breaker of the proxy, the only way to this service.
    timeoutSeconds: 5,
    retries: 0,
    status: "exists",
  },
  {
    from: "runner-service",
    to: "ai-orchestrator",
    port: 8001,
    protocol: "TCP",
    application: "http",
    purpose: "Tasks that ask a model; repeated by the runner after 1, 2 and 4 s.",
    idempotent: false,
    timeoutSeconds: 60,
    retries: 0,
    callerRetries: 3,
    status: "exists",
  },
];

const dataSystems: readonly Edge[] = [
  {
    from: "api-gateway",
    to: "cache",
    port: 6379,
    protocol: "TCP",
    application: "resp",
    purpose: "Answers about files, kept for 60 s; gates the gateway's readiness.",
    // Reads, and writes of whole values; only two counters of hits and misses would count twice.
    idempotent: true,
    timeoutSeconds: 5,
    retries: 0,
    callerRetries: 5,
    status: "exists",
  },
  {
    from: "archive-service",
    to: "nats",
    port: 4222,
    protocol: "TCP",
    application: "nats",
    purpose: "Subscribes to last.files in the queue group archive-service.",
    idempotent: true,
    // The client's default time for a connection; the subscription itself has no end.
    timeoutSeconds: 2,
    retries: 0,
    status: "exists",
  },
  {
    from: "runner-service",
    to: "nats",
    port: 4222,
    protocol: "TCP",
    application: "nats",
    purpose: "Publishes last.files, which nobody does today.",
    idempotent: false,
    timeoutSeconds: 2,
    retries: 0,
    status: "proposed",
    follows: "caller",
  },
  {
    from: "api-gateway",
    to: "mail-server",
    port: 587,
    protocol: "TCP",
    application: "smtp",
    purpose: "Mails for password resets.",
    // A repeated mail is a second mail.
    idempotent: false,
    // The mail client's own default for a connection.
    timeoutSeconds: 120,
    retries: 0,
    status: "exists",
    needs: "mail",
  },
];

/** Of the services only the gateway has metrics today. */
const scrapes: readonly Edge[] = [
  scrape("api-gateway", 3000),
  scrape("segmentation-service", 8000, { status: "proposed", follows: "callee" }),
  scrape("runner-service", 8080, { status: "proposed", follows: "callee" }),
  scrape("archive-service", 9000, { status: "proposed", follows: "callee" }),
  scrape("ai-orchestrator", 8001, { status: "proposed", follows: "callee" }),
];

/** Every edge of the platform. */
export const edges: readonly Edge[] = [...services, ...databaseEdges, ...dataSystems, ...scrapes];
