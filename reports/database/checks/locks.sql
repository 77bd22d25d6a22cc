SELECT /* altlas report: locks */
  a.pid AS "pid",
  coalesce(a.usename, '') AS "role",
  coalesce(a.datname, '') AS "database",
  l.mode AS "mode",
  l.locktype AS "type",
  CASE WHEN l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) THEN l.relation::regclass::text END AS "relation",
  extract(epoch FROM clock_timestamp() - coalesce(l.waitstart, a.state_change))::float8 AS "seconds",
  to_jsonb(pg_blocking_pids(a.pid)) AS "blockers"
FROM pg_locks l
JOIN pg_stat_activity a ON a.pid = l.pid
WHERE NOT l.granted
ORDER BY 7 DESC
