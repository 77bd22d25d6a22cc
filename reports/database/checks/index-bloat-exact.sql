SELECT /* altlas report: index bloat, measured */
  i.oid::regclass::text AS "index",
  t.oid::regclass::text AS "table",
  CASE WHEN t.relispartition THEN pg_partition_root(t.oid)::regclass::text END AS "root",
  b.index_size::float8 AS "bytes",
  b.leaf_pages::float8 AS "leafPages",
  (b.empty_pages + b.deleted_pages)::float8 AS "emptyPages",
  coalesce(nullif(b.avg_leaf_density, 'NaN'), 0)::float8 / 100 AS "density",
  coalesce((SELECT option_value::float8 FROM pg_options_to_table(i.reloptions) WHERE option_name = 'fillfactor'), 90) AS "fillFactor"
FROM pg_index x
JOIN pg_class i ON i.oid = x.indexrelid
JOIN pg_class t ON t.oid = x.indrelid
JOIN pg_namespace n ON n.oid = t.relnamespace
JOIN pg_am m ON m.oid = i.relam
CROSS JOIN LATERAL @extschema@.pgstatindex(i.oid::regclass) b
WHERE m.amname = 'btree' AND i.relkind = 'i' AND x.indisvalid AND i.relpages > 1 AND i.relpersistence <> 't'
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_toast'
ORDER BY b.index_size DESC
