#!/bin/sh
# Keeps one finished file of PostgreSQL's log. PostgreSQL calls it as its archive_command:
#     archive_command = '/usr/local/lib/fortress/archive-wal.sh /srv/backup/wal %p %f'
# Exit status 0 only when the file is whole and on the disk; PostgreSQL tries again otherwise.
set -eu
archive=$1 source=$2 name=$3
if [ -e "$archive/$name" ]; then
    # The same file again, after a crash between copying and telling: fine. Another one: never.
    exec cmp -s "$source" "$archive/$name"
fi
unfinished="$archive/.$name.$$"
trap 'rm -f "$unfinished"' EXIT
cp "$source" "$unfinished"
sync "$unfinished"
mv -n "$unfinished" "$archive/$name"
sync "$archive"
cmp -s "$source" "$archive/$name"
