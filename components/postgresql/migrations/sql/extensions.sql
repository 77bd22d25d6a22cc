-- What needs a superuser in each database. A server that somebody else runs gives none: its owner makes the extensions,
-- and a pooler in front of it reads its users from a file.
\if :superuser
  CREATE SCHEMA IF NOT EXISTS pgbouncer;
  CREATE OR REPLACE FUNCTION pgbouncer.user_lookup(who text) RETURNS TABLE (uname text, phash text)
  LANGUAGE sql STABLE STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT rolname::text, rolpassword FROM pg_authid
    -- Whoever may do everything, or read everything, does not come through a pooler.
    WHERE rolname = who AND rolcanlogin AND NOT rolsuper AND NOT rolreplication AND NOT rolbypassrls
      AND (rolvaliduntil IS NULL OR rolvaliduntil > now());
  $$;
  SELECT format('CREATE EXTENSION %I SCHEMA public', name) FROM pg_available_extensions
  WHERE name IN ('pg_stat_statements', 'pgstattuple') AND installed_version IS NULL \gexec
\else
  \echo left out, only a superuser may: pgbouncer.user_lookup, CREATE EXTENSION pg_stat_statements and pgstattuple
\endif
