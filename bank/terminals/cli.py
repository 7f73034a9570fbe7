"""``bank terminals``: which terminals there are, and which of them may start something new."""

import argparse
import sys
from pathlib import Path
from typing import Final

import psycopg

from bank.store.postgres import read_urls
from bank.terminals.registry import CACHE_S

WRONG: Final = 2
_STATUS: Final = {"deny": "denied", "release": "active"}
_LIST: Final = """
SELECT t.id, t.kind, t.status, t.currency, count(c.sha256)
FROM terminals t LEFT JOIN terminal_certificates c ON c.terminal = t.id
GROUP BY t.id ORDER BY t.id
"""
_SET: Final = "UPDATE terminals SET status = %s WHERE id = %s RETURNING id"
_AUDIT: Final = "INSERT INTO audit (server, terminal, event) VALUES ('operator', %s, %s)"


def describe(command: argparse.ArgumentParser, default: Path) -> None:
    """Describe the command's acts to `command`; `default` is the data folder."""
    acts = command.add_subparsers(dest="terminals_command", required=True, metavar="ACT")
    every = acts.add_parser("list", help="every terminal, and whether it is released or denied")
    deny = acts.add_parser("deny", help="it starts nothing new; what has happened still comes in")
    release = acts.add_parser("release", help="it may serve again; its kiosk goes on by itself")
    for act in (deny, release):
        act.add_argument("terminal", metavar="TERMINAL", help="its name, such as ATM-0001")
    for act in (every, deny, release):
        act.add_argument(
            "--data",
            type=Path,
            default=default,
            help="folder with the bank's addresses (default: %(default)s)",
        )


def run(arguments: argparse.Namespace) -> int:
    """List the terminals, or deny or release one. Errors: PostgresError, psycopg.Error."""
    with psycopg.connect(read_urls(arguments.data).owner) as connection:
        if arguments.terminals_command == "list":
            for terminal, kind, status, currency, certificates in connection.execute(_LIST):
                print(f"{terminal}  {kind}  {status}  {currency}  certificates: {certificates}")
            return 0
        status = _STATUS[arguments.terminals_command]
        if connection.execute(_SET, [status, arguments.terminal]).fetchone() is None:
            print(f"bank terminals: there is no terminal {arguments.terminal}", file=sys.stderr)
            return WRONG
        connection.execute(_AUDIT, [arguments.terminal, f"terminal {status}"])
    print(f"{arguments.terminal} is {status}; every server knows within {CACHE_S:g} s.")
    return 0
