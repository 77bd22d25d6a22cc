-- Who did what; rows are only ever added, and nobody has the right to change or remove one, the owner included.
CREATE TABLE platform.audit_log (
  id uuid NOT NULL,
  occurred_at timestamptz NOT NULL,
  tenant_id uuid NOT NULL,
  -- Absent for what the platform itself did.
  user_id uuid,
  source inet,
  action text NOT NULL CHECK (action ~ '^[a-z][a-z0-9_.-]{0,62}$'),
  target text NOT NULL CHECK (length(target) <= 512),
  outcome text NOT NULL CHECK (outcome IN ('allowed', 'refused', 'failed')),
  request_id text CHECK (length(request_id) <= 128),
  detail jsonb CHECK (octet_length(detail::text) <= 16384),
  -- Serves audit_entry.
  PRIMARY KEY (id, occurred_at),
  CONSTRAINT audit_log_id_time CHECK (occurred_at = platform.id_time(id))
) PARTITION BY RANGE (occurred_at);

-- Serves audit_of_tenant_list: a tenant's entries of a month, newest first.
CREATE INDEX audit_log_tenant_occurred_at ON platform.audit_log (tenant_id, occurred_at DESC);

-- Serves audit_export: everything of one day. Rows arrive in the order of their time, so a BRIN of a few kilobytes does
-- what a B-tree of hundreds of megabytes would. 32 pages of 8 KiB for each entry: a day is some 50 entries.
CREATE INDEX audit_log_occurred_at ON platform.audit_log
  USING brin (occurred_at) WITH (pages_per_range = 32, autosummarize = on);
