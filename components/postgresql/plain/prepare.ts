import { systemRoles } from "../../../model/database/names";

/**
 * What runs before each start of a server: makes the data folder when there is none, and says what this server is.
 * A folder is made under another name and renamed when it is whole, so that an attempt that was killed is seen as one.
 */
export const prepareScript = String.raw`set -euo pipefail
umask 077
making="$PGDATA.making"
ordinal="\${HOSTNAME##*-}"
slot="\${HOSTNAME//-/_}"
passfile="$RUN_FOLDER/pgpass"
upstream="$PRIMARY user=${systemRoles.replication} sslmode=require application_name=$HOSTNAME passfile=$passfile"
say() { echo "prepare: $*"; }
refuse() { echo "prepare: $*" >&2; exit 1; }
password() { cat "$PASSWORDS_FOLDER/$1"; }

if [ -n "$CERTIFICATE_NAME" ]; then
  openssl req -new -x509 -nodes -days 3650 -subj "/CN=$CERTIFICATE_NAME" -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 \
    -keyout "$RUN_FOLDER/tls.key" -out "$RUN_FOLDER/tls.crt" 2>"$RUN_FOLDER/openssl.log" || refuse "$(cat "$RUN_FOLDER/openssl.log")"
fi
printf '*:*:*:${systemRoles.replication}:%s\n' "$(password ${systemRoles.replication})" >"$passfile"

make_primary() {
  for peer in $PEERS; do
    ! pg_isready --quiet --timeout=3 --host="\${peer%:*}" --port="\${peer##*:}" ||
      refuse "$peer has data and this server has none: promote that one, or there would be a second, empty database."
  done
  initdb --pgdata="$making" --waldir="$WAL_FOLDER" --username=${systemRoles.administrator} \
    --pwfile="$PASSWORDS_FOLDER/${systemRoles.administrator}" --auth-local=peer --auth-host=scram-sha-256 \
    --encoding=UTF8 --no-locale --locale-provider=builtin --builtin-locale=C.UTF-8 --data-checksums \
    --sync-method=syncfs
  printf "CREATE ROLE ${systemRoles.replication} LOGIN REPLICATION PASSWORD '%s';\n" \
    "$(password ${systemRoles.replication})" | postgres --single -D "$making" postgres >/dev/null
}

make_replica() {
  until pg_isready --quiet --timeout=3 --dbname="$PRIMARY"; do sleep 1; done
  pg_receivewal --dbname="$upstream" --slot="$slot" --create-slot --if-not-exists --no-password
  pg_basebackup --dbname="$upstream" --slot="$slot" --wal-method=stream --checkpoint=fast --no-password \
    --pgdata="$making" --waldir="$WAL_FOLDER" --sync-method=syncfs
  touch "$making/standby.signal"
}

if [ ! -d "$PGDATA" ]; then
  if [ -d "$making" ]; then
    say "an earlier attempt was cut off; starting over"
    rm -rf "$making" "$WAL_FOLDER"
  elif [ -d "$WAL_FOLDER" ]; then
    refuse "$PGDATA is missing and $WAL_FOLDER is not: with the last base backup this log restores everything up to the end." \
      "Restore it, or remove $WAL_FOLDER if it is of no use."
  fi
  if [ "$ordinal" = "$PRIMARY_ORDINAL" ]; then make_primary; else make_replica; fi
  mv "$making" "$PGDATA"
  sync "$(dirname "$PGDATA")"
fi

if [ "$ordinal" = "$PRIMARY_ORDINAL" ]; then
  [ ! -e "$PGDATA/standby.signal" ] ||
    refuse "this server is a replica and shall be the primary: promote it first (pg_ctl promote), while it still runs."
  : >"$RUN_FOLDER/instance.conf"
else
  [ -e "$PGDATA/standby.signal" ] ||
    refuse "this server was a primary and shall be a replica: delete its claims and the pod; it is then copied anew."
  printf "primary_conninfo = '%s'\nprimary_slot_name = '%s'\n" "$upstream" "$slot" >"$RUN_FOLDER/instance.conf"
fi
`.replaceAll(String.raw`\$`, "$");
