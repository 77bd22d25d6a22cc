#!/bin/sh
# Takes a base backup, checks it, and removes what is older than the retention.
# BACKUPS: folder of backups and log. RETENTION_DAYS: every moment since then can be restored.
# PASSWORD_FILE and libpq's own variables (PGHOST, PGUSER, …) say where and as whom.
set -eu
base=$BACKUPS/base
say() { echo "base backup: $*"; }

mkdir -p "$base" "$BACKUPS/wal"
# Left by runs that were killed: none other runs beside this one.
rm -rf "$base"/.unfinished-*
find "$BACKUPS/wal" -name '.unfinished-*' -mmin +60 -delete
name=$(date -u +%Y%m%d%H%M%S)
unfinished=$base/.unfinished-$name
trap 'rm -rf "$unfinished"' EXIT
trap 'exit 143' TERM

PGPASSWORD=$(cat "$PASSWORD_FILE")
export PGPASSWORD
# The log of its own duration is in it, so that it can be restored even where the archive has a gap.
pg_basebackup --pgdata="$unfinished" --format=tar --gzip --wal-method=stream --checkpoint=fast \
  --manifest-checksums=SHA256 --label="$name" --no-password
pg_verifybackup --no-parse-wal --quiet "$unfinished"
mv "$unfinished" "$base/$name"
sync "$base"

# Only now, with a good new one: the newest that is older than the retention stays, since moments before the next need it.
cutoff=$(date -u -d "$RETENTION_DAYS days ago" +%Y%m%d%H%M%S)
first=
for each in "$base"/[0-9]*; do
  taken=${each##*/}
  if [ -z "$first" ] || [ "$taken" -le "$cutoff" ]; then first=$taken; fi
done
count=0
for each in "$base"/[0-9]*; do
  if [ "${each##*/}" -lt "$first" ]; then rm -rf "$each"; else count=$((count + 1)); fi
done

# Name of the first segment that the oldest backup needs; segments are of 16 MiB, which initdb makes and no form changes.
range=$(sed -n 's|^{ "Timeline": \([0-9]*\), "Start-LSN": "\([0-9A-F]*\)/\([0-9A-F]*\)".*|\1 \2 \3|p' \
  "$base/$first/backup_manifest" | head -n 1)
# shellcheck disable=SC2086 # three words
set -- $range
segment=$(printf '%08X%08X%08X' "$1" "0x$2" $((0x$3 >> 24)))
pg_archivecleanup --clean-backup-history "$BACKUPS/wal" "$segment"
say "$name is good ($(du -sh "$base/$name" | cut -f 1)); kept: $count, with the log from $segment on"
