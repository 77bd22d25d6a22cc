SELECT /* altlas report: table bloat, measured */
  c.oid::regclass::text AS "table",
  CASE WHEN c.relispartition THEN pg_partition_root(c.oid)::regclass::text END AS "root",
  b.table_len::float8 AS "bytes",
  (b.approx_free_space + b.dead_tuple_len)::float8 AS "wasted"
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL @extschema@.pgstattuple_approx(c.oid) b
WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't' AND c.relpages > 0
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_toast'
ORDER BY b.table_len DESC
