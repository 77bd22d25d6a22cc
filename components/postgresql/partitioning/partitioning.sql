-- Partitions by plan, without extensions: made ahead of time, detached when their time is over, dropped after a grace
-- period. Run by somebody who may become platform_owner; running it again changes nothing but the code.
--
-- platform_owner owns the planned tables and everything here. platform_maintenance calls partitioning.maintain() and can do
-- nothing else: the functions that change tables run with their owner's rights, and touch only what the plan names.

SET client_min_messages = warning;
CREATE SCHEMA IF NOT EXISTS partitioning AUTHORIZATION platform_owner;

SET ROLE platform_owner;

-- What is to exist; written from the platform's own table of partitioned tables, and by nobody else.
CREATE TABLE IF NOT EXISTS partitioning.plan (
  table_schema name NOT NULL,
  table_name name NOT NULL,
  key name NOT NULL,
  method text NOT NULL CHECK (method IN ('range', 'hash')),
  period text CHECK (period IN ('day', 'week', 'month')),
  premake integer CHECK (premake BETWEEN 2 AND 128),
  retain integer CHECK (retain BETWEEN 1 AND 128),
  grace_days integer CHECK (grace_days >= 1),
  modulus integer CHECK (modulus BETWEEN 2 AND 128),
  storage jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(storage) = 'object'),
  -- False for a table that left the plan: its partitions stay as they are, and nothing here touches them again.
  managed boolean NOT NULL DEFAULT true,
  PRIMARY KEY (table_schema, table_name),
  CHECK ((method = 'range') = (num_nulls(period, premake, retain, grace_days) = 0)),
  CHECK ((method = 'hash') = (modulus IS NOT NULL))
);

-- What each run did with each table. A row without finished_at is of a run that still goes on or was killed.
CREATE SEQUENCE IF NOT EXISTS partitioning.run_number;
CREATE TABLE IF NOT EXISTS partitioning.runs (
  run bigint NOT NULL,
  table_schema name NOT NULL,
  table_name name NOT NULL,
  at timestamptz NOT NULL,
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished_at timestamptz,
  made text[] NOT NULL DEFAULT '{}',
  changed text[] NOT NULL DEFAULT '{}',
  detached text[] NOT NULL DEFAULT '{}',
  dropped text[] NOT NULL DEFAULT '{}',
  -- Another run had the table in hand.
  skipped boolean NOT NULL DEFAULT false,
  error text,
  PRIMARY KEY (run, table_schema, table_name)
);
CREATE INDEX IF NOT EXISTS runs_by_table ON partitioning.runs (table_schema, table_name, finished_at);

-- Partitions that wait for the end of their grace period. regclass, so that a dump restores the table and not a number.
CREATE TABLE IF NOT EXISTS partitioning.detached (
  relation regclass PRIMARY KEY,
  table_schema name NOT NULL,
  table_name name NOT NULL,
  partition_name name NOT NULL,
  lower_bound timestamptz NOT NULL,
  upper_bound timestamptz NOT NULL,
  detached_at timestamptz NOT NULL
);

-- Start of the period that lies `periods` after the one of `at`, in UTC.
CREATE OR REPLACE FUNCTION partitioning.period_start(period text, at timestamptz, periods integer) RETURNS timestamptz
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (date_trunc(period, at AT TIME ZONE 'UTC') + periods * ('1 ' || period)::interval) AT TIME ZONE 'UTC';

-- Partitions that the planned tables have, as the catalogs tell. Bounds of a range; NULL where one is open.
CREATE OR REPLACE VIEW partitioning.attached AS
SELECT plan.table_schema, plan.table_name, child.oid AS relation, child_schema.nspname AS partition_schema,
  child.relname AS partition_name, child.reloptions, bound.text AS bound,
  substring(bound.text FROM 'FROM \(''([^'']+)''\)')::timestamptz AS lower_bound,
  substring(bound.text FROM 'TO \(''([^'']+)''\)')::timestamptz AS upper_bound,
  substring(bound.text FROM 'modulus (\d+)')::integer AS modulus,
  substring(bound.text FROM 'remainder (\d+)')::integer AS remainder
