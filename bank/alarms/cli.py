"""``bank alarms``: what nobody has seen to yet, and saying what came of it."""

import argparse
import getpass
import sys
from pathlib import Path
from typing import Final

import psycopg

from bank.store.postgres import read_urls

WRONG: Final = 2
MOST_ROWS: Final = 200
NOTE_LEAST, NOTE_MOST = 3, 200
_LIST: Final = """
SELECT id, to_char(raised_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'), kind, terminal, subject,
    detail, acknowledged_by, note
FROM alarms WHERE %s OR acknowledged_at IS NULL ORDER BY id LIMIT %s
"""
_ACKNOWLEDGE: Final = """
UPDATE alarms SET acknowledged_at = clock_timestamp(), acknowledged_by = %s, note = %s
WHERE id = %s AND acknowledged_at IS NULL RETURNING terminal
"""
_KNOWN: Final = "SELECT acknowledged_by, note FROM alarms WHERE id = %s"
_AUDIT: Final = (
    "INSERT INTO audit (server, terminal, event, detail) VALUES ('operator', %s,"
    " 'alarm acknowledged', jsonb_build_object('alarm', %s::bigint, 'by', %s::text))"
)


def describe(command: argparse.ArgumentParser, default: Path) -> None:
    """Describe the command's acts to `command`; `default` is the data folder."""
    acts = command.add_subparsers(dest="alarms_command", required=True, metavar="ACT")
    every = acts.add_parser("list", help="alarms that nobody has acknowledged, the oldest first")
    every.add_argument("--all", action="store_true", help="the acknowledged ones too")
    seen = acts.add_parser("acknowledge", help="say what came of an alarm; it stays on record")
    seen.add_argument("alarm", type=int, metavar="ID", help="its number in the list")
    seen.add_argument("--note", required=True, help="what came of it, 3 to 200 characters")
    seen.add_argument(
        "--by", default=getpass.getuser(), help="who says so (default: this account, %(default)s)"
    )
    for act in (every, seen):
        act.add_argument(
            "--data",
            type=Path,
            default=default,
            help="folder with the bank's addresses (default: %(default)s)",
        )


def run(arguments: argparse.Namespace) -> int:
    """List alarms, or acknowledge one. Errors: PostgresError, psycopg.Error."""
    with psycopg.connect(read_urls(arguments.data).owner) as connection:
        if arguments.alarms_command == "list":
            return _list(connection, every=arguments.all)
        return _acknowledge(connection, arguments.alarm, arguments.by, arguments.note.strip())


def _list(connection: psycopg.Connection[tuple[object, ...]], *, every: bool) -> int:
    rows = connection.execute(_LIST, [every, MOST_ROWS]).fetchall()
    for number, at, kind, terminal, subject, detail, by, note in rows:
        print(f"{number}  {at}  {kind}  {terminal}  {subject}: {detail}")
        if by is not None:
            print(f"    {by}: {note}")
    if not rows:
        print("No alarms." if every else "No alarm is waiting for anybody.")
    return 0


def _acknowledge(
    connection: psycopg.Connection[tuple[object, ...]], alarm: int, by: str, note: str
) -> int:
    if not NOTE_LEAST <= len(note) <= NOTE_MOST or not 1 <= len(by) <= 100:
        print("bank alarms: a note has 3 to 200 characters, a name 1 to 100", file=sys.stderr)
        return WRONG
    done = connection.execute(_ACKNOWLEDGE, [by, note, alarm]).fetchone()
    if done is None:
        known = connection.execute(_KNOWN, [alarm]).fetchone()
        why = "there is no such alarm" if known is None else f"{known[0]} said: {known[1]}"
        print(f"bank alarms: {alarm}: {why}", file=sys.stderr)
        return WRONG
    connection.execute(_AUDIT, [done[0], alarm, by])
    print(f"Alarm {alarm} is acknowledged; it stays on record.")
    return 0
