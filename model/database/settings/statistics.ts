import { type Computed, setting } from "./sizing";

/** Libraries that are loaded with the server; rules and reports need the first. */
export const preloaded = ["pg_stat_statements", "auto_explain"] as const;

/** Statements whose figures pg_stat_statements keeps. */
export const statements = 10_000;

/** Figures of statements, plans of slow ones, and times that are not measured by default. */
export function statisticsSettings(): Computed[] {
  return [
    setting("shared_preload_libraries", preloaded.join(","), "Statistics of statements, and plans of slow ones."),
    setting("compute_query_id", "on", "Log, statistics and plans name a statement by the same number."),
    setting("pg_stat_statements.max", statements, "All statements of five services and of maintenance, some 5 MB."),
    setting("pg_stat_statements.track", "top", "What callers send; what functions send inside is part of it."),
    setting("pg_stat_statements.track_utility", "off", "Each new partition would be a statement of its own."),
    setting("auto_explain.log_min_duration", "1s", "Twice the log's threshold: the plan of what is really slow."),
    setting("auto_explain.log_analyze", "on", "Rows that came beside rows that were expected: why a plan was wrong."),
    setting("auto_explain.log_timing", "off", "Asking for the time at every row is what makes it dear."),
    setting("auto_explain.log_buffers", "on", "Whether it read from disk."),
    setting("auto_explain.log_parameter_max_length", 0, "As log_parameter_max_length, in plans."),
    setting("auto_explain.sample_rate", 0.1, "A tenth of the statements carries the cost, and shows the same plans."),
    setting("auto_explain.log_format", "json", "Tools read it."),
    setting("track_io_timing", "on", "Time in reads and writes for each statement; asking takes tens of nanoseconds."),
    setting("track_wal_io_timing", "on", "Time in writes of the write-ahead log, as track_io_timing."),
    setting("track_cost_delay_timing", "on", "How long vacuum slept: whether its cost limit is too low."),
    setting("track_functions", "pl", "Services call functions; which of them takes the time."),
    setting("track_activity_query_size", "4kB", "The default cuts a statement off after 1 kB, before its WHERE."),
  ];
}
