-- A schema with nothing to say about: keys have their indexes, each index is used, statistics are new, partitions are there.
CREATE TABLE customers (id bigint PRIMARY KEY, email text NOT NULL UNIQUE);
CREATE TABLE orders (
  id bigint PRIMARY KEY,
  customer_id bigint NOT NULL REFERENCES customers,
  placed_at timestamptz NOT NULL,
  note text
);
CREATE INDEX orders_by_customer ON orders (customer_id, placed_at);
CREATE TABLE events (id bigint, at timestamptz, kind text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
SELECT format('CREATE TABLE %I PARTITION OF events FOR VALUES FROM (%L) TO (%L)',
  'events_' || to_char(day, 'YYYYMMDD'), day, day + interval '1 day')
FROM generate_series(date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' - interval '1 day',
  date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' + interval '4 days', interval '1 day') day \gexec
CREATE TABLE shares (id bigint PRIMARY KEY) PARTITION BY HASH (id);
CREATE TABLE shares_0 PARTITION OF shares FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE shares_1 PARTITION OF shares FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO customers SELECT n, n || '@example.org' FROM generate_series(1, 20000) n;
INSERT INTO orders SELECT n, n % 20000 + 1, now() - n * interval '1 minute', 'note ' || n FROM generate_series(1, 40000) n;
INSERT INTO events SELECT n, now(), 'kind' FROM generate_series(1, 5000) n;
INSERT INTO shares SELECT generate_series(1, 5000);
-- Without it the counts of this session come after the analysis, as if all had changed since.
SELECT pg_stat_force_next_flush();
VACUUM (ANALYZE);
SELECT count(*) FROM customers WHERE id = 7;
SELECT count(*) FROM customers WHERE email = '7@example.org';
SELECT count(*) FROM orders WHERE id = 7;
SELECT count(*) FROM orders WHERE customer_id = 7 AND placed_at < now();
SELECT count(*) FROM events WHERE id = 7;
