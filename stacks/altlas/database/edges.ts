import { type DatabaseAccess, type Grant } from "../../../model/database/access";
import { type Edge } from "../../../model/endpoint";
import { type EnvironmentVariable } from "../../../model/service";

/** Tables and views of the schema `platform` that a role may read. */
function reads(...objects: readonly string[]): Grant[] {
  return objects.map((object) => ({ schema: "platform", object, privileges: ["select"] }));
}

/** Functions of the schema `platform` that a role may call; they write as the owner, so that no table need be writable. */
function calls(...functions: readonly string[]): Grant[] {
  return functions.map((object) => ({ schema: "platform", object, privileges: "execute" }));
}

/** Where the archive is its own owner; both of its edges have the same role. */
const archive = { role: "archive", database: "atlas_db", rights: "owner", statementTimeoutSeconds: 30 } as const;

const gateway: DatabaseAccess = {
  role: "api_gateway",
  database: "altlas",
  rights: [
    ...reads("job_status", "job_events", "audit_log", "usage_monthly"),
    // With an id's time the server looks in one partition.
    ...calls("new_id", "id_time", "enqueue_job", "cancel_job", "claim_outbox", "acknowledge_outbox", "record_audit"),
  ],
  connectionsPerPod: 5,
  // Below the 8 s after which the gateway gives up on its own callees (serviceIntegration.ts).
  statementTimeoutSeconds: 5,
  why: "67 requests per second and pod (plan 2.4.3) with three statements of 5 ms each keep one connection busy; four more for bursts.",
};

const runner: DatabaseAccess = {
  role: "runner",
  database: "altlas",
  rights: calls(
    "claim_job",
    "start_job",
    "extend_lease",
    "finish_job",
    "fail_job",
    "release_lost_jobs",
    "add_job_event",
  ),
  connectionsPerPod: 4,
  statementTimeoutSeconds: 10,
  why: "47 requests per second and pod (140 of the plan over its 3 pods) with four statements of 5 ms keep one connection busy; three more for bursts.",
};

const segmentation: DatabaseAccess = {
  role: "segmentation",
  database: "altlas",
  rights: calls("add_job_event"),
  connectionsPerPod: 2,
  statementTimeoutSeconds: 5,
  why: "53 requests per second and pod (160 of the plan over its 3 pods) with one statement of 5 ms need a quarter of one connection.",
};

const orchestrator: DatabaseAccess = {
  role: "ai_orchestrator",
  database: "altlas",
  rights: [...reads("usage"), ...calls("record_usage")],
  connectionsPerPod: 2,
  statementTimeoutSeconds: 5,
  why: "50 requests per second and pod (100 of the plan over its 2 pods) with two statements of 5 ms need half of one connection.",
};

/**
 * Who comes to PostgreSQL, and as whom; roles, grants and the connection budget are made of it.
 *
 * A caller's connections end at the pooler. Only the archive also goes past it: its migrations (golang-migrate) hold a
 * lock of their session. Nothing but the archive uses a database today; the other four follow their target contracts.
 */
export const databaseEdges: readonly Edge[] = [
  edge("archive-service", "pgbouncer", "Stores and searches results.", {
    ...archive,
    connectionsPerPod: 7,
    why: "60 requests per second and pod (plan 2.4.3) at its slow searches of up to 100 ms keep six busy; compiled in are 25 each (D31). 30 s is its own longest query.",
  }),
  edge("archive-service", "postgresql", "Migrates its own tables when it starts.", {
    ...archive,
    connectionsPerPod: 1,
    why: "One session with the lock of golang-migrate, closed after the start; replicas wait for each other.",
  }),
  proposed(edge("api-gateway", "pgbouncer", "Creates jobs, tells their state, sends the outbox, audits.", gateway)),
  proposed(edge("runner-service", "pgbouncer", "Takes jobs and tells how they end.", runner)),
  proposed(edge("segmentation-service", "pgbouncer", "Tells the progress of a job.", segmentation)),
  proposed(edge("ai-orchestrator", "pgbouncer", "Counts what each tenant uses of each model.", orchestrator)),
];

function edge(from: string, to: "pgbouncer" | "postgresql", purpose: string, database: DatabaseAccess): Edge {
  return {
    from,
    to,
    port: 5432,
    protocol: "TCP",
    application: "postgresql",
    purpose,
    // A statement whose answer was lost may have been done.
    idempotent: false,
    timeoutSeconds: database.statementTimeoutSeconds,
    retries: 0,
    status: "exists",
    database,
  };
}

function proposed(existing: Edge): Edge {
  return { ...existing, status: "proposed", follows: "caller" };
}

/**
 * The size of a service's pool: what its edge to the pooler says, so that budget and service agree.
 *
 * @throws Error for a service without such an edge.
 */
export function databaseConnections(service: string): EnvironmentVariable {
  const access = databaseEdges.find(({ from, to }) => from === service && to === "pgbouncer")?.database;
  if (access === undefined) throw new Error(`${service} has no edge to pgbouncer`);
  return {
    name: "DATABASE_MAX_CONNECTIONS",
    kind: "value",
    value: String(access.connectionsPerPod),
    why: access.why,
  };
}

/** Variables of a service that uses the platform's database. */
export function databaseEnvironment(service: string, urlSecret: string): readonly EnvironmentVariable[] {
  return [
    {
      name: "DATABASE_URL",
      kind: "secret",
      secret: urlSecret,
      why: "Jobs and records of the platform, through the pooler, as the service's own role.",
    },
    databaseConnections(service),
  ];
}
