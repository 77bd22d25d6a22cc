(
    SELECT jsonb_build_object(
      'secondsSinceSuccess', h.seconds_since_success::float8, 'lastRunFailed', h.last_run_failed = 1, 'detachedOverdue', h.detached_overdue
    ) FROM partitioning.horizon h WHERE h.table_schema = n.nspname AND h.table_name = p.relname
  ) AS "planned"
