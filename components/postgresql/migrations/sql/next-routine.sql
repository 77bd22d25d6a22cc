-- Replaces the next routine whose text has changed, then itself.
SELECT EXISTS (SELECT FROM pending_routines) AS more \gset
\if :more
  SELECT file, name, checksum FROM pending_routines ORDER BY position LIMIT 1 \gset next_
  \echo replacing :next_file
  BEGIN;
  SET LOCAL ROLE :"owner";
  \ir :next_file
  RESET ROLE;
  INSERT INTO migrations.routines (name, checksum) VALUES (:'next_name', :'next_checksum')
  ON CONFLICT (name) DO UPDATE SET checksum = excluded.checksum, applied_at = clock_timestamp();
  COMMIT;
  DELETE FROM pending_routines WHERE name = :'next_name';
  \ir next-routine.sql
\endif
