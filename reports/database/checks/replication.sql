SELECT /* altlas report: replication */
  'standby' AS "kind",
  coalesce(nullif(r.application_name, ''), r.pid::text) AS "name",
  coalesce(r.state, '') AS "state",
  coalesce(r.sync_state, '') AS "detail",
  true AS "active",
  CASE WHEN NOT pg_is_in_recovery() THEN pg_wal_lsn_diff(pg_current_wal_lsn(), r.replay_lsn)::float8 END AS "bytes",
  extract(epoch FROM r.replay_lag)::float8 AS "seconds"
FROM pg_stat_replication r
UNION ALL
SELECT 'slot', s.slot_name, coalesce(s.wal_status, ''), s.slot_type, s.active,
  pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END, s.restart_lsn)::float8,
  -- New in 17.
  extract(epoch FROM clock_timestamp() - (to_jsonb(s) ->> 'inactive_since')::timestamptz)::float8
FROM pg_replication_slots s
UNION ALL
SELECT 'replay', 'this standby', CASE WHEN pg_is_wal_replay_paused() THEN 'paused' ELSE 'replaying' END, '', true,
  pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())::float8,
  extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float8
WHERE pg_is_in_recovery()
UNION ALL
SELECT 'archiver', coalesce(a.last_failed_wal, ''),
  CASE WHEN a.last_failed_time > coalesce(a.last_archived_time, '-infinity') THEN 'failing' ELSE 'archiving' END,
  '', a.last_archived_time IS NOT NULL, NULL, extract(epoch FROM clock_timestamp() - a.last_archived_time)::float8
FROM pg_stat_archiver a WHERE current_setting('archive_mode') <> 'off'
