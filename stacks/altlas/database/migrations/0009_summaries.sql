-- Sums that pages and bills ask for many times between two changes. Made anew without locking their readers, which needs
-- the unique index; the first filling cannot be concurrent, and CREATE does it.
CREATE MATERIALIZED VIEW platform.usage_monthly AS
SELECT tenant_id, date_trunc('month', day)::date AS month, model,
  sum(requests)::bigint AS requests, sum(input_tokens)::bigint AS input_tokens,
  sum(output_tokens)::bigint AS output_tokens, sum(milliseconds)::bigint AS milliseconds
FROM platform.usage
GROUP BY tenant_id, date_trunc('month', day), model;

-- Serves usage_of_tenant_by_month, and the concurrent refresh.
CREATE UNIQUE INDEX usage_monthly_tenant_month_model ON platform.usage_monthly (tenant_id, month, model);

CREATE MATERIALIZED VIEW platform.jobs_daily AS
SELECT (created_at AT TIME ZONE 'UTC')::date AS day, kind, status, count(*) AS jobs,
  percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM finished_at - created_at)::double precision)
    AS seconds_p95
FROM platform.jobs
-- Thirty days: two partitions, three at the beginning of March.
WHERE created_at >= date_trunc('day', now()) - interval '30 days' AND created_at <= now()
GROUP BY 1, 2, 3;

-- Serves jobs_by_day, and the concurrent refresh.
CREATE UNIQUE INDEX jobs_daily_day_kind_status ON platform.jobs_daily (day, kind, status);
