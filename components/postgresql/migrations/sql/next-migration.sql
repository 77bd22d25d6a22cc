-- Applies the next pending migration, then itself: psql has no loop.
SELECT EXISTS (SELECT FROM pending) AS more \gset
\if :more
  SELECT version, file, name, checksum, in_transaction FROM pending ORDER BY version LIMIT 1 \gset next_
  \echo applying :next_file
  SELECT clock_timestamp() AS begun \gset
  \if :next_in_transaction
    BEGIN;
    SET LOCAL ROLE :"owner";
    \ir :next_file
  \else
    -- Half of it may be there from a run that was killed; such files are safe to run again.
    SET ROLE :"owner";
    \ir :next_file
    BEGIN;
  \endif
  RESET ROLE;
  INSERT INTO migrations.applied (version, name, checksum, seconds, applied_by)
  VALUES (:next_version, :'next_name', :'next_checksum', extract(epoch FROM clock_timestamp() - :'begun'), session_user);
  COMMIT;
  DELETE FROM pending WHERE version = :next_version;
  \ir next-migration.sql
\endif
