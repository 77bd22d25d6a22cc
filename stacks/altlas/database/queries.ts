import { type ServedQuery } from "../../../model/database/definition";

/** Columns of the list of jobs; all of them are in its index. */
const listed = "id, created_at, kind, status";

/** Queries that services send as they are. */
const sent: readonly ServedQuery[] = [
  {
    name: "job_by_id",
    caller: "api-gateway",
    sql: "SELECT * FROM platform.job_status WHERE id = $1 AND created_at = platform.id_time($1)",
    parameters: ["uuid"],
    index: "jobs_pkey",
    partitions: 1,
    why: "The state of a job, asked for again and again until it is over.",
  },
  {
    name: "job_of_tenant_list",
    caller: "api-gateway",
    sql: `SELECT ${listed} FROM platform.job_status
WHERE tenant_id = $1 AND created_at > $2::timestamptz - interval '27 days' AND created_at <= $2 AND (created_at, id) < ($2, $3)
ORDER BY created_at DESC, id DESC LIMIT 50`,
    parameters: ["uuid", "timestamptz", "uuid"],
    index: "jobs_tenant_created_at",
    partitions: 2,
    why: "A page of a tenant's jobs of 27 days, newest first, going on after the last row of the page before.",
  },
  {
    name: "job_event_list",
    caller: "api-gateway",
    sql: "SELECT id, status, kind, detail FROM platform.job_events WHERE job_id = $1 AND job_created_at = platform.id_time($1) ORDER BY id",
    parameters: ["uuid"],
    index: "job_events_pkey",
    partitions: 1,
    why: "What happened to a job, in order.",
  },
  {
    name: "usage_of_tenant_by_month",
    caller: "api-gateway",
    sql: "SELECT month, model, requests, input_tokens, output_tokens FROM platform.usage_monthly WHERE tenant_id = $1 AND month >= $2 ORDER BY month",
    parameters: ["uuid", "date"],
    index: "usage_monthly_tenant_month_model",
    why: "The account page; sums of whole months may be an hour old.",
  },
  {
    name: "usage_of_tenant",
    caller: "ai-orchestrator",
    sql: "SELECT sum(requests) AS requests, sum(input_tokens + output_tokens) AS tokens FROM platform.usage WHERE tenant_id = $1 AND day >= $2",
    parameters: ["uuid", "date"],
    index: "usage_pkey",
    partitions: 1,
    why: "What is left of a tenant's allowance, before a model is asked; must not be old.",
  },
  {
    name: "audit_of_tenant_list",
    caller: "api-gateway",
    sql: `SELECT id, occurred_at, user_id, action, target, outcome FROM platform.audit_log
WHERE tenant_id = $1 AND occurred_at > $2::timestamptz - interval '27 days' AND occurred_at <= $2
ORDER BY occurred_at DESC LIMIT 100`,
    parameters: ["uuid", "timestamptz"],
    index: "audit_log_tenant_occurred_at",
    partitions: 2,
    why: "Who did what in a tenant's name, 27 days back from a moment.",
  },
  {
    name: "audit_entry",
    caller: "api-gateway",
    sql: "SELECT * FROM platform.audit_log WHERE id = $1 AND occurred_at = platform.id_time($1)",
    parameters: ["uuid"],
    index: "audit_log_pkey",
    partitions: 1,
    why: "One entry with its details, from the list.",
  },
  {
    name: "audit_export",
    caller: "api-gateway",
    sql: "SELECT * FROM platform.audit_log WHERE occurred_at >= $1 AND occurred_at < $1::timestamptz + interval '1 day'",
    parameters: ["timestamptz"],
    index: "audit_log_occurred_at",
    adHoc: true,
    partitions: 2,
    why: "Everything of one day, for whoever audits. Prepared it would read 40 times the pages: without its values the server expects two hundred rows, and walks the tenants' index for each (measured on 18 with 400 000 rows: 16 251 pages against 367).",
  },
  {
    name: "jobs_by_day",
    caller: "monitoring",
    sql: "SELECT kind, status, jobs, seconds_p95 FROM platform.jobs_daily WHERE day >= $1",
    parameters: ["date"],
    index: "jobs_daily_day_kind_status",
    why: "How many jobs ended how, and how long they took: dashboards.",
  },
  {
    name: "last_good_drill",
    caller: "monitoring",
    sql: "SELECT extract(epoch FROM now() - finished_at) AS seconds FROM platform.restore_drills WHERE succeeded ORDER BY finished_at DESC LIMIT 1",
    parameters: [],
    index: "restore_drills_pkey",
    why: "The exporter tells the age of the last restore that worked.",
  },
];

