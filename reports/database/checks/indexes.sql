WITH /* altlas report: indexes */ locked AS MATERIALIZED (
  -- Asking for the size or definition of what somebody has locked would wait for them.
  SELECT DISTINCT relation FROM pg_locks
  WHERE locktype = 'relation' AND mode = 'AccessExclusiveLock' AND pid <> pg_backend_pid()
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
)
SELECT
  i.oid::int8 AS "id",
  i.oid::regclass::text AS "index",
  i.relname AS "name",
  x.indrelid::regclass::text AS "table",
  CASE WHEN t.relispartition THEN pg_partition_root(t.oid)::regclass::text END AS "tableRoot",
  CASE WHEN i.relispartition THEN pg_partition_root(i.oid)::int8 END AS "rootId",
  i.relkind = 'I' AS "partitioned",
  m.amname AS "method",
  x.indisunique AS "unique",
  c.conname AS "constraint",
  EXISTS (SELECT FROM pg_constraint f WHERE f.contype = 'f' AND f.conindid = i.oid) AS "referenced",
  x.indisreplident AS "replicaIdentity",
  x.indisvalid AND x.indisready AS "valid",
  EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = i.oid OR p.relid = x.indrelid) AS "beingBuilt",
  (SELECT jsonb_agg(concat_ws('|', column_of.name, x.indclass[k - 1], x.indcollation[k - 1], x.indoption[k - 1]) ORDER BY k)
     FROM generate_series(1, x.indnkeyatts) k, LATERAL (SELECT CASE
       WHEN x.indkey[k - 1] <> 0 THEN (SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = x.indrelid AND attnum = x.indkey[k - 1])
       -- An expression that cannot be read is like no other.
       WHEN held.locked THEN format('expression %s of %s', k, i.oid) ELSE pg_get_indexdef(i.oid, k, true) END AS name) column_of) AS "keys",
  coalesce((SELECT jsonb_agg(quote_ident(a.attname) ORDER BY k)
     FROM generate_series(x.indnkeyatts + 1, x.indnatts) k JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[k - 1]), '[]') AS "included",
  CASE WHEN x.indpred IS NULL THEN '' WHEN held.locked THEN format('condition of %s', i.oid) ELSE pg_get_expr(x.indpred, x.indrelid, true) END AS "predicate",
  x.indnullsnotdistinct AS "nullsNotDistinct",
  x.indpred IS NULL AND EXISTS (
    SELECT FROM pg_constraint f
    WHERE f.contype = 'f' AND f.conrelid = x.indrelid AND (x.indkey::int2[])[0:cardinality(f.conkey) - 1] @> f.conkey
  ) AS "servesForeignKey",
  coalesce(s.idx_scan, 0) AS "scans",
  CASE WHEN i.relkind = 'I' THEN 0 WHEN held.locked THEN i.relpages * current_setting('block_size')::int8 ELSE coalesce(pg_relation_size(i.oid), 0) END AS "bytes",
  coalesce(st.n_tup_ins + st.n_tup_upd, 0) AS "writes",
  CASE WHEN held.locked THEN '(its table is locked just now)' ELSE pg_get_indexdef(i.oid) END AS "definition"
FROM pg_index x
JOIN pg_class i ON i.oid = x.indexrelid
JOIN pg_class t ON t.oid = x.indrelid
JOIN pg_namespace n ON n.oid = t.relnamespace
JOIN pg_am m ON m.oid = i.relam
CROSS JOIN LATERAL (SELECT i.oid IN (SELECT relation FROM locked) OR t.oid IN (SELECT relation FROM locked) AS locked) held
LEFT JOIN pg_constraint c ON c.conindid = i.oid AND c.conrelid = t.oid AND c.contype IN ('p', 'u', 'x')
LEFT JOIN pg_stat_all_indexes s ON s.indexrelid = i.oid
LEFT JOIN pg_stat_all_tables st ON st.relid = t.oid
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_temp' AND n.nspname !~ '^pg_toast'
ORDER BY i.oid
