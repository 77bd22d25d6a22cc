-- Messages that must be sent if, and only if, the transaction that wrote them is committed. A relay takes them from here,
-- publishes them and marks them; NOTIFY only wakes it. LISTEN does not pass a pooler in transaction mode, so a relay
-- behind one asks at an interval.
--
-- The week is the interval because what is sent is worth nothing: the present week and one more survive a broker that is
-- away over a weekend, and both together stay small enough to be in memory.
CREATE TABLE platform.outbox (
  id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  -- What the message is about: its consumers order by it.
  subject_id uuid NOT NULL,
  published_at timestamptz,
  topic text NOT NULL CHECK (topic ~ '^[a-z][a-z0-9_.-]{0,127}$'),
  payload jsonb NOT NULL CHECK (octet_length(payload::text) <= 65536),
  -- Keeps ids unique; no query needs it.
  PRIMARY KEY (id, created_at),
  CONSTRAINT outbox_id_time CHECK (created_at = platform.id_time(id))
) PARTITION BY RANGE (created_at);

-- Serves claim_outbox and acknowledge_outbox: oldest first. Partial: what was sent leaves the index, so it stays a few pages for ever.
CREATE INDEX outbox_pending ON platform.outbox (created_at, id) WHERE published_at IS NULL;
