-- Whoever keeps vacuum from removing rows that nobody else can see any more.
SELECT /* altlas report: held */
  'session' AS "kind", a.pid::text AS "name", coalesce(a.usename, '') AS "role", coalesce(a.state, '') AS "detail",
  age(coalesce(a.backend_xmin, a.backend_xid)) AS "transactions",
  extract(epoch FROM clock_timestamp() - a.xact_start)::float8 AS "seconds"
FROM pg_stat_activity a
WHERE coalesce(a.backend_xmin, a.backend_xid) IS NOT NULL AND a.pid <> pg_backend_pid() AND a.backend_type = 'client backend'
UNION ALL
SELECT 'prepared', p.gid, p.owner, p.database, age(p.transaction), extract(epoch FROM clock_timestamp() - p.prepared)::float8
FROM pg_prepared_xacts p
UNION ALL
SELECT 'slot', s.slot_name, '', s.slot_type, greatest(age(s.xmin), age(s.catalog_xmin)), NULL
FROM pg_replication_slots s
WHERE coalesce(s.xmin, s.catalog_xmin) IS NOT NULL
UNION ALL
SELECT 'standby', coalesce(nullif(r.application_name, ''), r.pid::text), coalesce(r.usename, ''), coalesce(host(r.client_addr), 'local'), age(r.backend_xmin), NULL
FROM pg_stat_replication r
WHERE r.backend_xmin IS NOT NULL
ORDER BY 5 DESC
