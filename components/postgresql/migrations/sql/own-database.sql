-- A database that belongs to a service, which migrates it itself: here only who may come in.
SELECT NOT EXISTS (SELECT FROM pg_database WHERE datname = :'own_database') AS absent,
  EXISTS (SELECT FROM pg_database WHERE datname = :'own_database' AND datdba <> to_regrole(quote_ident(:'own_owner'))) AS foreign \gset
\if :absent
  CREATE DATABASE :"own_database" OWNER :"own_owner" TEMPLATE template0 ENCODING 'UTF8';
  \echo made database :own_database
\endif
\if :foreign
  ALTER DATABASE :"own_database" OWNER TO :"own_owner";
  \echo gave database :own_database to :own_owner
\endif
\connect -reuse-previous=on :own_database
\ir session.sql
\ir lock.sql
\ir wanted.sql
\ir extensions.sql
\ir grants.sql
