import {
  type DatabaseDefinition,
  type Migration,
  type RefreshedView,
  type Routine,
} from "../../../model/database/definition";
import { textChecksum } from "../../../model/checksum";
import identifiers from "./migrations/0001_identifiers.sql";
import jobs from "./migrations/0002_jobs.sql";
import jobEvents from "./migrations/0003_job_events.sql";
import outbox from "./migrations/0004_outbox.sql";
import auditLog from "./migrations/0005_audit_log.sql";
import usage from "./migrations/0006_usage.sql";
import restoreDrills from "./migrations/0007_restore_drills.sql";
import jobStates from "./migrations/0008_job_states.sql";
import summaries from "./migrations/0009_summaries.sql";
import { queries } from "./queries";
import jobRoutines from "./routines/jobs.sql";
import recordRoutines from "./routines/records.sql";
import { tables } from "./tables";

/** In order; a file that was applied once never changes, whatever is wrong with it is mended by the next one. */
const migrations: readonly Migration[] = [
  migration(1, "identifiers", identifiers),
  migration(2, "jobs", jobs),
  migration(3, "job_events", jobEvents),
  migration(4, "outbox", outbox),
  migration(5, "audit_log", auditLog),
  migration(6, "usage", usage),
  migration(7, "restore_drills", restoreDrills),
  migration(8, "job_states", jobStates),
  migration(9, "summaries", summaries),
];

const routines: readonly Routine[] = [routine("jobs", jobRoutines), routine("records", recordRoutines)];

const views: readonly RefreshedView[] = [
  {
    schema: "platform",
    name: "usage_monthly",
    uniqueIndex: "usage_monthly_tenant_month_model",
    schedule: "7 * * * *",
    why: "Account pages show sums of months; an hour old is told beside them.",
  },
  {
    schema: "platform",
    name: "jobs_daily",
    uniqueIndex: "jobs_daily_day_kind_status",
    schedule: "7 * * * *",
    why: "Dashboards of whole days.",
  },
];

/** ALT_LAS' own database: jobs, job events, outbox, audit log, usage (decision 2 in docs of the schema, README here). */
export const database: DatabaseDefinition = {
  name: "altlas",
  schema: "platform",
  migrations,
  routines,
  tables,
  queries,
  views,
};

function migration(version: number, name: string, sql: string): Migration {
  return { version, name, sql, checksum: textChecksum(sql) };
}

function routine(name: string, sql: string): Routine {
  return { name, sql, checksum: textChecksum(sql) };
}
