/**
 * The drill: a Cluster of its own from the backup, read whole by its own server, and deleted in every case; then how it went
 * is written into the live server. Ends with 0 only when all of that succeeded.
 *
 * KUBECTL: the program. NAMESPACE, CLUSTER, MANIFEST: the Cluster to make, and of what. STORE, ORIGIN: the object store and
 * the server's name in it. WAIT_SECONDS, REMOVE_SECONDS: bounds. SCRATCH: a folder of its own. SCHEMA: whose rows are
 * counted; it keeps the results. RESTORED_HOST, RESTORED_PORT, RESTORED_SSLMODE: where and how the restored server answers. libpq's own variables (PGHOST,
 * PGPASSWORD, …) lead to the live server.
 */
export const drillScript = `#!/bin/sh
set -eu
started=$(date +%s)
say() { echo "restore drill: $*"; }
fail() {
  echo "restore drill: $*" >&2
  exit 1
}
kube() { "$KUBECTL" --namespace="$NAMESPACE" "$@"; }
run() { psql --no-psqlrc --quiet --no-align --tuples-only --set=ON_ERROR_STOP=1 "$@"; }
remove() {
  kube delete clusters.postgresql.cnpg.io "$CLUSTER" --ignore-not-found --wait=true --timeout="\${REMOVE_SECONDS}s"
}
ready() {
  [ "$(kube get clusters.postgresql.cnpg.io "$CLUSTER" \\
    --output=jsonpath='{.status.conditions[?(@.type=="Ready")].status}')" = True ]
}

drill() {
  # What is archived by now must be found again.
  newest=$(run --command="SELECT coalesce(last_archived_wal, '') FROM pg_stat_archiver")
  # A drill that was killed left its own.
  remove
  kube create --filename="$MANIFEST"
  until ready; do
    [ $(($(date +%s) - started)) -lt "$WAIT_SECONDS" ] ||
      fail "not ready within $WAIT_SECONDS s: $(kube get clusters.postgresql.cnpg.io "$CLUSTER" --output=jsonpath='{.status.phase}: {.status.phaseReason}')"
    sleep "\${POLL_SECONDS:-5}"
  done
  restored() {
    PGPASSWORD=$password PGHOST=$RESTORED_HOST PGPORT=$RESTORED_PORT PGUSER=postgres PGSSLMODE=$RESTORED_SSLMODE PGSSLROOTCERT= "$@"
  }
  password=$(kube get secret "$CLUSTER-superuser" --output=go-template='{{.data.password | base64decode}}')

  reached=$(restored run --dbname=postgres --command='SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 9)')
  last=$(printf '%s\\n%s\\n' "$(printf %s "$newest" | cut -c 9-24)" "$reached" | sort | tail -n 1)
  [ "$last" = "$reached" ] ||
    fail "the log was replayed up to segment $reached, but $newest is archived: something between is missing or damaged"

  # Every page of tables and B-trees in every database, checksums included.
  restored pg_amcheck --all --install-missing
  restored run --set=schema="$SCHEMA" >"$SCRATCH/counts" <<'SQL'
SELECT format('SELECT count(*) FROM %s', oid::regclass)
  FROM pg_class WHERE relnamespace = to_regnamespace(:'schema') AND relkind = 'r'
\\gexec
SQL
  [ -s "$SCRATCH/counts" ] || fail "the restored database $PGDATABASE has no table in the schema $SCHEMA"
  awk '{ rows += $1 } END { print rows }' "$SCRATCH/counts" >"$SCRATCH/rows"
}

backup=$(kube get objectstores.barmancloud.cnpg.io "$STORE" \\
  --output=jsonpath="{.status.serverRecoveryWindow['$ORIGIN'].lastSuccessfulBackupTime}") || backup=
# In the background, so that the end of the Job's time is heard and written down.
drill &
worker=$!
trap 'kill "$worker" 2>/dev/null || true' TERM
succeeded=false
if wait "$worker"; then succeeded=true; fi
if ! remove; then
  succeeded=false
  echo "restore drill: Cluster $CLUSTER could not be deleted; it costs a server and its volumes until somebody does" >&2
fi

rows=0
if [ "$succeeded" = true ]; then rows=$(cat "$SCRATCH/rows"); fi
seconds=$(($(date +%s) - started))
run --set=schema="$SCHEMA" --set=succeeded="$succeeded" --set=backup="\${backup:-none}" --set=rows="$rows" \\
  --set=seconds="$seconds" <<'SQL' || fail "the result ($succeeded) could not be written into the live server"
INSERT INTO :"schema".restore_drills (finished_at, succeeded, backup, checked_rows, seconds)
  VALUES (clock_timestamp(), :succeeded, :'backup', :rows, :seconds);
SQL
[ "$succeeded" = true ] || fail "base backup \${backup:-none} could not be restored; what was wrong is above"
say "base backup $backup is good: $rows rows of $SCHEMA read, every database checked, $seconds s"
`;
