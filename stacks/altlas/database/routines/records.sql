-- What services may do with outbox, audit log and usage; they run as their owner, as those of jobs do.

CREATE OR REPLACE FUNCTION platform.claim_outbox(at_most integer)
RETURNS TABLE (message uuid, message_topic text, message_payload jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, platform, pg_temp AS $$
BEGIN
  -- The rows stay locked until the relay's transaction ends, so that two relays never send the same message at once.
  RETURN QUERY
  SELECT id, topic, payload
  FROM platform.outbox
  WHERE published_at IS NULL
    AND created_at > now() - interval '6 days' AND created_at <= now() + interval '5 minutes'
  ORDER BY created_at, id
  LIMIT at_most
  FOR UPDATE SKIP LOCKED;
END $$;
COMMENT ON FUNCTION platform.claim_outbox IS
  'Messages to send, oldest first; call acknowledge_outbox in the same transaction once the broker has confirmed them.';

CREATE OR REPLACE FUNCTION platform.acknowledge_outbox(messages uuid[]) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, platform, pg_temp AS $$
DECLARE
  message uuid;
  acknowledged integer := 0;
BEGIN
  -- One by one: each names its partition, where a join would open all of them.
  FOREACH message IN ARRAY messages LOOP
    UPDATE platform.outbox
    SET published_at = now()
    WHERE id = message AND created_at = platform.id_time(message) AND published_at IS NULL;
    IF FOUND THEN
      acknowledged := acknowledged + 1;
    END IF;
  END LOOP;
  RETURN acknowledged;
END $$;
COMMENT ON FUNCTION platform.acknowledge_outbox IS 'The broker has them; says how many were not known to be sent.';

CREATE OR REPLACE FUNCTION platform.record_audit(
  tenant uuid, acting_user uuid, from_address inet, did text, to_what text, ended text, request text, more jsonb
) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, platform, pg_temp AS $$
DECLARE
  -- Made here: a caller that chose the id would choose the time.
  entry uuid := platform.new_id();
BEGIN
  INSERT INTO platform.audit_log (
    id, occurred_at, tenant_id, user_id, source, action, target, outcome, request_id, detail
  ) VALUES (entry, platform.id_time(entry), tenant, acting_user, from_address, did, to_what, ended, request, more);
  RETURN entry;
END $$;
COMMENT ON FUNCTION platform.record_audit IS 'Writes one line of the audit log, at the time of the server.';

CREATE OR REPLACE FUNCTION platform.record_usage(
  tenant uuid, of_model text, tokens_in bigint, tokens_out bigint, took_milliseconds bigint
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, platform, pg_temp AS $$
BEGIN
  INSERT INTO platform.usage AS known (tenant_id, day, model, requests, input_tokens, output_tokens, milliseconds)
  VALUES (tenant, (now() AT TIME ZONE 'UTC')::date, of_model, 1, tokens_in, tokens_out, took_milliseconds)
  ON CONFLICT (tenant_id, day, model) DO UPDATE SET
    requests = known.requests + 1,
    input_tokens = known.input_tokens + excluded.input_tokens,
    output_tokens = known.output_tokens + excluded.output_tokens,
    milliseconds = known.milliseconds + excluded.milliseconds;
END $$;
COMMENT ON FUNCTION platform.record_usage IS 'Adds one request to the sums of a tenant, the present day (UTC) and a model.';

CREATE OR REPLACE FUNCTION platform.refresh_view(view text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, platform, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_matviews WHERE schemaname = 'platform' AND matviewname = view) THEN
    RAISE EXCEPTION 'there is no materialised view platform.%', view USING ERRCODE = 'undefined_table';
  END IF;
  -- Concurrently: whoever reads goes on reading what was there before.
  EXECUTE format('REFRESH MATERIALIZED VIEW CONCURRENTLY platform.%I', view);
END $$;
COMMENT ON FUNCTION platform.refresh_view IS
  'Makes a view anew; only an owner may, and the jobs that ask for it own nothing.';
