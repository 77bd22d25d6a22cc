-- What a tenant used of a model on a day: a counter that is added to, because no bill asks for single calls.
--
-- The scaling plan wants users in four shards: four hash partitions by tenant. Updates of one tenant stay in a quarter of
-- the rows, indexes and vacuum runs, and a partition can move to a server of its own. It has no end in time: a row for
-- each tenant, model and day is what bills are made of, and small.
CREATE TABLE platform.usage (
  tenant_id uuid NOT NULL,
  day date NOT NULL,
  model text NOT NULL CHECK (length(model) BETWEEN 1 AND 128),
  -- bigint: a busy tenant's tokens of a day pass two thousand millions.
  requests bigint NOT NULL CHECK (requests >= 0),
  input_tokens bigint NOT NULL CHECK (input_tokens >= 0),
  output_tokens bigint NOT NULL CHECK (output_tokens >= 0),
  milliseconds bigint NOT NULL CHECK (milliseconds >= 0),
  -- Serves usage_of_tenant and record_usage.
  PRIMARY KEY (tenant_id, day, model)
) PARTITION BY HASH (tenant_id);