FROM partitioning.plan AS plan
JOIN pg_catalog.pg_namespace AS parent_schema ON parent_schema.nspname = plan.table_schema
JOIN pg_catalog.pg_class AS parent ON parent.relnamespace = parent_schema.oid AND parent.relname = plan.table_name
JOIN pg_catalog.pg_inherits AS inheritance ON inheritance.inhparent = parent.oid
JOIN pg_catalog.pg_class AS child ON child.oid = inheritance.inhrelid AND child.relispartition
JOIN pg_catalog.pg_namespace AS child_schema ON child_schema.oid = child.relnamespace
CROSS JOIN LATERAL (SELECT pg_catalog.pg_get_expr(child.relpartbound, child.oid)) AS bound (text);

-- What an exporter tells of each planned table.
CREATE OR REPLACE VIEW partitioning.horizon AS
WITH attached AS MATERIALIZED (SELECT * FROM partitioning.attached)
SELECT plan.table_schema, plan.table_name, plan.method, present.partitions,
  -- Whole periods after the present one that have a partition, without a gap. NULL for a hash.
  CASE WHEN plan.method = 'range' THEN (
    SELECT count(*) FROM attached
    WHERE (attached.table_schema, attached.table_name) = (plan.table_schema, plan.table_name)
      AND attached.lower_bound > now() AND attached.upper_bound <= cover.until
  ) END AS periods_ahead,
  -- Seconds until the first moment for which there is no partition; 0 when that is now. NULL for a hash.
  CASE WHEN plan.method = 'range' THEN coalesce(extract(epoch FROM cover.until - now()), 0) END AS seconds_ahead,
  -- Remainders without a partition. NULL for a range.
  plan.modulus - present.partitions AS remainders_missing,
  waiting.partitions AS detached_waiting,
  -- Those of them that should be gone: a week is more than any failed run takes to be noticed.
  waiting.overdue AS detached_overdue,
  extract(epoch FROM now() - last.success) AS seconds_since_success,
  coalesce(last.failed, false)::integer AS last_run_failed
FROM partitioning.plan AS plan
CROSS JOIN LATERAL (
  SELECT count(*) AS partitions FROM attached
  WHERE (attached.table_schema, attached.table_name) = (plan.table_schema, plan.table_name)
) AS present
CROSS JOIN LATERAL (
  -- The first end that no other partition continues; nothing when the present moment itself has no partition.
  SELECT min(reached.upper_bound) AS until FROM attached AS reached
  WHERE (reached.table_schema, reached.table_name) = (plan.table_schema, plan.table_name)
    AND reached.upper_bound > now()
    AND NOT EXISTS (
      SELECT FROM attached AS next
      WHERE (next.table_schema, next.table_name) = (plan.table_schema, plan.table_name)
        AND next.lower_bound <= reached.upper_bound AND next.upper_bound > reached.upper_bound
    )
    AND EXISTS (
      SELECT FROM attached AS current
      WHERE (current.table_schema, current.table_name) = (plan.table_schema, plan.table_name)
        AND current.lower_bound <= now() AND current.upper_bound > now()
    )
) AS cover
CROSS JOIN LATERAL (
  SELECT count(*) AS partitions,
    count(*) FILTER (WHERE detached.detached_at + (plan.grace_days + 7) * interval '1 day' < now()) AS overdue
  FROM partitioning.detached
  WHERE (detached.table_schema, detached.table_name) = (plan.table_schema, plan.table_name)
) AS waiting
CROSS JOIN LATERAL (
  SELECT max(runs.finished_at) FILTER (WHERE runs.error IS NULL AND NOT runs.skipped) AS success,
    (array_agg(runs.error IS NOT NULL ORDER BY runs.run DESC) FILTER (WHERE runs.finished_at IS NOT NULL AND NOT runs.skipped))[1]
      AS failed
  FROM partitioning.runs
  WHERE (runs.table_schema, runs.table_name) = (plan.table_schema, plan.table_name)
) AS last
WHERE plan.managed;

