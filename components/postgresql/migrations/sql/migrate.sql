-- Brings roles, databases and schema to what is registered; run by psql as the administrator, in the database postgres.
-- Variables: dry_run (on: tells what it would do), lock_seconds, folder (of these files), passwords (folder).
\set ON_ERROR_STOP on
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
\pset pager off

\ir session.sql
\ir lock.sql
\ir wanted-database.sql
SELECT rolsuper AS superuser FROM pg_roles WHERE rolname = current_user \gset
SELECT EXISTS (SELECT FROM pg_database WHERE datname = :'database') AS exists,
  NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'owner') AS ownerless \gset

\if :dry_run
  \if :exists
  \else
    \echo would make database :database and apply every migration to it
    \quit
  \endif
\else
  \if :ownerless
    CREATE ROLE :"owner" NOLOGIN;
    -- To act as the owner; a superuser may do so anyway.
    GRANT :"owner" TO CURRENT_USER;
    \echo made role :owner
  \endif
  \if :exists
  \else
    -- Collation C: order by bytes, which no update of the system's libraries can change under an index.
    CREATE DATABASE :"database" OWNER :"owner" TEMPLATE template0 ENCODING 'UTF8'
      LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C';
    \echo made database :database
  \endif
\endif

\connect -reuse-previous=on :database
\ir session.sql
\ir lock.sql
\ir wanted.sql
\ir check.sql
\if :dry_run
  \quit
\endif

\ir prepare.sql
\ir roles.sql
\ir partitioning.sql
RESET ROLE;
\ir session.sql
\ir next-migration.sql
\ir partition-plan.sql
RESET ROLE;
\ir next-routine.sql
\echo partitions as planned
CALL partitioning.maintain(now());
\ir extensions.sql
\ir grants.sql
\ir own-databases.sql
\echo done
