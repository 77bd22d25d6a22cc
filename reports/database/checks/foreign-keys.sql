SELECT /* altlas report: foreign keys */
  f.conname AS "constraint",
  f.conrelid::regclass::text AS "table",
  t.relname AS "tableName",
  f.confrelid::regclass::text AS "referenced",
  columns.names AS "columns",
  columns.nullable AS "nullable",
  f.confdeltype <> 'a' AND f.confdeltype <> 'r' AS "cascades",
  -- Of a partitioned table those of its partitions; its own count is their sum once more.
  coalesce(tree.rows, greatest(t.reltuples, 0)::float8) AS "rows",
  t.relpages * current_setting('block_size')::float8 + coalesce(tree.bytes, 0) AS "bytes",
  coalesce(r.n_tup_del, 0) AS "referencedDeletes",
  coalesce(tree.members, '[]') AS "tree",
  (SELECT coalesce(jsonb_agg(o.relname), '[]') FROM pg_class o
    -- Names that a new index of the table or of a partition must not have.
    WHERE o.relnamespace IN (SELECT t.relnamespace UNION SELECT unnest(tree.schemas)) AND o.relkind IN ('i', 'I')) AS "taken"
FROM pg_constraint f
JOIN pg_class t ON t.oid = f.conrelid
JOIN pg_namespace n ON n.oid = t.relnamespace
LEFT JOIN pg_stat_all_tables r ON r.relid = f.confrelid
CROSS JOIN LATERAL (
  SELECT jsonb_agg(a.attname ORDER BY k.position) AS names, bool_or(NOT a.attnotnull) AS nullable
  FROM unnest(f.conkey) WITH ORDINALITY k (number, position)
  JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.number
) columns
LEFT JOIN LATERAL (
  WITH RECURSIVE below AS (
    SELECT i.inhrelid AS oid FROM pg_inherits i WHERE i.inhparent = t.oid AND t.relkind = 'p'
    UNION ALL
    SELECT i.inhrelid FROM pg_inherits i JOIN below b ON i.inhparent = b.oid
  )
  SELECT
    jsonb_agg(jsonb_build_object(
      'table', c.oid::regclass::text, 'name', c.relname, 'partitioned', c.relkind = 'p'
    ) ORDER BY c.oid::regclass::text) AS members,
    sum(greatest(c.reltuples, 0)) FILTER (WHERE c.relkind <> 'p')::float8 AS rows,
    sum(c.relpages) * current_setting('block_size')::float8 AS bytes,
    array_agg(DISTINCT c.relnamespace) AS schemas
  FROM below b JOIN pg_class c ON c.oid = b.oid
) tree ON true
WHERE f.contype = 'f' AND f.conparentid = 0 AND n.nspname !~ '^pg_'
  AND NOT EXISTS (
    SELECT FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_am m ON m.oid = i.relam
    WHERE x.indrelid = f.conrelid AND x.indisvalid AND m.amname IN ('btree', 'hash')
      AND (x.indkey::int2[])[0:cardinality(f.conkey) - 1] @> f.conkey
      -- A condition may leave out the rows that point nowhere.
      AND (x.indpred IS NULL OR cardinality(f.conkey) = 1 AND pg_get_expr(x.indpred, x.indrelid) = format('(%s IS NOT NULL)',
        (SELECT quote_ident(a.attname) FROM pg_attribute a WHERE a.attrelid = f.conrelid AND a.attnum = f.conkey[1])))
  )
ORDER BY 10 DESC, 1
