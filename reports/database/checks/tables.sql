WITH /* altlas report: tables */ locked AS MATERIALIZED (
  -- Asking for the size of a table that somebody has locked would wait for them.
  SELECT DISTINCT relation FROM pg_locks
  WHERE locktype = 'relation' AND mode = 'AccessExclusiveLock' AND pid <> pg_backend_pid()
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
), options AS (
  SELECT c.oid, (SELECT jsonb_object_agg(option_name, option_value) FROM pg_options_to_table(c.reloptions)) AS o
  FROM pg_class c WHERE c.reloptions IS NOT NULL
)
SELECT
  c.oid::regclass::text AS "table",
  CASE WHEN c.relispartition THEN pg_partition_root(c.oid)::regclass::text END AS "root",
  c.relkind = 'p' AS "partitioned",
  greatest(c.reltuples, 0)::float8 AS "rows",
  c.reltuples < 0 AS "neverCounted",
  size.heap AS "heapBytes",
  size.toast AS "toastBytes",
  size.indexes AS "indexBytes",
  coalesce(s.n_live_tup, 0) AS "liveRows",
  coalesce(s.n_dead_tup, 0) AS "deadRows",
  coalesce(s.n_tup_ins, 0) AS "inserted",
  coalesce(s.n_tup_upd, 0) AS "updated",
  coalesce(s.n_tup_del, 0) AS "deleted",
  coalesce(s.n_mod_since_analyze, 0) AS "changedSinceAnalyze",
  extract(epoch FROM now() - greatest(s.last_analyze, s.last_autoanalyze))::float8 AS "analyzedSecondsAgo",
  extract(epoch FROM now() - greatest(s.last_vacuum, s.last_autovacuum))::float8 AS "vacuumedSecondsAgo",
  coalesce((o.o ->> 'autovacuum_enabled')::boolean, true) AS "autovacuumEnabled",
  least(
    coalesce((o.o ->> 'autovacuum_vacuum_threshold')::float8, current_setting('autovacuum_vacuum_threshold')::float8)
      + coalesce((o.o ->> 'autovacuum_vacuum_scale_factor')::float8, current_setting('autovacuum_vacuum_scale_factor')::float8)
      * greatest(c.reltuples, 0),
    -- New in 18; -1 is none.
    nullif(coalesce((o.o ->> 'autovacuum_vacuum_max_threshold')::float8, nullif(current_setting('autovacuum_vacuum_max_threshold', true), '')::float8), -1)
  ) AS "vacuumThreshold",
  coalesce((o.o ->> 'autovacuum_analyze_threshold')::float8, current_setting('autovacuum_analyze_threshold')::float8)
    + coalesce((o.o ->> 'autovacuum_analyze_scale_factor')::float8, current_setting('autovacuum_analyze_scale_factor')::float8)
    * greatest(c.reltuples, 0) AS "analyzeThreshold",
  CASE WHEN c.relfrozenxid <> '0'::xid THEN age(c.relfrozenxid) END AS "transactionAge"
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid
LEFT JOIN options o ON o.oid = c.oid
CROSS JOIN LATERAL (
  SELECT
    CASE WHEN c.relkind = 'p' THEN 0 WHEN l.relation IS NULL THEN coalesce(pg_relation_size(c.oid, 'main') + pg_relation_size(c.oid, 'fsm')
      + pg_relation_size(c.oid, 'vm') + pg_relation_size(c.oid, 'init'), 0) ELSE c.relpages * current_setting('block_size')::int8 END AS heap,
    CASE WHEN l.relation IS NULL AND c.reltoastrelid <> 0 THEN coalesce(pg_total_relation_size(c.reltoastrelid), 0) ELSE 0 END AS toast,
    CASE WHEN l.relation IS NULL AND c.relkind <> 'p' THEN coalesce(pg_indexes_size(c.oid), 0) ELSE 0 END AS indexes
  FROM (SELECT (SELECT relation FROM locked WHERE relation = c.oid) AS relation) l
) size
WHERE c.relkind IN ('r', 'm', 'p') AND c.relpersistence <> 't'
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_toast'
ORDER BY size.heap + size.toast + size.indexes DESC, 1
