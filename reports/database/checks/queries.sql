WITH /* altlas report: queries */ here AS (
  SELECT s.* FROM @extschema@.pg_stat_statements s
  WHERE s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND s.query NOT LIKE '%/* altlas report:%'
    -- Marks of transactions cost nothing, and this report sets some for each question.
    AND s.query !~* '^(begin|start transaction|savepoint|release|rollback to)\y'
)
SELECT
  h.queryid::text AS "id",
  coalesce(r.rolname, h.userid::text) AS "role",
  left(h.query, 4000) AS "query",
  length(h.query) > 4000 AS "cut",
  h.calls AS "calls",
  h.total_exec_time AS "totalMilliseconds",
  h.mean_exec_time AS "meanMilliseconds",
  h.max_exec_time AS "maxMilliseconds",
  h.rows AS "rows",
  h.shared_blks_hit AS "blocksHit",
  h.shared_blks_read AS "blocksRead",
  h.temp_blks_written AS "blocksSpilled",
  (h.total_exec_time / nullif((SELECT sum(total_exec_time) FROM here), 0))::float8 AS "share"
FROM here h
LEFT JOIN pg_roles r ON r.oid = h.userid
WHERE h.toplevel
ORDER BY h.total_exec_time DESC
LIMIT 500
