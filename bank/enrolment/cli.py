"""``bank terminals requests``, ``approve`` and ``refuse``: an administrator enrols a terminal."""

import argparse
from datetime import UTC
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding

from bank.ca.issuing import load_issuing
from bank.ca.leaves import issue_terminal
from bank.config import load_config
from bank.enrolment.requests import read_kept_request
from bank.terminals.cli import Connection, NotDone, write_audit
from protocol.enrolment import characters, typed
from protocol.signing import key_id

_WAITING = """
SELECT key_sha256, terminal, kind, address, asked_at, request, clock_timestamp() FROM enrolments
WHERE refused_at IS NULL AND asked_at > clock_timestamp() - interval '24 hours'
ORDER BY asked_at, key_sha256
"""


def requests(connection: Connection, _: argparse.Namespace) -> str:
    """Return a line for each key that waits."""
    lines = ""
    for key, terminal, kind, address, asked_at, *_rest in connection.execute(_WAITING):
        at = f"{asked_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        lines += f"{terminal}  {kind}  {characters(bytes(key))}  from {address}  since {at}\n"
    return lines or "No key waits.\n"


def approve(connection: Connection, arguments: argparse.Namespace) -> str:
    """Issue the certificate of the key with these characters. Errors: NotDone, CaError."""
    key, request, now = _find(connection, arguments)
    issuing = load_issuing(arguments.data)
    if issuing is None:
        raise NotDone(f"there is no issuer's key in {arguments.data / 'bank' / 'ca'}")
    wanted = read_kept_request(request)
    leaf = issue_terminal(issuing.issuer, wanted.terminal, wanted.key, now)
    der = leaf.public_bytes(Encoding.DER)
    # A terminal that is new gets the bank's currency, and no cash before its first exchange.
    currency = load_config(arguments.config).currency
    values = (key, key_id(der), der, leaf.not_valid_after_utc, currency)
    row = connection.execute("SELECT enrolment_issue(%s, %s, %s, %s, %s)", values).fetchone()
    if row is None or not row[0]:
        raise NotDone("it waits no longer")
    write_audit(connection, wanted.terminal, "terminal enrolled", key_id(der).hex())
    return f"{wanted.terminal} gets its certificate, until {leaf.not_valid_after_utc:%Y-%m-%d}.\n"


def refuse(connection: Connection, arguments: argparse.Namespace) -> str:
    """Tell the key with these characters that it gets none. Errors: NotDone."""
    key, *_rest = _find(connection, arguments)
    connection.execute("SELECT enrolment_refuse(%s)", [key])
    write_audit(connection, arguments.terminal, "terminal refused", key.hex())
    return f"{arguments.terminal} is refused, with this key.\n"


def _find(connection: Connection, arguments: argparse.Namespace) -> tuple[bytes, bytes, Any]:
    wanted = typed(arguments.characters)
    if wanted is None:
        raise NotDone("--characters are 25 letters and digits, in fives or not")
    for key, terminal, _, _, _, request, now in connection.execute(_WAITING):
        if terminal == arguments.terminal and characters(bytes(key)) == wanted:
            return bytes(key), bytes(request), now
    raise NotDone(f"no key of {arguments.terminal} with these characters waits")
