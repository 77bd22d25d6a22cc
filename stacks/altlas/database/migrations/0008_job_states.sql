-- The state machine of jobs, kept by the server: whoever writes, by whatever way, no job takes a step that is not here,
-- and every step leaves an event and a message.
CREATE TABLE platform.job_transitions (
  -- Serves job_transition.
  from_status platform.job_state NOT NULL,
  to_status platform.job_state NOT NULL,
  meaning text NOT NULL,
  PRIMARY KEY (from_status, to_status)
);

INSERT INTO platform.job_transitions (from_status, to_status, meaning) VALUES
  ('queued', 'running', 'a worker took it'),
  ('queued', 'failed', 'nobody took it in time'),
  ('queued', 'cancelled', 'whoever asked for it does not want it any more'),
  ('running', 'succeeded', 'it is done'),
  ('running', 'failed', 'it failed, and no attempt is left'),
  ('running', 'queued', 'it failed or its worker was lost, and is tried again'),
  ('running', 'cancelled', 'whoever asked for it does not want it any more');

CREATE FUNCTION platform.check_job() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, platform, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.status <> 'queued' OR NEW.attempt <> 0 THEN
      RAISE EXCEPTION 'job % cannot begin as % with attempt %', NEW.id, NEW.status, NEW.attempt
        USING ERRCODE = 'check_violation', HINT = 'A job begins as queued, with no attempt made.';
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.id, NEW.created_at, NEW.tenant_id, NEW.user_id, NEW.kind, NEW.payload)
     IS DISTINCT FROM (OLD.id, OLD.created_at, OLD.tenant_id, OLD.user_id, OLD.kind, OLD.payload) THEN
    RAISE EXCEPTION 'what job % was asked to do cannot change', OLD.id
      USING ERRCODE = 'check_violation', HINT = 'Enqueue another job.';
  END IF;
  IF NEW.status <> OLD.status AND NOT EXISTS (
    SELECT FROM platform.job_transitions WHERE from_status = OLD.status AND to_status = NEW.status
  ) THEN
    RAISE EXCEPTION 'job % cannot go from % to %', OLD.id, OLD.status, NEW.status
      USING ERRCODE = 'check_violation',
      HINT = (
        SELECT CASE count(*) WHEN 0 THEN format('%s is an end.', OLD.status)
          ELSE format('From %s it may go to %s.', OLD.status, string_agg(to_status::text, ', ' ORDER BY to_status)) END
        FROM platform.job_transitions WHERE from_status = OLD.status);
  END IF;
  NEW.updated_at := clock_timestamp();
  RETURN NEW;
END $$;

CREATE TRIGGER check_job BEFORE INSERT OR UPDATE ON platform.jobs
  FOR EACH ROW EXECUTE FUNCTION platform.check_job();

CREATE FUNCTION platform.announce_job() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, platform, pg_temp AS $$
DECLARE
  event_id uuid := platform.new_id();
BEGIN
  INSERT INTO platform.job_events (job_id, job_created_at, id, status, kind, detail)
  VALUES (NEW.id, NEW.created_at, event_id, NEW.status, 'status',
    jsonb_strip_nulls(jsonb_build_object('attempt', NEW.attempt, 'worker', NEW.worker, 'error', NEW.error)));
  INSERT INTO platform.outbox (id, created_at, subject_id, topic, payload)
  VALUES (event_id, platform.id_time(event_id), NEW.id, 'job.' || NEW.status,
    jsonb_build_object('id', NEW.id, 'tenant', NEW.tenant_id, 'user', NEW.user_id, 'kind', NEW.kind,
      'status', NEW.status, 'attempt', NEW.attempt));
  -- The server sends equal notifications of one transaction once, so a hundred jobs wake the relay once.
  PERFORM pg_notify('platform_outbox', '');
  RETURN NULL;
END $$;

CREATE TRIGGER announce_new_job AFTER INSERT ON platform.jobs
  FOR EACH ROW EXECUTE FUNCTION platform.announce_job();
CREATE TRIGGER announce_job AFTER UPDATE ON platform.jobs
  FOR EACH ROW WHEN (NEW.status <> OLD.status) EXECUTE FUNCTION platform.announce_job();

-- Rights can be granted again by mistake; this cannot be got round without dropping a trigger.
CREATE FUNCTION platform.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION '%.% is append-only: % is refused', TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'insufficient_privilege', HINT = 'Old rows go with their partition.';
END $$;

CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON platform.job_events
  FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON platform.job_events
  FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON platform.audit_log
  FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON platform.audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON platform.job_events, platform.audit_log FROM CURRENT_USER;
