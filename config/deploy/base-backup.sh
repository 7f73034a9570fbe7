#!/bin/sh
# Takes a base backup, verifies it and removes old ones, keeping at least the newest two.
#     base-backup.sh FOLDER DAYS
# The database and its user come from libpq's environment: PGHOST, PGPORT, PGUSER, PGPASSFILE. The
# user needs REPLICATION. PostgreSQL's programs are found on PATH.
set -eu
umask 077
folder=$1 days=$2
name=$folder/base-$(date -u +%Y%m%dT%H%M%SZ)
unfinished=$folder/.unfinished.$$
trap 'rm -rf "$unfinished"' EXIT
pg_basebackup --pgdata="$unfinished" --format=plain --wal-method=stream --checkpoint=fast \
    --manifest-checksums=SHA256 --no-password
pg_verifybackup --quiet "$unfinished"
sync "$unfinished"
mv "$unfinished" "$name"
echo "$name"
find "$folder" -maxdepth 1 -type d -name 'base-*' | sort -r | tail -n +3 | while read -r old; do
    find "$old" -maxdepth 0 -mtime "+$days" -exec rm -rf {} +
done
