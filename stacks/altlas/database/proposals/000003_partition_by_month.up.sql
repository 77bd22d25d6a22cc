-- Proposed third migration of the archive: both tables by month, so that old results go as whole partitions. For the
-- archive's own migrator; nothing of this platform applies it. README.md beside it says why each part is as it is.
BEGIN;
SET LOCAL lock_timeout = '5s';
-- Nobody writes while rows move; readers wait only for the renames at the end.
LOCK TABLE last_files, atlas_entries IN SHARE ROW EXCLUSIVE MODE;

CREATE TABLE last_files_by_month (
  -- 36 characters are too few for the service's own ids ("atlas_" and a UUID are 42); text costs nothing more.
  id text NOT NULL,
  -- With time zone: what was written as local time of a pod (UTC) stays the same moment.
  timestamp timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  success_rate double precision NOT NULL CHECK (success_rate BETWEEN 0 AND 1),
  status text NOT NULL CHECK (status IN ('received', 'processing', 'archived', 'failed')),
  file_path text NOT NULL,
  atlas_id text,
  metadata jsonb,
  PRIMARY KEY (id, timestamp)
) PARTITION BY RANGE (timestamp);

CREATE TABLE atlas_entries_by_month (
  id text NOT NULL,
  last_file_id text NOT NULL,
  -- The key of the file's row, which the reference needs, and this table's own: an entry lies in the month of its file.
  last_file_timestamp timestamptz NOT NULL,
  timestamp timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  success_rate double precision NOT NULL CHECK (success_rate BETWEEN 0 AND 1),
  status text NOT NULL CHECK (status IN ('active', 'archived', 'deleted')),
  file_path text NOT NULL,
  tags text[],
  metadata jsonb,
  PRIMARY KEY (id, last_file_timestamp)
) PARTITION BY RANGE (last_file_timestamp);

-- A partition for each month that has rows, the present one and three ahead, named as the platform's planner names them.
DO $$
DECLARE
  month timestamp := date_trunc('month', coalesce((SELECT min(timestamp) FROM last_files), now() AT TIME ZONE 'UTC'));
  final timestamp := date_trunc('month', greatest((SELECT max(timestamp) FROM last_files), now() AT TIME ZONE 'UTC')) + interval '3 months';
BEGIN
  WHILE month <= final LOOP
    EXECUTE format('CREATE TABLE %I PARTITION OF last_files_by_month FOR VALUES FROM (%L) TO (%L)',
      'last_files_p' || to_char(month, 'YYYYMMDD'), month AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC');
    EXECUTE format('CREATE TABLE %I PARTITION OF atlas_entries_by_month FOR VALUES FROM (%L) TO (%L)',
      'atlas_entries_p' || to_char(month, 'YYYYMMDD'), month AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC');
    month := month + interval '1 month';
  END LOOP;
END $$;

-- In the order of time, so that a BRIN index is worth something.
INSERT INTO last_files_by_month (id, timestamp, created_at, updated_at, success_rate, status, file_path, atlas_id, metadata)
SELECT id, timestamp AT TIME ZONE 'UTC', created_at AT TIME ZONE 'UTC', updated_at AT TIME ZONE 'UTC', success_rate, status,
  file_path, atlas_id, metadata
FROM last_files ORDER BY timestamp;

INSERT INTO atlas_entries_by_month (id, last_file_id, last_file_timestamp, timestamp, created_at, updated_at, success_rate,
  status, file_path, tags, metadata)
SELECT entry.id, entry.last_file_id, file.timestamp AT TIME ZONE 'UTC', entry.timestamp AT TIME ZONE 'UTC',
  entry.created_at AT TIME ZONE 'UTC', entry.updated_at AT TIME ZONE 'UTC', entry.success_rate, entry.status, entry.file_path,
  entry.tags, entry.metadata
FROM atlas_entries AS entry JOIN last_files AS file ON file.id = entry.last_file_id ORDER BY file.timestamp;

-- A row that did not arrive would be lost with the old table.
DO $$
BEGIN
  IF (SELECT count(*) FROM last_files) <> (SELECT count(*) FROM last_files_by_month)
    OR (SELECT count(*) FROM atlas_entries) <> (SELECT count(*) FROM atlas_entries_by_month) THEN
    RAISE EXCEPTION 'not every row was copied; nothing was changed';
  END IF;
END $$;

-- Serves the listing by state, newest first; one index in place of two that the planner could not combine.
CREATE INDEX last_files_status_timestamp ON last_files_by_month (status, timestamp DESC);
-- Serves the worker's look for what is to be done: a few rows among millions.
CREATE INDEX last_files_open ON last_files_by_month (timestamp) WHERE status IN ('received', 'processing');
-- Serves the entries of a file, and the check of the reference when a month of files goes.
CREATE INDEX atlas_entries_last_file ON atlas_entries_by_month (last_file_id, last_file_timestamp);
-- Serves searches by tag and by content; jsonb_path_ops holds paths in place of keys and values: smaller, for @> alone.
CREATE INDEX atlas_entries_tags ON atlas_entries_by_month USING gin (tags);
CREATE INDEX atlas_entries_metadata ON atlas_entries_by_month USING gin (metadata jsonb_path_ops);

DROP TABLE atlas_entries, last_files;
ALTER TABLE last_files_by_month RENAME TO last_files;
ALTER TABLE atlas_entries_by_month RENAME TO atlas_entries;
ALTER TABLE atlas_entries ADD CONSTRAINT atlas_entries_last_file_fkey
  FOREIGN KEY (last_file_id, last_file_timestamp) REFERENCES last_files (id, timestamp);
COMMIT;