-- Refuses a time that is not the present: with next year's date, this year's data would be detached. Only those who may
-- become the owner can ask for it.
CREATE OR REPLACE FUNCTION partitioning.check_time(at timestamptz, far boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $function$
BEGIN
  IF at IS NULL OR at IN ('infinity', '-infinity') THEN
    RAISE EXCEPTION 'partitioning: the time is %; give the present one: CALL partitioning.maintain(now())', coalesce(at::text, 'not set')
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF abs(extract(epoch FROM at - clock_timestamp())) <= 3600 THEN RETURN; END IF;
  IF NOT coalesce(far, false) THEN
    RAISE EXCEPTION 'partitioning: the time % is more than an hour from the server''s clock, %', at, clock_timestamp()
      USING ERRCODE = 'invalid_parameter_value',
        DETAIL = 'Partitions are detached and dropped by this time; a wrong one loses data.',
        HINT = 'CALL partitioning.maintain(now()); an owner who means the other time adds: far => true.';
  END IF;
  IF NOT pg_has_role(session_user, current_user, 'MEMBER') THEN
    RAISE EXCEPTION 'partitioning: % may not maintain at another time than the present', session_user
      USING ERRCODE = 'insufficient_privilege', HINT = 'CALL partitioning.maintain(now()).';
  END IF;
END
$function$;

-- Begins a run: a row in the log for each planned table. Rows older than 400 days go.
CREATE OR REPLACE FUNCTION partitioning.begin_run(at timestamptz, far boolean) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $function$
DECLARE
  begun bigint;
BEGIN
  PERFORM partitioning.check_time(at, far);
  begun := nextval('partitioning.run_number');
  DELETE FROM partitioning.runs WHERE runs.started_at < clock_timestamp() - interval '400 days';
  INSERT INTO partitioning.runs (run, table_schema, table_name, at)
  SELECT begun, plan.table_schema, plan.table_name, begin_run.at FROM partitioning.plan WHERE plan.managed;
  RETURN begun;
END
$function$;

-- Adds what went wrong with a table to its row of the run; `message` NULL: another run has it in hand.
CREATE OR REPLACE FUNCTION partitioning.note_failure(run bigint, planned_schema name, planned_table name, message text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
  UPDATE partitioning.runs SET error = nullif(concat_ws('; ', runs.error, message), ''), skipped = runs.skipped OR message IS NULL
  WHERE runs.run = note_failure.run AND runs.table_schema = planned_schema AND runs.table_name = planned_table
    AND runs.finished_at IS NULL;
$function$;

-- Ends a run, and tells what went wrong in it; NULL when nothing did.
CREATE OR REPLACE FUNCTION partitioning.end_run(run bigint) RETURNS text
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
  WITH ended AS (
    UPDATE partitioning.runs SET finished_at = clock_timestamp()
    WHERE runs.run = end_run.run AND runs.finished_at IS NULL RETURNING table_schema, table_name, error
  )
  SELECT string_agg(format('%s.%s: %s', ended.table_schema, ended.table_name, ended.error), E'\n' ORDER BY ended.table_schema, ended.table_name)
  FROM ended WHERE ended.error IS NOT NULL;
$function$;

-- The planned table, once it is what the plan says; else an error that names what differs.
CREATE OR REPLACE FUNCTION partitioning.check_table(planned partitioning.plan) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $function$
DECLARE
  parent oid := to_regclass(format('%I.%I', planned.table_schema, planned.table_name));
  strategy "char";
  keys text[];
BEGIN
  IF parent IS NULL THEN
    RAISE EXCEPTION 'the table is in the plan but does not exist';
  END IF;
  SELECT partitioned.partstrat, ARRAY(
      SELECT coalesce(attribute.attname, '(expression)') FROM unnest(partitioned.partattrs::smallint[]) WITH ORDINALITY AS part (number, position)
      LEFT JOIN pg_attribute AS attribute ON attribute.attrelid = parent AND attribute.attnum = part.number ORDER BY part.position)
    INTO strategy, keys FROM pg_partitioned_table AS partitioned WHERE partitioned.partrelid = parent;
  IF strategy IS NULL THEN
    RAISE EXCEPTION 'the table is not partitioned, the plan says %', planned.method;
  END IF;
  IF keys <> ARRAY[planned.key::text] OR strategy <> left(planned.method, 1)::"char" THEN
    RAISE EXCEPTION 'the table is partitioned by % (%), the plan says % (%)', CASE strategy WHEN 'r' THEN 'range' WHEN 'h' THEN 'hash' ELSE 'list' END,
      array_to_string(keys, ', '), planned.method, planned.key;
  END IF;
  IF EXISTS (SELECT FROM partitioning.attached WHERE attached.table_schema = planned.table_schema
      AND attached.table_name = planned.table_name AND attached.bound = 'DEFAULT') THEN
    RAISE EXCEPTION 'the table has a DEFAULT partition, whose rows would block every new partition of their time; move them out and drop it';
  END IF;
END
$function$;

-- Makes one partition that is missing, and gives back its name; NULL when none is. The present period comes first, then
-- those ahead, then gaps behind. ATTACH lets readers and writers of the table go on (SHARE UPDATE EXCLUSIVE), where CREATE …
-- PARTITION OF would stop them.
CREATE OR REPLACE FUNCTION partitioning.create_one(planned partitioning.plan, at timestamptz) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $function$
DECLARE
  periods integer;
  start timestamptz;
  ending timestamptz;
  oldest timestamptz;
  covered timestamptz;
  remainder integer;
  other integer;
BEGIN
  IF planned.method = 'hash' THEN
    SELECT attached.modulus INTO other FROM partitioning.attached WHERE attached.table_schema = planned.table_schema
      AND attached.table_name = planned.table_name AND attached.modulus <> planned.modulus LIMIT 1;
    IF FOUND THEN
      RAISE EXCEPTION 'the partitions have modulus %, the plan says %; another modulus moves rows, which is a migration''s work', other, planned.modulus;
    END IF;
    SELECT min(number) INTO remainder FROM generate_series(0, planned.modulus - 1) AS number
    WHERE number NOT IN (SELECT attached.remainder FROM partitioning.attached
      WHERE attached.table_schema = planned.table_schema AND attached.table_name = planned.table_name);
    IF remainder IS NULL THEN RETURN NULL; END IF;
    RETURN partitioning.add(planned, format('%s_h%s', planned.table_name, lpad(remainder::text, length((planned.modulus - 1)::text), '0')),
      format('FOR VALUES WITH (MODULUS %s, REMAINDER %s)', planned.modulus, remainder), NULL);
  END IF;
  -- The period before the present one too: a message that was under way at its end has the time at which it began.
  SELECT greatest(partitioning.period_start(planned.period, at, -planned.retain),
      least(partitioning.period_start(planned.period, at, -1), min(attached.lower_bound)))
    INTO oldest FROM partitioning.attached
    WHERE attached.table_schema = planned.table_schema AND attached.table_name = planned.table_name;
  FOR periods IN SELECT number FROM generate_series(-planned.retain, planned.premake) AS number ORDER BY number < 0, abs(number) LOOP
    start := greatest(partitioning.period_start(planned.period, at, periods), oldest);
    ending := partitioning.period_start(planned.period, at, periods + 1);
    CONTINUE WHEN ending <= oldest;
    -- Partitions of another period, from before the plan changed, stay; what they leave uncovered gets one of its own.
    LOOP
      SELECT max(attached.upper_bound) INTO covered FROM partitioning.attached WHERE attached.table_schema = planned.table_schema
        AND attached.table_name = planned.table_name AND attached.lower_bound <= start AND attached.upper_bound > start;
      EXIT WHEN covered IS NULL;
      start := covered;
    END LOOP;
    CONTINUE WHEN start >= ending;
    SELECT least(ending, min(attached.lower_bound)) INTO ending FROM partitioning.attached
    WHERE attached.table_schema = planned.table_schema AND attached.table_name = planned.table_name AND attached.lower_bound > start;
    RETURN partitioning.add(planned, format('%s_p%s', planned.table_name, to_char(start AT TIME ZONE 'UTC', 'YYYYMMDD')),
      format('FOR VALUES FROM (%L) TO (%L)', start, ending),
      -- Tells ATTACH that it need not look at any row.
      format('%1$I IS NOT NULL AND %1$I >= %2$L AND %1$I < %3$L', planned.key, start, ending));
  END LOOP;
  RETURN NULL;
END
$function$;

CREATE OR REPLACE FUNCTION partitioning.storage_options(storage jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
RETURN ARRAY(SELECT format('%s=%s', key, value) FROM jsonb_each_text(storage) ORDER BY key);

CREATE OR REPLACE FUNCTION partitioning.storage_clause(storage jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
RETURN (SELECT string_agg(format('%I = %L', key, value), ', ' ORDER BY key) FROM jsonb_each_text(storage));

CREATE OR REPLACE FUNCTION partitioning.add(planned partitioning.plan, name text, bounds text, condition text) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $function$
DECLARE
  child text := format('%I.%I', planned.table_schema, name);
BEGIN
  IF octet_length(name) > 63 THEN
    RAISE EXCEPTION 'the partition''s name % would be cut off after 63 bytes', name;
  END IF;
  -- Without IDENTITY: a partition takes part in its parent's, and one of its own is refused.
  EXECUTE format('CREATE TABLE %s (LIKE %I.%I INCLUDING ALL EXCLUDING IDENTITY%s)%s', child, planned.table_schema, planned.table_name,
    ', CONSTRAINT partition_bounds CHECK (' || condition || ')',
    ' WITH (' || partitioning.storage_clause(planned.storage) || ')');
  EXECUTE format('ALTER TABLE %I.%I ATTACH PARTITION %s %s', planned.table_schema, planned.table_name, child, bounds);
  IF condition IS NOT NULL THEN
    -- From here on it would only be checked a second time for each row.
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT partition_bounds', child);
  END IF;
  RETURN name;
END
$function$;

-- Gives one partition the storage parameters of the plan; NULL when all have them.
CREATE OR REPLACE FUNCTION partitioning.change_one(planned partitioning.plan) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $function$
DECLARE
  child record;
BEGIN
  SELECT attached.partition_schema, attached.partition_name INTO child FROM partitioning.attached
  WHERE attached.table_schema = planned.table_schema AND attached.table_name = planned.table_name
    AND NOT coalesce(attached.reloptions, '{}') @> partitioning.storage_options(planned.storage)
  ORDER BY attached.partition_name LIMIT 1;
  IF NOT FOUND THEN RETURN NULL; END IF;
  EXECUTE format('ALTER TABLE %I.%I SET (%s)', child.partition_schema, child.partition_name, partitioning.storage_clause(planned.storage));
  RETURN child.partition_name;
END
$function$;

-- Detaches the oldest partition whose time is over; NULL when there is none. DETACH … CONCURRENTLY is refused inside a
-- procedure, and one that is killed leaves a half-detached partition for somebody to finish by hand. The plain form stops
-- readers and writers for the milliseconds that it takes, and for as long as it waits for those before it.
CREATE OR REPLACE FUNCTION partitioning.detach_one(planned partitioning.plan, at timestamptz) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $function$
DECLARE
  child record;
BEGIN
  SELECT * INTO child FROM partitioning.attached
  WHERE attached.table_schema = planned.table_schema AND attached.table_name = planned.table_name
    AND attached.lower_bound IS NOT NULL AND attached.upper_bound <= partitioning.period_start(planned.period, at, -planned.retain)
  ORDER BY attached.lower_bound LIMIT 1;
  IF NOT FOUND THEN RETURN NULL; END IF;
  -- The lock that DETACH takes, for which it is enough to own the table. LOCK TABLE wants a right to change rows, which nobody
  -- has on an append-only table.
  EXECUTE format('ALTER TABLE %I.%I OWNER TO CURRENT_USER', planned.table_schema, planned.table_name);
  -- Everybody waits behind the lock that is now held, so that further ones (the partition, referenced tables) get little time.
  PERFORM set_config('lock_timeout', '50ms', true);
  EXECUTE format('ALTER TABLE %I.%I DETACH PARTITION %I.%I', planned.table_schema, planned.table_name, child.partition_schema, child.partition_name);
  INSERT INTO partitioning.detached (relation, table_schema, table_name, partition_name, lower_bound, upper_bound, detached_at)
  VALUES (child.relation, planned.table_schema, planned.table_name, child.partition_name, child.lower_bound, child.upper_bound, at)
  ON CONFLICT (relation) DO UPDATE SET detached_at = excluded.detached_at, lower_bound = excluded.lower_bound, upper_bound = excluded.upper_bound;
  RETURN child.partition_name;
END
$function$;

-- Drops the oldest detached partition whose grace period is over; NULL when there is none. One that somebody attached again,
-- renamed or dropped is no longer ours to drop.
CREATE OR REPLACE FUNCTION partitioning.drop_one(planned partitioning.plan, at timestamptz) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $function$
DECLARE
  child record;
BEGIN
  DELETE FROM partitioning.detached WHERE detached.table_schema = planned.table_schema AND detached.table_name = planned.table_name
    AND NOT EXISTS (SELECT FROM pg_class WHERE pg_class.oid = detached.relation AND pg_class.relname = detached.partition_name
      AND NOT pg_class.relispartition);
  SELECT detached.relation, detached.partition_name INTO child FROM partitioning.detached
  WHERE detached.table_schema = planned.table_schema AND detached.table_name = planned.table_name
    AND detached.detached_at + planned.grace_days * interval '1 day' <= at
  ORDER BY detached.lower_bound LIMIT 1;
  IF NOT FOUND THEN RETURN NULL; END IF;
  EXECUTE format('DROP TABLE %s', child.relation);
  DELETE FROM partitioning.detached WHERE detached.relation = child.relation;
  RETURN child.partition_name;
END
$function$;

-- One step of a run with one table in one transaction: looks again at what there is, does one thing, logs it. Gives back the
-- partition, or NULL when nothing of this phase is left. Waits at most lock_timeout for any lock. SQLSTATE AL001: another run
-- has the table in hand.
CREATE OR REPLACE FUNCTION partitioning.step(run bigint, planned_schema name, planned_table name, phase text, at timestamptz, far boolean)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' SET lock_timeout = '450ms' AS $function$
DECLARE
  planned partitioning.plan;
  done text;
BEGIN
  PERFORM partitioning.check_time(at, far);
  -- Held until the transaction ends, however it does; a killed run leaves nothing behind.
  IF NOT pg_try_advisory_xact_lock(hashtext('partitioning.step'), hashtext(format('%I.%I', planned_schema, planned_table))) THEN
    RAISE EXCEPTION 'another run has % in hand', planned_table USING ERRCODE = 'AL001';
  END IF;
  SELECT * INTO planned FROM partitioning.plan
  WHERE plan.managed AND plan.table_schema = planned_schema AND plan.table_name = planned_table;
  IF NOT FOUND THEN RETURN NULL; END IF;
  PERFORM partitioning.check_table(planned);
  CASE phase
    WHEN 'create' THEN done := partitioning.create_one(planned, at);
    WHEN 'change' THEN done := partitioning.change_one(planned);
    WHEN 'detach' THEN done := partitioning.detach_one(planned, at);
    WHEN 'drop' THEN done := partitioning.drop_one(planned, at);
  END CASE;
  UPDATE partitioning.runs SET
    made = CASE phase WHEN 'create' THEN runs.made || done ELSE runs.made END,
    changed = CASE phase WHEN 'change' THEN runs.changed || done ELSE runs.changed END,
    detached = CASE phase WHEN 'detach' THEN runs.detached || done ELSE runs.detached END,
    dropped = CASE phase WHEN 'drop' THEN runs.dropped || done ELSE runs.dropped END
  WHERE done IS NOT NULL AND runs.run = step.run AND runs.table_schema = planned_schema AND runs.table_name = planned_table
    AND runs.finished_at IS NULL;
  RETURN done;
END
$function$;

-- Keeps the partitions of all planned tables: makes those that are missing, detaches those whose time is over, drops those
-- whose grace period is over. CALL it outside a transaction: each step is committed by itself, so that locks are held for
-- moments and a killed run loses nothing. Called twice, or by several at once, it does everything once. A table that cannot be
-- kept is logged and does not stop the others; the call then ends with an error that names it.
--
-- at: the present moment, now(). far: that another one is meant; only for those who may become the owner.
CREATE OR REPLACE PROCEDURE partitioning.maintain(at timestamptz, far boolean DEFAULT false)
LANGUAGE plpgsql AS $procedure$
DECLARE
  -- Steps with one table in one phase: nothing that was reckoned wrong makes or drops without end.
  most constant integer := 128;
  -- Tries for a lock, a second apart, in which those who waited get on.
  tries constant integer := 5;
  run bigint;
  plans partitioning.plan[];
  planned partitioning.plan;
  phase text;
  done text;
  attempt integer;
  failure text;
BEGIN
  run := partitioning.begin_run(at, far);
  COMMIT;
  plans := ARRAY(SELECT plan FROM partitioning.plan WHERE plan.managed ORDER BY plan.table_schema, plan.table_name);
  -- Creation of all tables first: without it inserts fail; what is not dropped only takes room.
  FOREACH phase IN ARRAY ARRAY['create', 'change', 'detach', 'drop'] LOOP
    FOREACH planned IN ARRAY plans LOOP
      CONTINUE WHEN planned.method = 'hash' AND phase IN ('detach', 'drop');
      attempt := 1;
      FOR steps IN 1..most LOOP
        failure := NULL;
        BEGIN
          done := partitioning.step(run, planned.table_schema, planned.table_name, phase, at, far);
        EXCEPTION
          WHEN SQLSTATE 'AL001' THEN
            done := NULL;
            PERFORM partitioning.note_failure(run, planned.table_schema, planned.table_name, NULL);
          WHEN lock_not_available OR deadlock_detected THEN
            done := 'once more';
            failure := format('%s: no lock within lock_timeout, %s times', phase, attempt);
            attempt := attempt + 1;
          WHEN OTHERS THEN
            done := NULL;
            PERFORM partitioning.note_failure(run, planned.table_schema, planned.table_name, format('%s: %s', phase, SQLERRM));
        END;
        IF attempt > tries THEN
          PERFORM partitioning.note_failure(run, planned.table_schema, planned.table_name, failure);
          done := NULL;
        END IF;
        COMMIT;
        EXIT WHEN done IS NULL;
        IF failure IS NOT NULL THEN PERFORM pg_catalog.pg_sleep(1); END IF;
      END LOOP;
    END LOOP;
  END LOOP;
  failure := partitioning.end_run(run);
  COMMIT;
  IF failure IS NOT NULL THEN
    RAISE EXCEPTION 'partitioning: run % could not keep every table', run USING DETAIL = failure,
      HINT = 'The others are done. The next run tries again; what each did: SELECT * FROM partitioning.runs WHERE run = ' || run || '.';
  END IF;
END
$procedure$;

-- Nobody gets what is not named here; PUBLIC may execute every new function otherwise.
REVOKE ALL ON SCHEMA partitioning FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA partitioning FROM PUBLIC;
REVOKE ALL ON ALL ROUTINES IN SCHEMA partitioning FROM PUBLIC;
GRANT USAGE ON SCHEMA partitioning TO platform_maintenance, monitoring;
GRANT SELECT ON partitioning.plan, partitioning.runs TO platform_maintenance;
GRANT SELECT ON partitioning.plan, partitioning.runs, partitioning.detached, partitioning.attached, partitioning.horizon TO monitoring;
GRANT EXECUTE ON PROCEDURE partitioning.maintain(timestamptz, boolean) TO platform_maintenance;
GRANT EXECUTE ON FUNCTION partitioning.begin_run(timestamptz, boolean), partitioning.end_run(bigint),
  partitioning.note_failure(bigint, name, name, text), partitioning.step(bigint, name, name, text, timestamptz, boolean)
  TO platform_maintenance;

RESET ROLE;
RESET client_min_messages;
