-- What was applied against what is registered. Every contradiction at once, and nothing is applied while there is one.

-- The tables of this runner; a dry run must not make them, so it looks at empty ones.
SELECT to_regclass('migrations.applied') IS NOT NULL AS known \gset
\if :known
  CREATE TEMP TABLE applied AS SELECT version, name, checksum FROM migrations.applied;
  CREATE TEMP TABLE applied_routines AS SELECT name, checksum FROM migrations.routines;
\else
  CREATE TEMP TABLE applied (version integer, name text, checksum text);
  CREATE TEMP TABLE applied_routines (name text, checksum text);
\endif

-- The files as they lie here, which may be others than those that were registered.
\set sums `cd :'folder' && sha256sum [0-9][0-9][0-9][0-9]_*.sql routine_*.sql`
CREATE TEMP TABLE files AS
SELECT (regexp_match(line, '^(\w{64})  (.+)$'))[1] AS checksum, (regexp_match(line, '^(\w{64})  (.+)$'))[2] AS file
FROM regexp_split_to_table(:'sums', '\n') AS line WHERE line <> '';

CREATE TEMP VIEW problems AS
  SELECT 1 AS rank, wanted.version, format('%s is missing in the folder of migrations.', wanted.file) AS what,
    'Apply the stack again, so that ConfigMap and Job belong together.' AS remedy
  FROM wanted_migrations AS wanted LEFT JOIN files USING (file) WHERE files.file IS NULL
UNION ALL
  SELECT 1, wanted.version, format('%s is not the file that was registered: its SHA-256 is %s, registered was %s.',
      wanted.file, files.checksum, wanted.checksum),
    'Apply the stack again, so that ConfigMap and Job belong together.'
  FROM (SELECT version, file, checksum FROM wanted_migrations UNION ALL SELECT NULL, file, checksum FROM wanted_routines) AS wanted
  JOIN files USING (file) WHERE files.checksum <> wanted.checksum
UNION ALL
  SELECT 2, wanted.version, format('%s was edited after it was applied: its SHA-256 is %s, applied was %s.',
      wanted.file, wanted.checksum, applied.checksum),
    'Take the applied text back (git log names it), and put the change into a migration of its own.'
  FROM wanted_migrations AS wanted JOIN applied USING (version) WHERE wanted.checksum <> applied.checksum
UNION ALL
  SELECT 3, applied.version, format('Migration %s (%s) was applied to this database, and no such file is registered.',
      applied.version, applied.name),
    CASE WHEN applied.version > (SELECT max(version) FROM wanted_migrations)
      THEN 'The database is newer than this stack: apply the version of the stack that made it, or a later one.'
      ELSE 'Bring the file back: what was applied is never removed.' END
  FROM applied LEFT JOIN wanted_migrations AS wanted USING (version) WHERE wanted.version IS NULL
UNION ALL
  SELECT 4, wanted.version, format('%s was never applied, but migration %s after it was.', wanted.file,
      (SELECT max(version) FROM applied)),
    'Give it the next number: migrations are applied in order.'
  FROM wanted_migrations AS wanted
  WHERE wanted.version < (SELECT max(version) FROM applied)
    AND NOT EXISTS (SELECT FROM applied WHERE applied.version = wanted.version);

DO $$
BEGIN
  IF EXISTS (SELECT FROM problems) THEN
    RAISE EXCEPTION 'the migrations do not fit the database %; nothing was applied', current_database()
      USING ERRCODE = 'object_not_in_prerequisite_state',
      DETAIL = (SELECT string_agg(what, E'\n' ORDER BY rank, version) FROM problems),
      HINT = (SELECT string_agg(remedy, E'\n' ORDER BY remedy) FROM (SELECT DISTINCT remedy FROM problems) AS remedies);
  END IF;
END $$;

CREATE TEMP TABLE pending AS
SELECT wanted.* FROM wanted_migrations AS wanted LEFT JOIN applied USING (version) WHERE applied.version IS NULL;
CREATE TEMP TABLE pending_routines AS
SELECT wanted.* FROM wanted_routines AS wanted LEFT JOIN applied_routines AS applied USING (name)
WHERE applied.checksum IS DISTINCT FROM wanted.checksum;

\if :dry_run
  SELECT 'would make role ' || name FROM wanted_roles WHERE to_regrole(quote_ident(name)) IS NULL ORDER BY name;
  SELECT 'would apply ' || file FROM pending ORDER BY version;
  SELECT 'would replace ' || file FROM pending_routines ORDER BY position;
  SELECT 'no migration is pending' WHERE NOT EXISTS (SELECT FROM pending) AND NOT EXISTS (SELECT FROM pending_routines);
\endif
