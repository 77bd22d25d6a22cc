-- What happened to a job, in order; rows are only ever added.
--
-- Partitioned by the time of the job, not of the event: all events of a job lie in one partition, which follows from the
-- job's id. There is no foreign key to jobs: it would make every detach of a month of jobs scan and lock this table, and
-- both are written by the same trigger in the same transaction.
CREATE TABLE platform.job_events (
  job_id uuid NOT NULL,
  job_created_at timestamptz NOT NULL,
  -- Orders the events of a job; its time is the event's.
  id uuid NOT NULL,
  status platform.job_state,
  kind text NOT NULL CHECK (kind ~ '^[a-z][a-z0-9_.-]{0,62}$'),
  detail jsonb CHECK (octet_length(detail::text) <= 65536),
  -- Serves job_event_list as it is: by job, then by time. A second index would only cost.
  PRIMARY KEY (job_id, job_created_at, id),
  CONSTRAINT job_events_job_time CHECK (job_created_at = platform.id_time(job_id))
) PARTITION BY RANGE (job_created_at);