/** Statements inside the functions that services call; a unit test holds them against the functions' text. */
const insideFunctions: readonly ServedQuery[] = [
  {
    name: "claim_job",
    caller: "runner-service",
    sql: `SELECT id, created_at
FROM platform.jobs
WHERE status = 'queued' AND kind = $1 AND run_after <= now()
  AND created_at > now() - interval '27 days' AND created_at <= now() + interval '5 minutes'
ORDER BY priority DESC, run_after
LIMIT 1
FOR UPDATE SKIP LOCKED`,
    parameters: ["text"],
    index: "jobs_queued",
    partitions: 2,
    why: "The next job for a worker that asks; two workers never get the same, and none waits for another.",
  },
  {
    name: "release_lost_jobs",
    caller: "runner-service",
    sql: `SELECT id, worker
FROM platform.jobs
WHERE status = 'running' AND lease_until < now()
  AND created_at > now() - interval '27 days' AND created_at <= now() + interval '5 minutes'
ORDER BY lease_until
LIMIT $1
FOR UPDATE SKIP LOCKED`,
    parameters: ["integer"],
    index: "jobs_lease",
    partitions: 2,
    why: "Jobs whose worker was lost; asked by every runner once a minute, and nearly always empty.",
  },
  {
    name: "finish_job",
    caller: "runner-service",
    sql: `UPDATE platform.jobs
SET status = 'succeeded', finished_at = now(), worker = NULL, lease_until = NULL, result = $3
WHERE id = $1 AND created_at = platform.id_time($1) AND status = 'running' AND worker = $2`,
    parameters: ["uuid", "text", "jsonb"],
    index: "jobs_pkey",
    partitions: 1,
    why: "The end of each job; start, lease, failure and cancellation look for their row in the same way.",
  },
  {
    name: "job_transition",
    caller: "platform.check_job",
    sql: "SELECT FROM platform.job_transitions WHERE from_status = $1 AND to_status = $2",
    parameters: ["platform.job_state", "platform.job_state"],
    index: "job_transitions_pkey",
    why: "Whether a job may take a step; seven rows, which the server keeps in memory.",
  },
  {
    name: "claim_outbox",
    caller: "api-gateway",
    sql: `SELECT id, topic, payload
FROM platform.outbox
WHERE published_at IS NULL
  AND created_at > now() - interval '6 days' AND created_at <= now() + interval '5 minutes'
ORDER BY created_at, id
LIMIT $1
FOR UPDATE SKIP LOCKED`,
    parameters: ["integer"],
    index: "outbox_pending",
    partitions: 2,
    why: "The relay's question, several times a second.",
  },
  {
    name: "acknowledge_outbox",
    caller: "api-gateway",
    sql: `UPDATE platform.outbox
SET published_at = now()
WHERE id = $1 AND created_at = platform.id_time($1) AND published_at IS NULL`,
    parameters: ["uuid"],
    index: "outbox_pending",
    partitions: 1,
    why: "The broker has confirmed a message, which then leaves the index.",
  },
];

/** Indexes that answer no query: they keep a message's id unique, and a table without a primary key cannot be replicated. */
export const uniqueOnly: readonly string[] = ["outbox_pkey"];

/** Every query of the schema `platform` in service, with the index that answers it. */
export const queries: readonly ServedQuery[] = [...sent, ...insideFunctions];
