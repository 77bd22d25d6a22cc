#!/bin/sh
# Keeps one file of the write-ahead log: PostgreSQL's archive_command. Usage: archive.sh FOLDER PATH NAME
# Ends with 0 only when the file is safe under its name; else the server keeps it and asks again.
set -eu
log=$1/wal
source=$2
name=$3

mkdir -p "$log"
if [ -e "$log/$name" ]; then
  # Asked again after a crash, or after an answer that got lost.
  if cmp -s "$source" "$log/$name"; then exit 0; fi
  echo "archive: $log/$name holds another log than $source, and nothing is overwritten." \
    "Two servers write to one archive, or this one was made anew: give it an empty volume, or move the old files away." >&2
  exit 1
fi
unfinished=$(mktemp "$log/.unfinished-$name-XXXXXX")
trap 'rm -f "$unfinished"' EXIT
cp "$source" "$unfinished"
sync "$unfinished"
# A link, not a rename: it fails where the name has been taken in the meantime.
ln "$unfinished" "$log/$name"
sync "$log"
