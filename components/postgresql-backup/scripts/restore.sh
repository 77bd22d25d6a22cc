#!/bin/sh
# Lays out a data folder from a base backup. A server that is started on it replays the log, and is then a primary.
# BACKUPS: folder of backups and log. PGDATA: folder to make. WAL_FOLDER: its log's own folder; empty: inside.
# ASIDE: ending of the name under which data that is there is kept; empty: it is refused.
# TARGET_TIME: last moment to restore, such as 2026-11-26 14:30:00+00; empty: everything. BACKUP: from which; empty: the last.
set -eu
umask 077
refuse() {
  echo "restore: $*" >&2
  exit 1
}

aside=${ASIDE:-}
for place in "$PGDATA" "$WAL_FOLDER"; do
  if [ -z "$place" ] || [ ! -e "$place" ]; then continue; fi
  [ -n "$aside" ] ||
    refuse "$place exists, and nothing is overwritten: it may be newer than the last backup. ASIDE=before keeps it as $place.before."
  [ ! -e "$place.$aside" ] || refuse "$place.$aside exists as well; choose another ASIDE, or remove it."
done
before=99999999999999
if [ -n "$TARGET_TIME" ]; then
  before=$(date -u -d "$TARGET_TIME" +%Y%m%d%H%M%S) || refuse "$TARGET_TIME is no time, such as 2026-11-26 14:30:00+00."
fi
name=${BACKUP:-}
if [ -z "$name" ]; then
  for each in "$BACKUPS"/base/[0-9]*; do
    if [ -d "$each" ] && [ "${each##*/}" -lt "$before" ]; then name=${each##*/}; fi
  done
  [ -n "$name" ] || refuse "no base backup ${TARGET_TIME:+from before $TARGET_TIME }is in $BACKUPS/base."
fi
backup=$BACKUPS/base/$name
[ -d "$backup" ] || refuse "there is no base backup $name in $BACKUPS/base."
pg_verifybackup --no-parse-wal --quiet "$backup" || refuse "base backup $name is damaged; an earlier one may be good (BACKUP)."

making=$PGDATA.restoring
rm -rf "$making"
mkdir -p "$making"
tar -xzf "$backup/base.tar.gz" -C "$making"
tar -xzf "$backup/pg_wal.tar.gz" -C "$making/pg_wal"
# Here is a whole one to take its place.
for place in "$PGDATA" "$WAL_FOLDER"; do
  if [ -n "$place" ] && [ -e "$place" ]; then mv "$place" "$place.$aside"; fi
done
if [ -n "$WAL_FOLDER" ]; then
  rm -rf "$WAL_FOLDER.restoring"
  cp -R "$making/pg_wal" "$WAL_FOLDER.restoring"
  rm -rf "$making/pg_wal"
  mv "$WAL_FOLDER.restoring" "$WAL_FOLDER"
  ln -s "$WAL_FOLDER" "$making/pg_wal"
fi
# Those of an earlier restore would end this one where that one ended.
sed -i '/^\(restore_command\|recovery_target\)/d' "$making/postgresql.auto.conf"
cat >>"$making/postgresql.auto.conf" <<SETTINGS
restore_command = 'test -f "$BACKUPS/wal/%f" && cp "$BACKUPS/wal/%f" "%p"'
recovery_target_timeline = 'latest'
recovery_target_time = '$TARGET_TIME'
recovery_target_action = 'promote'
SETTINGS
touch "$making/recovery.signal"
sync "$making/postgresql.auto.conf" "$making/recovery.signal" "$making"
mv "$making" "$PGDATA"
echo "restore: $PGDATA is base backup $name; the server replays the log ${TARGET_TIME:+until $TARGET_TIME }when it starts"
