-- What services may do with jobs. They run as their owner: a service needs no right on a table, and can do nothing with
-- one that does not stand here. Each looks at the one partition that the job's id names.

CREATE OR REPLACE FUNCTION platform.enqueue_job(
  job uuid, tenant uuid, asking_user uuid, job_kind text, job_payload jsonb,
  job_priority smallint DEFAULT 0, not_before timestamptz DEFAULT NULL, attempts smallint DEFAULT 3
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, platform, pg_temp AS $$
BEGIN
  IF platform.id_time(job) NOT BETWEEN now() - interval '1 day' AND now() + interval '5 minutes' THEN
    RAISE EXCEPTION 'the id % of the job is of %, not of now', job, platform.id_time(job)
      USING ERRCODE = 'invalid_parameter_value',
      HINT = 'Make it with platform.new_id(), or any UUID version 7, when the job is asked for.';
  END IF;
  -- The same id again is the same request again: a caller that lost the answer may simply repeat.
  INSERT INTO platform.jobs (
    id, created_at, tenant_id, user_id, kind, priority, max_attempts, run_after, updated_at, payload
  ) VALUES (
    job, platform.id_time(job), tenant, asking_user, job_kind, job_priority, attempts,
    coalesce(not_before, now()), clock_timestamp(), job_payload
  ) ON CONFLICT (id, created_at) DO NOTHING;
  RETURN FOUND;
END $$;
COMMENT ON FUNCTION platform.enqueue_job IS
  'Makes a job, its first event and its message in one transaction; false when it was there already.';

CREATE OR REPLACE FUNCTION platform.claim_job(of_kind text, by_worker text, lease interval)
RETURNS TABLE (job uuid, job_payload jsonb, job_attempt smallint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, platform, pg_temp AS $$
DECLARE
  found_id uuid;
  found_at timestamptz;
BEGIN
  -- Whoever another worker has in hand is skipped, not waited for. 27 days and five minutes lie in at most two months.
  SELECT id, created_at INTO found_id, found_at
  FROM platform.jobs
  WHERE status = 'queued' AND kind = of_kind AND run_after <= now()
    AND created_at > now() - interval '27 days' AND created_at <= now() + interval '5 minutes'
  ORDER BY priority DESC, run_after
  LIMIT 1
  FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  RETURN QUERY
  UPDATE platform.jobs
  SET status = 'running', attempt = attempt + 1, worker = by_worker, lease_until = now() + lease,
    started_at = coalesce(started_at, now())
  WHERE id = found_id AND created_at = found_at
  RETURNING id, payload, attempt;
END $$;
COMMENT ON FUNCTION platform.claim_job IS 'The next job of a kind, for a worker that asks; no row when none waits.';

CREATE OR REPLACE FUNCTION platform.start_job(job uuid, by_worker text, lease interval) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, platform, pg_temp AS $$
BEGIN
  UPDATE platform.jobs
  SET status = 'running', attempt = attempt + 1, worker = by_worker, lease_until = now() + lease,
    started_at = coalesce(started_at, now())
  WHERE id = job AND created_at = platform.id_time(job) AND status = 'queued';
  RETURN FOUND;
END $$;
COMMENT ON FUNCTION platform.start_job IS
  'Takes the job that a message named; false when another has it, which makes a message delivered twice harmless.';

CREATE OR REPLACE FUNCTION platform.extend_lease(job uuid, by_worker text, lease interval) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, platform, pg_temp AS $$
BEGIN
  UPDATE platform.jobs
  SET lease_until = now() + lease
  WHERE id = job AND created_at = platform.id_time(job) AND status = 'running' AND worker = by_worker;
  RETURN FOUND;
END $$;
COMMENT ON FUNCTION platform.extend_lease IS 'Says that a worker is alive; false tells it that it lost the job.';

CREATE OR REPLACE FUNCTION platform.finish_job(job uuid, by_worker text, job_result jsonb) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, platform, pg_temp AS $$
BEGIN
  UPDATE platform.jobs
  SET status = 'succeeded', finished_at = now(), worker = NULL, lease_until = NULL, result = job_result
  WHERE id = job AND created_at = platform.id_time(job) AND status = 'running' AND worker = by_worker;
  RETURN FOUND;
END $$;
COMMENT ON FUNCTION platform.finish_job IS 'Ends a job well; false when the worker no longer has it.';

CREATE OR REPLACE FUNCTION platform.fail_job(job uuid, by_worker text, why text, retry_in interval DEFAULT NULL)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, platform, pg_temp AS $$
BEGIN
  UPDATE platform.jobs
  SET status = CASE WHEN retry_in IS NOT NULL AND attempt < max_attempts THEN 'queued' ELSE 'failed' END
        ::platform.job_state,
    run_after = CASE WHEN retry_in IS NOT NULL AND attempt < max_attempts THEN now() + retry_in ELSE run_after END,
    finished_at = CASE WHEN retry_in IS NOT NULL AND attempt < max_attempts THEN NULL ELSE now() END,
    error = CASE WHEN retry_in IS NOT NULL AND attempt < max_attempts THEN NULL ELSE left(why, 8192) END,
    worker = NULL, lease_until = NULL
  WHERE id = job AND created_at = platform.id_time(job) AND status = 'running' AND worker = by_worker;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  PERFORM platform.add_job_event(job, 'attempt.failed', jsonb_build_object('error', left(why, 8192)));
  RETURN true;
END $$;
COMMENT ON FUNCTION platform.fail_job IS
  'An attempt failed: tried again after `retry_in` while attempts are left, else the end; false when the worker no longer has it.';

CREATE OR REPLACE FUNCTION platform.cancel_job(job uuid, tenant uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, platform, pg_temp AS $$
BEGIN
  UPDATE platform.jobs
  SET status = 'cancelled', finished_at = now(), worker = NULL, lease_until = NULL
  WHERE id = job AND created_at = platform.id_time(job) AND tenant_id = tenant AND status IN ('queued', 'running');
  RETURN FOUND;
END $$;
COMMENT ON FUNCTION platform.cancel_job IS 'Ends a job of a tenant that is not over; false when it is, or is none of theirs.';

CREATE OR REPLACE FUNCTION platform.release_lost_jobs(at_most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, platform, pg_temp AS $$
DECLARE
  lost record;
  released integer := 0;
BEGIN
  FOR lost IN
    SELECT id, worker
    FROM platform.jobs
    WHERE status = 'running' AND lease_until < now()
      AND created_at > now() - interval '27 days' AND created_at <= now() + interval '5 minutes'
    ORDER BY lease_until
    LIMIT at_most
    FOR UPDATE SKIP LOCKED
  LOOP
    PERFORM platform.fail_job(lost.id, lost.worker, format('worker %s was lost', lost.worker), interval '0');
    released := released + 1;
  END LOOP;
  RETURN released;
END $$;
COMMENT ON FUNCTION platform.release_lost_jobs IS 'Jobs whose worker let its lease pass are tried again; says how many.';

CREATE OR REPLACE FUNCTION platform.add_job_event(job uuid, event_kind text, event_detail jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, platform, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM platform.jobs WHERE id = job AND created_at = platform.id_time(job)) THEN
    RAISE EXCEPTION 'there is no job %', job USING ERRCODE = 'foreign_key_violation', HINT = 'Enqueue it first.';
  END IF;
  INSERT INTO platform.job_events (job_id, job_created_at, id, kind, detail)
  VALUES (job, platform.id_time(job), platform.new_id(), event_kind, event_detail);
END $$;
COMMENT ON FUNCTION platform.add_job_event IS 'Tells something about a job besides its states, such as its progress.';

-- What the interface for clients reads: no payload, no worker, no lease.
CREATE OR REPLACE VIEW platform.job_status AS
SELECT id, created_at, tenant_id, user_id, kind, status, attempt, max_attempts, updated_at, started_at, finished_at,
  error, result
FROM platform.jobs;
COMMENT ON VIEW platform.job_status IS 'Jobs as their tenants see them.';
