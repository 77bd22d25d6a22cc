SELECT /* altlas report: connections */
  a.pid AS "pid",
  coalesce(a.usename, '') AS "role",
  coalesce(a.datname, '') AS "database",
  coalesce(a.application_name, '') AS "application",
  coalesce(host(a.client_addr), 'local') AS "client",
  coalesce(a.state, '') AS "state",
  coalesce(a.wait_event_type, '') AS "waitType",
  coalesce(a.wait_event, '') AS "wait",
  coalesce(r.rolconnlimit, -1) AS "roleLimit",
  coalesce(r.rolsuper, false) AS "superuser",
  coalesce(d.datconnlimit, -1) AS "databaseLimit",
  extract(epoch FROM clock_timestamp() - a.xact_start)::float8 AS "transactionSeconds",
  extract(epoch FROM clock_timestamp() - a.state_change)::float8 AS "stateSeconds"
FROM pg_stat_activity a
LEFT JOIN pg_roles r ON r.oid = a.usesysid
LEFT JOIN pg_database d ON d.oid = a.datid
WHERE a.backend_type = 'client backend' AND a.pid <> pg_backend_pid()
ORDER BY a.pid
