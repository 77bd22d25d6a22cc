import { type PartitionedTable } from "../../../model/database/partitioned-table";

/**
 * The project's requirements for the beta test environment: 10 segmentations a minute, each of which is one job
 * (`beta_test_ortami_gereksinimleri.md`). Everything else is reckoned from it.
 *
 * Bytes of a row were measured by hand on PostgreSQL 18, without a vacuum: 20,000 jobs sent through all their states by the
 * functions of `routines/`, then `sum(pg_total_relation_size(…))` over a table's partitions by its rows.
 */
const jobsPerDay = 10 * 60 * 24;

/** Tables whose rows change soon after they were written; a vacuum at 20 % dead rows would come after days. */
const churning = {
  // 2 % of a month of jobs are some 9000 rows: every few hours, a second each time.
  autovacuum_vacuum_scale_factor: "0.02",
  autovacuum_analyze_scale_factor: "0.02",
  autovacuum_vacuum_threshold: "500",
  // Room on each page for the next version of its rows, where no index is touched.
  fillfactor: "85",
};

/** Tables to which rows are only added: vacuum there is for the visibility map, by which indexes alone can answer. */
const appended = { autovacuum_vacuum_insert_scale_factor: "0.05", autovacuum_vacuum_insert_threshold: "10000" };

/**
 * The partitioned tables of the schema `platform`, each with what the planner reckons with. Bytes are those of table, TOAST
 * and indexes together, divided by rows, after 20 000 jobs went through all their states by the functions that services
 * call, before any vacuum (PostgreSQL 18).
 */
export const tables: readonly PartitionedTable[] = [
  {
    schema: "platform",
    name: "jobs",
    key: "created_at",
    primaryKey: ["id", "created_at"],
    method: { kind: "range", interval: "month", premake: 3, retain: 3, graceDays: 7 },
    growth: {
      rowsPerDay: jobsPerDay,
      bytesPerRow: 2500,
      why: "10 segmentations a minute, one job each. Measured: 2423 bytes with a payload of half a kilobyte and the three versions that a row has before it is vacuumed.",
    },
    storage: churning,
    why: "Old jobs leave as a whole month in place of millions of dead rows; every question names a job, or means the last 27 days.",
  },
  {
    schema: "platform",
    name: "job_events",
    key: "job_created_at",
    primaryKey: ["job_id", "job_created_at", "id"],
    method: { kind: "range", interval: "month", premake: 3, retain: 3, graceDays: 7 },
    growth: {
      rowsPerDay: jobsPerDay * 5,
      bytesPerRow: 200,
      why: "Queued, running, the end, and two lines of progress for each job. Measured: 186 bytes.",
    },
    storage: appended,
    why: "As long as its jobs, and by their month: the events of a job lie in one partition.",
  },
  {
    schema: "platform",
    name: "outbox",
    key: "created_at",
    primaryKey: ["id", "created_at"],
    method: { kind: "range", interval: "week", premake: 3, retain: 1, graceDays: 7 },
    growth: {
      rowsPerDay: jobsPerDay * 3,
      bytesPerRow: 850,
      why: "Three changes of state for each job. Measured: 802 bytes with the versions before and after it was sent.",
    },
    storage: churning,
    why: "What is sent is worth nothing; one week more than the present survives a broker that is away over a weekend.",
  },
  {
    schema: "platform",
    name: "audit_log",
    key: "occurred_at",
    primaryKey: ["id", "occurred_at"],
    method: { kind: "range", interval: "month", premake: 3, retain: 12, graceDays: 30 },
    growth: {
      rowsPerDay: jobsPerDay * 2,
      bytesPerRow: 420,
      why: "One line for each request that changes something: a job and the command that it came from. Measured: 401 bytes with the name of a browser.",
    },
    storage: appended,
    why: "Read by tenant and month or as a whole day; kept a year, and nobody may delete rows of it.",
  },
  {
    schema: "platform",
    name: "usage",
    key: "tenant_id",
    primaryKey: ["tenant_id", "day", "model"],
    method: { kind: "hash", modulus: 4 },
    growth: {
      rowsPerDay: 5000,
      bytesPerRow: 250,
      why: "5000 daily users (scaling plan), a tenant and a model each at worst. Measured: 227 bytes with its index.",
    },
    // The row of the present day is updated with each request; without an index on what changes, it stays on its page.
    storage: { ...churning, fillfactor: "70" },
    why: "The scaling plan wants users in four shards (hash by tenant); bills are made of it, so it has no end in time.",
  },
];
