#!/bin/sh
# Puts a base backup and the archived log back into an empty data folder.
#     restore.sh BASE_BACKUP WAL_ARCHIVE NEW_DATA [TIME]
# TIME, such as '2026-03-01 12:00:00+00', stops there; without it all that was archived is replayed.
# Start PostgreSQL on NEW_DATA afterwards: it replays and then takes connections as a leader on a
# new timeline. Run as the account that PostgreSQL runs as.
set -eu
umask 077
base=$1 archive=$2 data=$3 moment=${4:-}
if [ -e "$data" ] && [ -n "$(ls -A "$data")" ]; then
    echo "restore.sh: $data is not empty: nothing was touched" >&2
    exit 1
fi
pg_verifybackup --quiet "$base"
mkdir -p "$data"
chmod 700 "$data"
cp -a "$base/." "$data/"
{
    echo "restore_command = 'cp \"$archive/%f\" \"%p\"'"
    echo "recovery_target_action = 'promote'"
    [ -z "$moment" ] || echo "recovery_target_time = '$moment'"
} >>"$data/postgresql.auto.conf"
touch "$data/recovery.signal"
