SELECT /* altlas report: partitions */
  p.oid::regclass::text AS "table",
  n.nspname AS "schema",
  p.relname AS "name",
  CASE k.partstrat WHEN 'r' THEN 'range' WHEN 'l' THEN 'list' ELSE 'hash' END AS "strategy",
  k.partnatts::integer AS "keyColumns",
  pg_get_partkeydef(p.oid) AS "key",
  -- The type of the first column of the key; an expression's is not known here.
  (SELECT a.atttypid::regtype::text FROM pg_attribute a WHERE a.attrelid = p.oid AND a.attnum = k.partattrs[0] AND a.attnum > 0) AS "keyType",
  extract(epoch FROM clock_timestamp())::float8 AS "now",
  NULL AS "planned",
  coalesce((
    SELECT jsonb_agg(jsonb_build_object(
      'table', c.oid::regclass::text, 'name', c.relname, 'bound', pg_get_expr(c.relpartbound, c.oid), 'detaching', i.inhdetachpending,
      'partitioned', c.relkind = 'p', 'rows', greatest(coalesce(s.n_live_tup, 0), c.reltuples::int8)
    ) ORDER BY c.oid)
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid
    WHERE i.inhparent = p.oid
  ), '[]') AS "partitions"
FROM pg_partitioned_table k
JOIN pg_class p ON p.oid = k.partrelid
JOIN pg_namespace n ON n.oid = p.relnamespace
WHERE n.nspname !~ '^pg_temp'
ORDER BY 1
