-- One row for each job that somebody asked for. Third normal form: nothing here follows from anything but the job.
-- What happened to it is in job_events; that `status` could be derived from there is the one exception, because every
-- question about a job is about its present state.

-- An enum: four bytes in place of ten, no other value gets in, and a new state is one ALTER TYPE.
CREATE TYPE platform.job_state AS ENUM ('queued', 'running', 'succeeded', 'failed', 'cancelled');

CREATE TABLE platform.jobs (
  id uuid NOT NULL,
  -- The partition key. It is the id's own time, and so is known wherever the id is.
  created_at timestamptz NOT NULL,
  tenant_id uuid NOT NULL,
  user_id uuid NOT NULL,
  -- text with a bound in place of varchar(n): a bound can be raised without rewriting the table.
  kind text NOT NULL CHECK (kind ~ '^[a-z][a-z0-9_.-]{0,62}$'),
  status platform.job_state NOT NULL DEFAULT 'queued',
  -- smallint: both are small by nature, and columns of a fixed width stand before those without.
  priority smallint NOT NULL DEFAULT 0 CHECK (priority BETWEEN -100 AND 100),
  attempt smallint NOT NULL DEFAULT 0 CHECK (attempt BETWEEN 0 AND max_attempts),
  max_attempts smallint NOT NULL DEFAULT 3 CHECK (max_attempts BETWEEN 1 AND 20),
  run_after timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  started_at timestamptz,
  lease_until timestamptz,
  finished_at timestamptz,
  worker text CHECK (length(worker) <= 253),
  error text CHECK (length(error) <= 8192),
  -- Large results are files (.last); a row refers to them. 256 KiB keeps a month's partition within its reckoned size.
  payload jsonb NOT NULL CHECK (octet_length(payload::text) <= 262144),
  result jsonb CHECK (octet_length(result::text) <= 262144),
  -- A primary key must contain the partition key; the check makes it as unique as the id alone.
  PRIMARY KEY (id, created_at),
  CONSTRAINT jobs_id_time CHECK (created_at = platform.id_time(id)),
  -- What each state needs, so that no half-written state exists.
  CONSTRAINT jobs_running CHECK ((status = 'running') = (worker IS NOT NULL AND lease_until IS NOT NULL)),
  CONSTRAINT jobs_started CHECK (status NOT IN ('running', 'succeeded') OR started_at IS NOT NULL),
  CONSTRAINT jobs_finished CHECK ((status IN ('succeeded', 'failed', 'cancelled')) = (finished_at IS NOT NULL)),
  CONSTRAINT jobs_failed CHECK ((status = 'failed') = (error IS NOT NULL)),
  CONSTRAINT jobs_result CHECK (result IS NULL OR status = 'succeeded')
) PARTITION BY RANGE (created_at);

-- Serves job_of_tenant_list: a page of a tenant's jobs, newest first, from the index alone.
CREATE INDEX jobs_tenant_created_at ON platform.jobs (tenant_id, created_at DESC, id DESC) INCLUDE (kind, status);

-- Serves claim_job: the next job of a kind. Partial, because of the millions of rows a few hundred are waiting.
CREATE INDEX jobs_queued ON platform.jobs (kind, priority DESC, run_after) WHERE status = 'queued';

-- Serves release_lost_jobs: jobs whose worker died. Partial for the same reason.
CREATE INDEX jobs_lease ON platform.jobs (lease_until) WHERE status = 'running';
