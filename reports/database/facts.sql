SELECT /* altlas report: facts */
  current_setting('server_version_num')::integer AS "versionNumber",
  current_setting('server_version') AS "version",
  current_database() AS "database",
  current_user AS "role",
  pg_is_in_recovery() AS "inRecovery",
  extract(epoch FROM clock_timestamp() - pg_postmaster_start_time())::float8 AS "uptimeSeconds",
  extract(epoch FROM clock_timestamp() - coalesce(
    (SELECT stats_reset FROM pg_stat_database WHERE datname = current_database()),
    -- A database that was never reset has no date of its own; the server's begins at initdb or after a crash.
    (SELECT stats_reset FROM pg_stat_bgwriter)
  ))::float8 AS "statisticsSeconds",
  pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') AS "readsAllStatistics",
  (SELECT count(*)::integer FROM pg_stat_replication) AS "standbys",
  (SELECT jsonb_object_agg(name, reset_val) FROM pg_settings) AS "settings",
  (SELECT jsonb_object_agg(extname, quote_ident(nspname))
     FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace) AS "extensions",
  (SELECT coalesce(jsonb_agg(name), '[]') FROM pg_available_extensions WHERE name IN ('pg_stat_statements', 'pgstattuple')) AS "available",
  coalesce((
    SELECT has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'partitioning' AND c.relname = 'horizon'
  ), false) AS "partitionPlan",
  current_setting('block_size')::integer AS "blockSize"
