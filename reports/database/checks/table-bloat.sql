SELECT /* altlas report: table bloat */
  c.oid::regclass::text AS "table",
  CASE WHEN c.relispartition THEN pg_partition_root(c.oid)::regclass::text END AS "root",
  c.relpages::float8 AS "pages",
  c.reltuples::float8 AS "rows",
  coalesce((SELECT option_value::float8 FROM pg_options_to_table(c.reloptions) WHERE option_name = 'fillfactor'), 100) AS "fillFactor",
  columns.number AS "columns",
  coalesce(widths.number, 0) AS "known",
  widths.bytes AS "rowBytes",
  coalesce(widths.nulls, false) AS "nulls"
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (
  SELECT count(*)::integer AS number FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
) columns
LEFT JOIN LATERAL (
  SELECT count(*)::integer AS number, sum((1 - s.null_frac) * s.avg_width)::float8 AS bytes, bool_or(s.null_frac > 0) AS nulls
  FROM pg_stats s WHERE s.schemaname = n.nspname AND s.tablename = c.relname AND NOT s.inherited
) widths ON true
WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't' AND c.relpages > 0 AND c.reltuples >= 0
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_toast'
ORDER BY c.relpages DESC
