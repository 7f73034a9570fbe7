"""``bank terminals``: which there are and who may serve, and the keys that wait to be enrolled.

At the database's host, as its owner: this is the administrator's own door, and the only one by
which the first desk of a bank is enrolled, for without it no two people can sign in.
"""

import argparse
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeAlias

import psycopg

from bank.config import DEFAULT_FILE
from bank.store.postgres import read_urls
from bank.terminals.registry import CACHE_S
from protocol.money import format_minor

WRONG: Final = 2
SHOWN: Final = 12
"""Hex digits of a certificate's SHA-256 in the list; any number from 8 on names one."""
Connection: TypeAlias = psycopg.Connection[tuple[Any, ...]]
Act: TypeAlias = Callable[[Connection, argparse.Namespace], str]
"""Does it and returns what to print; raises `NotDone`."""

_STATUS: Final = {"deny": "denied", "release": "active"}
_LIST: Final = """
SELECT t.id, t.kind, t.status, t.currency, encode(c.sha256, 'hex'), c.not_after,
    CASE WHEN c.denied_at IS NOT NULL THEN 'denied'
         WHEN c.not_after < clock_timestamp() THEN 'over' ELSE 'good' END
FROM terminals t LEFT JOIN terminal_certificates c ON c.terminal = t.id
ORDER BY t.id, c.not_after DESC
"""
_TOLD: Final = """
SELECT terminal, standing, told_seq, pending, cassettes, hello_at FROM terminal_hellos
"""
_SET: Final = "UPDATE terminals SET status = %s WHERE id = %s RETURNING id"
_NAMED: Final = """
SELECT sha256 FROM terminal_certificates
WHERE terminal = %s AND starts_with(encode(sha256, 'hex'), %s)
"""
_AUDIT: Final = """
INSERT INTO audit (server, terminal, event, detail)
VALUES ('operator', %s, %s, jsonb_build_object('subject', %s::text))
"""


class NotDone(Exception):
    """What was asked for cannot be done; the message says why."""


def describe(command: argparse.ArgumentParser, default: Path) -> None:
    """Describe the command's acts to `command`; `default` is the data folder."""
    acts = command.add_subparsers(dest="terminals_command", required=True, metavar="ACT")
    every = acts.add_parser("list", help="every terminal, and its certificates with their ends")
    deny = acts.add_parser("deny", help="it starts nothing new; what has happened still comes in")
    deny.add_argument(
        "--certificate",
        type=_hex,
        metavar="SHA256PREFIX",
        help="only this certificate, for good and for everything: its key was stolen",
    )
    release = acts.add_parser("release", help="it may serve again; its kiosk goes on by itself")
    waiting = acts.add_parser("requests", help="the keys that wait for a certificate")
    approve = acts.add_parser("approve", help="give a key that waits its certificate")
    refuse = acts.add_parser("refuse", help="tell a key that waits that it gets none")
    for act in (deny, release, approve, refuse):
        act.add_argument("terminal", metavar="TERMINAL", help="its name, such as ATM-0001")
    for act in (approve, refuse):
        act.add_argument(
            "--characters",
            required=True,
            metavar="5x5",
            help="the key's characters as they are read out at the terminal",
        )
    approve.add_argument(
        "--config", type=Path, default=DEFAULT_FILE, help="the bank's rules (TOML)"
    )
    for act in (every, deny, release, waiting, approve, refuse):
        act.add_argument(
            "--data",
            type=Path,
            default=default,
            help="folder with the bank's addresses (default: %(default)s)",
        )


def run(arguments: argparse.Namespace) -> int:
    """Do what is asked for. Errors: PostgresError, CaError, psycopg.Error."""
    from bank.enrolment.cli import approve, refuse, requests

    acts: dict[str, Act] = {
        "list": _list,
        "deny": _deny_certificate if getattr(arguments, "certificate", None) else _set,
        "release": _set,
        "requests": requests,
        "approve": approve,
        "refuse": refuse,
    }
    try:
        with psycopg.connect(read_urls(arguments.data).owner) as connection:
            said = acts[arguments.terminals_command](connection, arguments)
    except NotDone as error:
        print(f"bank terminals: {error}", file=sys.stderr)
        return WRONG
    print(said, end="")
    return 0


def write_audit(connection: Connection, terminal: str, event: str, subject: str = "") -> None:
    """Note what an administrator did here. Errors: psycopg.Error."""
    connection.execute(_AUDIT, [terminal, event, subject])


def _list(connection: Connection, _: argparse.Namespace) -> str:
    lines, last = "", None
    told = {row[0]: row[1:] for row in connection.execute(_TOLD).fetchall()}
    for terminal, kind, status, currency, sha256, ends, state in connection.execute(_LIST):
        if terminal != last:
            lines += f"{terminal}  {kind}  {status}  {currency}\n"
            last = terminal
            if terminal in told:
                lines += _told(currency, *told[terminal])
        if sha256 is not None:
            lines += f"    certificate {sha256[:SHOWN]}  until {_when(ends)}  {state}\n"
    return lines


def _told(
    currency: str, standing: str, seq: int, pending: int, notes: dict[str, int], at: datetime
) -> str:
    """What a terminal said of itself at its last hello."""
    counts = [f"{count} x {format_minor(int(each), currency)}" for each, count in notes.items()]
    return (
        f"    journal {standing}, {seq} requests, {pending} pending; hello {_when(at)};"
        f" notes: {', '.join(counts) or 'none told'}\n"
    )


def _set(connection: Connection, arguments: argparse.Namespace) -> str:
    status = _STATUS[arguments.terminals_command]
    if connection.execute(_SET, [status, arguments.terminal]).fetchone() is None:
        raise NotDone(f"there is no terminal {arguments.terminal}")
    write_audit(connection, arguments.terminal, f"terminal {status}")
    return f"{arguments.terminal} is {status}; every server knows within {CACHE_S:g} s.\n"


def _deny_certificate(connection: Connection, arguments: argparse.Namespace) -> str:
    found = connection.execute(_NAMED, [arguments.terminal, arguments.certificate]).fetchall()
    if len(found) != 1:
        raise NotDone(
            f"{len(found)} certificates of {arguments.terminal} begin with {arguments.certificate}"
        )
    [(sha256,)] = found
    connection.execute("SELECT certificate_deny(%s, %s)", [arguments.terminal, sha256])
    write_audit(connection, arguments.terminal, "certificate denied", bytes(sha256).hex())
    return (
        f"The certificate {bytes(sha256).hex()[:SHOWN]} of {arguments.terminal} is denied for good;"
        f" every server knows within {CACHE_S:g} s. With its next one the terminal serves again.\n"
    )


def _hex(text: str) -> str:
    if not re.fullmatch(r"[0-9a-fA-F]{8,64}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not 8 to 64 hex digits")
    return text.lower()


def _when(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
