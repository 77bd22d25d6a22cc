SELECT /* altlas report: freeze */
  d.datname AS "database",
  d.datallowconn AS "connectable",
  age(d.datfrozenxid) AS "transactions",
  mxid_age(d.datminmxid) AS "multixacts",
  current_setting('autovacuum_freeze_max_age')::float8 AS "limit",
  current_setting('autovacuum_multixact_freeze_max_age')::float8 AS "multixactLimit"
FROM pg_database d
ORDER BY 3 DESC
