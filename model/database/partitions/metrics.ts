import { type AlertRule } from "../../alert";
import { fewestAhead, maintenance } from "./limits";

/**
 * What an exporter reads of partitions, as `monitoring`, in the database that has the schema `partitioning`: a metric
 * `<name>_<column>` for each gauge, a series for each table. A gauge that says nothing about a table (the horizon of a
 * hash) is NULL there.
 */
export const horizonMetrics = {
  name: "partitioning_horizon",
  labels: ["table_schema", "table_name", "method"],
  gauges: {
    partitions: "partitions attached to the table",
    periods_ahead: "whole periods after the present one that have a partition, without a gap",
    seconds_ahead: "seconds until the first moment that has no partition",
    remainders_missing: "remainders of a hash that have no partition",
    detached_waiting: "partitions that wait for the end of their grace period",
    detached_overdue: "partitions that should have been dropped a week ago",
    seconds_since_success: "seconds since maintenance last kept the table without an error",
    last_run_failed: "1 when the last run could not keep the table",
  },
} as const;

/** The statement that gives labels and gauges. */
export const horizonQuery = `SELECT ${[...horizonMetrics.labels, ...Object.keys(horizonMetrics.gauges)].join(", ")} FROM partitioning.horizon`;

/**
 * A counter that only the server's log gives: rows that found no partition. The log agent counts the lines that match; the
 * server writes them in English (`lc_messages`).
 */
export const insertErrorMetric = {
  name: "postgresql_inserts_without_partition_total",
  help: "rows that were refused because no partition is made for them",
  // As the server writes it, and as CloudNativePG wraps it in JSON.
  pattern: '(ERROR: +|"message":")no partition of relation \\\\?"[^"\\\\]+\\\\?" found for row',
} as const;

const metric = (gauge: keyof typeof horizonMetrics.gauges) => `${horizonMetrics.name}_${gauge}`;
const table = "{{ $labels.table_schema }}.{{ $labels.table_name }}";
const log = `SELECT * FROM partitioning.runs WHERE table_name = '{{ $labels.table_name }}' ORDER BY run DESC LIMIT 3`;

/** Alerts on partitions: before inserts fail, and when they do. */
export const partitionAlerts: readonly AlertRule[] = [
  {
    name: "PartitionHorizonShort",
    expression: `${metric("periods_ahead")} < ${fewestAhead}`,
    // A period ends at midnight, and the next run is 23 minutes later.
    forMinutes: 60,
    severity: "critical",
    summary: `${table} has partitions for {{ $value }} periods ahead`,
    description: `Inserts fail once they are used up. What the last runs did: ${log}; then CALL partitioning.maintain(now()).`,
  },
  {
    name: "PartitionHorizonUnknown",
    expression: `absent_over_time(${metric("partitions")}[30m])`,
    forMinutes: 30,
    severity: "warning",
    summary: "Nothing is known about partitions",
    description: "The exporter does not answer, may not read partitioning.horizon, or the plan is empty.",
  },
  {
    name: "PartitionRemaindersMissing",
    expression: `${metric("remainders_missing")} > 0`,
    forMinutes: 5,
    severity: "critical",
    summary: `${table} lacks {{ $value }} hash partitions`,
    description: `Inserts of their rows fail. What the last runs did: ${log}; then CALL partitioning.maintain(now()).`,
  },
  {
    name: "InsertsWithoutPartition",
    expression: `increase(${insertErrorMetric.name}[5m]) > 0`,
    forMinutes: 1,
    severity: "critical",
    summary: "Rows are refused because they have no partition",
    description:
      "The time of a row lies behind the retention or beyond the horizon. The server's log names table and key; PartitionHorizonShort tells whether the table or the sender is wrong.",
  },
  {
    name: "PartitionMaintenanceFailed",
    expression: `${metric("last_run_failed")} > 0`,
    forMinutes: 5,
    severity: "warning",
    summary: `The last maintenance could not keep ${table}`,
    description: `The next run tries again; what failed: ${log}.`,
  },
  {
    name: "PartitionMaintenanceLate",
    expression: `${metric("seconds_since_success")} > ${2 * maintenance.intervalHours * 3600}`,
    forMinutes: 10,
    severity: "warning",
    summary: `${table} was last kept {{ $value | humanizeDuration }} ago`,
    description: `Two runs were missed or failed (schedule ${maintenance.schedule}, UTC). Look at the CronJob postgresql-maintenance, its last Jobs and ${log}.`,
  },
  {
    name: "DetachedPartitionsOverdue",
    expression: `${metric("detached_overdue")} > 0`,
    forMinutes: 60,
    severity: "warning",
    summary: `{{ $value }} detached partitions of ${table} were not dropped`,
    description: `They take room that the volume was not reckoned with. Something may depend on them: SELECT * FROM partitioning.detached; ${log}.`,
  },
];
