#!/bin/sh
# Restores the last base backup and the log into scratch space, starts a server on it, reads everything in it, and writes
# how it went into the live server. Ends with 0 only when all of that succeeded.
# BACKUPS: folder of backups and log. SCRATCH: folder of its own. SCHEMA: whose rows are counted; it keeps the results.
# PASSWORD_FILE and libpq's own variables (PGHOST, PGDATABASE, …) say where the result is written, and as whom.
set -eu
started=$(date +%s)
here=$(dirname "$0")
say() { echo "restore drill: $*"; }
fail() {
  echo "restore drill: $*" >&2
  exit 1
}
run() { psql --no-psqlrc --quiet --no-align --tuples-only --set=ON_ERROR_STOP=1 "$@"; }
# Asks the restored server, by the socket that nobody else reaches.
ask() { run --host="$SCRATCH" --username=postgres "$@"; }

drill() {
  # Whatever is archived by now must be found again; recovery takes the newest timeline, whose names sort last.
  newest=$(find "$BACKUPS/wal" -type f -name '[0-9A-F]*' | sed 's|.*/||' | grep -E '^[0-9A-F]{24}$' | sort | tail -n 1)
  WAL_FOLDER='' TARGET_TIME='' BACKUP=$backup PGDATA=$SCRATCH/data sh "$here/restore.sh"

  echo 'local all all trust' >"$SCRATCH/pg_hba.conf"
  # Its own settings, not the live server's: a fraction of the memory, no clients, nothing to keep. Cold while it recovers,
  # since a hot one refuses to start with room for fewer connections than the server that wrote the log.
  postgres -D "$SCRATCH/data" -c listen_addresses= -c unix_socket_directories="$SCRATCH" -c hba_file="$SCRATCH/pg_hba.conf" \
    -c hot_standby=off -c archive_mode=off -c ssl=off -c fsync=off -c max_connections=20 -c shared_buffers=64MB \
    -c dynamic_shared_memory_type=mmap -c shared_preload_libraries= -c logging_collector=off &
  server=$!
  until ask --dbname=postgres --command='SELECT 1' >"$SCRATCH/answer" 2>&1; do
    kill -0 "$server" 2>/dev/null || fail "the restored server ended; its log is above"
    sleep 0.2
  done

  reached=$(ask --dbname=postgres --command='SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 9)')
  last=$(printf '%s\n%s\n' "$(printf %s "$newest" | cut -c 9-)" "$reached" | sort | tail -n 1)
  [ "$last" = "$reached" ] ||
    fail "the log was replayed up to segment $reached, but $newest is archived: something between is missing or damaged"

  # Every page of tables and B-trees in every database, checksums included.
  pg_amcheck --host="$SCRATCH" --username=postgres --all --install-missing
  ask --dbname="$PGDATABASE" --set=schema="$SCHEMA" >"$SCRATCH/counts" <<'SQL'
SELECT format('SELECT count(*) FROM %s', oid::regclass)
  FROM pg_class WHERE relnamespace = to_regnamespace(:'schema') AND relkind = 'r'
\gexec
SQL
  [ -s "$SCRATCH/counts" ] || fail "the restored database $PGDATABASE has no table in the schema $SCHEMA"
  awk '{ rows += $1 } END { print rows }' "$SCRATCH/counts" >"$SCRATCH/rows"
}

backup=
for each in "$BACKUPS"/base/[0-9]*; do
  if [ -d "$each" ]; then backup=${each##*/}; fi
done
# In the background, so that the end of the Job's time is heard and written down.
drill &
worker=$!
trap 'kill "$worker" 2>/dev/null || true' TERM
succeeded=false
if wait "$worker"; then succeeded=true; fi
if [ -f "$SCRATCH/data/postmaster.pid" ]; then kill -s QUIT "$(head -n 1 "$SCRATCH/data/postmaster.pid")" || true; fi

rows=0
if [ "$succeeded" = true ]; then rows=$(cat "$SCRATCH/rows"); fi
seconds=$(($(date +%s) - started))
PGPASSWORD=$(cat "$PASSWORD_FILE")
export PGPASSWORD
run --set=schema="$SCHEMA" --set=succeeded="$succeeded" --set=backup="${backup:-none}" --set=rows="$rows" \
  --set=seconds="$seconds" <<'SQL' || fail "the result ($succeeded) could not be written into the live server"
INSERT INTO :"schema".restore_drills (finished_at, succeeded, backup, checked_rows, seconds)
  VALUES (clock_timestamp(), :succeeded, :'backup', :rows, :seconds);
SQL
[ "$succeeded" = true ] || fail "base backup ${backup:-none} could not be restored; what was wrong is above"
say "base backup $backup is good: $rows rows of $SCHEMA read, every database checked, $seconds s"
