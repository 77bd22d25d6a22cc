-- How each rehearsed restore of the backups ended; the exporter tells the age of the last good one from it.
-- A dozen rows a year, so it is not partitioned.
CREATE TABLE platform.restore_drills (
  -- Serves last_good_drill.
  finished_at timestamptz PRIMARY KEY,
  succeeded boolean NOT NULL,
  backup text NOT NULL CHECK (length(backup) <= 512),
  checked_rows bigint NOT NULL CHECK (checked_rows >= 0),
  seconds numeric(10, 3) NOT NULL CHECK (seconds >= 0)
);
