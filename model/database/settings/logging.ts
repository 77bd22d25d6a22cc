import { type Computed, setting } from "./sizing";

/** What the log tells, and what it must not. */
export function loggingSettings(): Computed[] {
  return [
    setting(
      "log_line_prefix",
      "%m [%p] %q%u@%d/%a ",
      "Time, process, role, database and application: which service it was.",
    ),
    setting(
      "log_min_duration_statement",
      "500ms",
      "Above the services' objectives of 180 to 400 ms, so that a line is a finding (ALT-DB-012).",
    ),
    setting("log_checkpoints", "on", "Checkpoints that come too early show in the log first."),
    setting("log_lock_waits", "on", "Who waited for more than a second (deadlock_timeout) for whom."),
    setting("log_autovacuum_min_duration", "10s", "A vacuum that takes so long has a reason."),
    setting("log_temp_files", "10MB", "Queries that did not fit into work_mem."),
    setting("log_statement", "ddl", "Who changed the schema, besides the migrations."),
    setting(
      "log_parameter_max_length",
      0,
      "Parameters are rows of tenants; more people read logs than may read those.",
    ),
    setting("log_parameter_max_length_on_error", 0, "As log_parameter_max_length, where a statement failed."),
  ];
}
