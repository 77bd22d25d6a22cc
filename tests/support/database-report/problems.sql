-- One of each problem that can be made within seconds; names that are wrong without quotes.
CREATE SCHEMA "Odd ""Schema";
CREATE TABLE "Odd ""Schema"."Order; Items" (id bigint PRIMARY KEY, "Customer Id" bigint, note text);
INSERT INTO "Odd ""Schema"."Order; Items" SELECT n, n % 100, md5(n::text) FROM generate_series(1, 30000) n;
CREATE INDEX "Unused 'Index" ON "Odd ""Schema"."Order; Items" (note);

CREATE TABLE customers (id bigint PRIMARY KEY);
INSERT INTO customers SELECT generate_series(1, 1000);
CREATE TABLE "select" (id bigint PRIMARY KEY, "Customer Id" bigint REFERENCES customers, placed_at timestamptz, status text);
INSERT INTO "select" SELECT n, n % 1000 + 1, now() - n * interval '1 minute', 'open' FROM generate_series(1, 30000) n;
CREATE INDEX twin_a ON "select" (status);
CREATE INDEX twin_b ON "select" (status);
CREATE INDEX short ON "select" (placed_at);
CREATE INDEX long ON "select" (placed_at, status);

-- Partitioned: a foreign key without index, an index that nobody uses, twins on the partitions only, and an end that is near.
CREATE TABLE events (id bigint, at timestamptz, customer_id bigint REFERENCES customers, kind text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
SELECT format('CREATE TABLE %I PARTITION OF events FOR VALUES FROM (%L) TO (%L)', 'events_' || to_char(day, 'YYYYMMDD'), day, day + interval '1 day')
FROM generate_series(date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' - interval '1 day',
  date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC', interval '1 day') day \gexec
INSERT INTO events SELECT n, date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' - n % 2 * interval '1 second', n % 1000 + 1, md5(n::text)
FROM generate_series(1, 40000) n;
CREATE INDEX events_unused ON events (kind);
SELECT format('CREATE INDEX ON %s (at); CREATE INDEX ON %s (at)', inhrelid::regclass, inhrelid::regclass) FROM pg_inherits
WHERE inhparent = 'events'::regclass \gexec

CREATE TABLE bloated (id bigint PRIMARY KEY, filling text);
INSERT INTO bloated SELECT n, repeat('x', 100) FROM generate_series(1, 60000) n;
-- Every tenth stays, so that no page becomes free as a whole.
DELETE FROM bloated WHERE id % 10 <> 0;

CREATE TABLE shares (id bigint) PARTITION BY HASH (id);
CREATE TABLE shares_0 PARTITION OF shares FOR VALUES WITH (MODULUS 2, REMAINDER 0);

-- Without it the counts of this session come after the analysis, as if all had changed since.
SELECT pg_stat_force_next_flush();
CREATE TABLE broken (id bigint PRIMARY KEY, state text);
CREATE INDEX broken_by_state ON broken (state);
-- As a failed CREATE INDEX CONCURRENTLY leaves it.
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'broken_by_state'::regclass;

VACUUM (ANALYZE);
CREATE TABLE dead (id bigint PRIMARY KEY, state text) WITH (autovacuum_vacuum_scale_factor = 0.1);
INSERT INTO dead SELECT n, 'new' FROM generate_series(1, 5000) n;
SELECT pg_stat_force_next_flush();
ANALYZE dead;
UPDATE dead SET state = 'old';
CREATE TABLE fresh (id bigint);
INSERT INTO fresh SELECT generate_series(1, 5000);
CREATE TABLE asleep (id bigint) WITH (autovacuum_enabled = off);

-- Used, so that only what is meant is unused.
SET enable_seqscan = off;
SELECT count(*) FROM "select" WHERE status = 'closed';
SELECT count(*) FROM "select" WHERE placed_at > now();
SELECT count(*) FROM events WHERE at > now();
-- Slow for sure, and nothing that was slow before.
SELECT tools.pg_stat_statements_reset();
SELECT pg_sleep(1.1);
SELECT 1 FROM customers WHERE id = 1;
DELETE FROM customers WHERE id = 0;

SELECT pg_create_physical_replication_slot('forgotten', true);
BEGIN;
INSERT INTO asleep VALUES (1);
PREPARE TRANSACTION 'it''s prepared';
