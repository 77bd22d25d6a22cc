SELECT /* altlas report: index bloat */
  i.oid::regclass::text AS "index",
  t.oid::regclass::text AS "table",
  CASE WHEN t.relispartition THEN pg_partition_root(t.oid)::regclass::text END AS "root",
  i.relpages::float8 AS "pages",
  i.reltuples::float8 AS "rows",
  coalesce((SELECT option_value::float8 FROM pg_options_to_table(i.reloptions) WHERE option_name = 'fillfactor'), 90) AS "fillFactor",
  x.indnatts::integer AS "columns",
  coalesce(widths.number, 0) AS "known",
  widths.bytes AS "rowBytes",
  coalesce(widths.nulls, false) AS "nulls"
FROM pg_index x
JOIN pg_class i ON i.oid = x.indexrelid
JOIN pg_class t ON t.oid = x.indrelid
JOIN pg_namespace n ON n.oid = t.relnamespace
JOIN pg_am m ON m.oid = i.relam
LEFT JOIN LATERAL (
  SELECT count(*)::integer AS number, sum((1 - s.null_frac) * s.avg_width)::float8 AS bytes, bool_or(s.null_frac > 0) AS nulls
  FROM pg_attribute k
  LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = x.indkey[k.attnum - 1]
  JOIN pg_stats s ON s.schemaname = n.nspname AND NOT s.inherited
    -- Statistics of an expression stand under the index's own name.
    AND CASE WHEN x.indkey[k.attnum - 1] = 0 THEN s.tablename = i.relname AND s.attname = k.attname
      ELSE s.tablename = t.relname AND s.attname = a.attname END
  WHERE k.attrelid = i.oid
) widths ON true
WHERE m.amname = 'btree' AND i.relkind = 'i' AND x.indisvalid AND i.relpages > 1 AND i.relpersistence <> 't'
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_toast'
ORDER BY i.relpages DESC
