-- One run at a time in each database. A session's lock, because each migration has a transaction of its own.
-- 7103271 has no meaning; it must only be nobody else's.
SELECT pg_try_advisory_lock(7103271) AS locked \gset
\if :locked
\else
  SELECT coalesce(string_agg(format('process %s from %s since %s', pid, coalesce(host(client_addr), 'its own machine'),
    to_char(backend_start, 'YYYY-MM-DD HH24:MI:SS TZ')), ', '), 'a run that has just ended') AS holder
  FROM pg_locks JOIN pg_stat_activity USING (pid)
  WHERE locktype = 'advisory' AND granted AND objid = 7103271
    AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database()) \gset
  \echo waiting :lock_seconds s at most for another run: :holder
  SELECT set_config('lock_timeout', :'lock_seconds' || 's', false) \g /dev/null
  SELECT set_config('migrations.holder', :'holder', false) \g /dev/null
  DO $$
  BEGIN
    PERFORM pg_advisory_lock(7103271);
  EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'another run holds the lock of the migrations; waited %', current_setting('lock_timeout')
      USING ERRCODE = 'lock_not_available', DETAIL = current_setting('migrations.holder'),
      HINT = 'Wait until it ends, or end it: SELECT pg_terminate_backend(process). Nothing was changed.';
  END $$;
\endif
-- A change of a table that somebody uses waits this long, and everybody else behind it; then the run ends and is tried
-- again later.
SET lock_timeout = '5s';
