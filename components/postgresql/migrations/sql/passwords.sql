-- Passwords come from files and go to the server as parameters, so that no command line, no list of running statements and
-- no log of statements shows one. A verifier that fits its password stays: PgBouncer logs in with keys that belong to the
-- verifier's salt, and a new salt would lock it out until each client has come again.

-- RFC 2104, with a key of at most 64 bytes.
CREATE FUNCTION pg_temp.padded(key bytea, pad integer) RETURNS bytea LANGUAGE plpgsql AS $$
DECLARE
  padded bytea := key || decode(repeat('00', 64 - length(key)), 'hex');
BEGIN
  FOR position IN 0..63 LOOP
    padded := set_byte(padded, position, get_byte(padded, position) # pad);
  END LOOP;
  RETURN padded;
END $$;

-- Whether a SCRAM verifier (RFC 5802) is one of this password; false where it cannot be told.
CREATE FUNCTION pg_temp.fits(verifier text, password text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  parts text[] := regexp_match(verifier, '^SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):');
  inner_key bytea;
  outer_key bytea;
  last bytea;
  salted bit(256);
  key bytea;
BEGIN
  IF parts IS NULL OR octet_length(password) > 64 THEN
    RETURN false;
  END IF;
  inner_key := pg_temp.padded(convert_to(password, 'UTF8'), 54);
  outer_key := pg_temp.padded(convert_to(password, 'UTF8'), 92);
  last := decode(parts[2], 'base64') || '\x00000001';
  salted := repeat('0', 256)::bit(256);
  FOR iteration IN 1..parts[1]::integer LOOP
    last := sha256(outer_key || sha256(inner_key || last));
    salted := salted # ('x' || encode(last, 'hex'))::bit(256);
  END LOOP;
  key := decode(string_agg(lpad(to_hex(substring(salted FROM word * 32 + 1 FOR 32)::bit(32)::integer), 8, '0'), '' ORDER BY word), 'hex')
    FROM generate_series(0, 7) AS word;
  key := sha256(pg_temp.padded(key, 92) || sha256(pg_temp.padded(key, 54) || convert_to('Client Key', 'UTF8')));
  RETURN encode(sha256(key), 'base64') = parts[3];
END $$;

CREATE FUNCTION pg_temp.set_password(role name, file text, password text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  verifier text;
BEGIN
  IF coalesce(password, '') = '' THEN
    RAISE EXCEPTION 'the file % with the password of role % is missing or empty', file, role
      USING HINT = 'Each role that logs in needs a key of its name in the Secret with the passwords.';
  END IF;
  IF has_table_privilege('pg_authid', 'SELECT') THEN
    SELECT rolpassword INTO verifier FROM pg_authid WHERE rolname = role;
    IF pg_temp.fits(verifier, password) THEN
      RETURN;
    END IF;
  END IF;
  PERFORM set_config('password_encryption', 'scram-sha-256', true);
  EXECUTE format('ALTER ROLE %I PASSWORD %L', role, password);
  INSERT INTO pg_temp.changes (statement) VALUES (format('ALTER ROLE %I PASSWORD (from %s)', role, file));
END $$;

CREATE TEMP TABLE passwords_due AS SELECT name FROM wanted_roles WHERE login;
\ir next-password.sql
