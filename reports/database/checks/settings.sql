-- What is in force for new sessions, not the limits that this one has set itself.
SELECT /* altlas report: settings */ name AS "name", reset_val AS "setting", coalesce(unit, '') AS "unit", pending_restart AS "pendingRestart", context AS "context"
FROM pg_settings
WHERE pending_restart OR name IN (
  'shared_buffers', 'effective_cache_size', 'work_mem', 'maintenance_work_mem', 'max_connections', 'max_wal_size',
  'checkpoint_timeout', 'random_page_cost', 'fsync', 'full_page_writes', 'autovacuum', 'track_counts', 'track_io_timing',
  'log_lock_waits', 'log_min_duration_statement', 'idle_in_transaction_session_timeout', 'password_encryption',
  'data_checksums', 'max_slot_wal_keep_size', 'autovacuum_max_workers', 'autovacuum_freeze_max_age', 'ssl', 'jit', 'io_method'
)
ORDER BY name
