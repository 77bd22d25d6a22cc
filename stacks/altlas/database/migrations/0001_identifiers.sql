-- Identifiers that carry their time, so that a row's partition follows from its id alone: who knows a job's id needs
-- nothing else, and a look-up reads one partition.
--
-- The layout is that of UUID version 7 (RFC 9562): 48 bits of milliseconds, 12 bits of the fraction below, 62 random
-- bits. PostgreSQL 18 has uuidv7(), but no function before it reads the time back (uuid_extract_timestamp of 17 knows
-- version 1 only), and a server of somebody else may be a 15; so both ways are written here, and any client library's
-- version 7 fits.

CREATE FUNCTION platform.new_id(at timestamptz DEFAULT clock_timestamp()) RETURNS uuid
LANGUAGE sql VOLATILE PARALLEL SAFE
RETURN encode(
  substring(int8send(trunc(extract(epoch FROM at) * 1000)::bigint) FROM 3)
  -- 28672 is version 7 in the upper four bits; the lower twelve hold the microseconds, scaled from 1000 to 4096.
  || int2send((28672 + (extract(microseconds FROM at)::bigint % 1000) * 4096 / 1000)::smallint)
  -- The second half of a random (version 4) UUID has the variant bits that version 7 wants.
  || substring(uuid_send(gen_random_uuid()) FROM 9),
  'hex')::uuid;

COMMENT ON FUNCTION platform.new_id IS 'UUID version 7; ids made later sort later.';

CREATE FUNCTION platform.id_time(id uuid) RETURNS timestamptz
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN to_timestamp(('x0000' || substr(replace(id::text, '-', ''), 1, 12))::bit(64)::bigint / 1000.0::double precision);

COMMENT ON FUNCTION platform.id_time IS 'The time in an id, to the millisecond: the partition key of its row.';
