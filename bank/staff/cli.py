"""``bank roles``: what a person who is signed up may do, changed at the database's host."""

import argparse
import sys
from pathlib import Path
from typing import Final, get_args

import psycopg

from bank.customers.index import normalise_name, user_name_index
from bank.keys.file import load_key_set
from bank.store.postgres import read_urls
from protocol.messages.pin import Role

WRONG: Final = 2
ROLES: Final[tuple[str, ...]] = get_args(Role)
_READ: Final = "SELECT id, roles FROM customers WHERE user_name_index = %s AND status = 'active'"
_SET: Final = "UPDATE customers SET roles = %s WHERE id = %s"
_END: Final = (
    "UPDATE sessions SET ended_at = clock_timestamp() WHERE customer = %s AND ended_at IS NULL"
)
_AUDIT: Final = (
    "INSERT INTO audit (server, subject, event, detail)"
    " VALUES ('operator', %s, 'roles changed', jsonb_build_object('roles', %s::text))"
)


def describe(command: argparse.ArgumentParser, default: Path) -> None:
    """Describe the command to `command`; `default` is the data folder."""
    command.add_argument("user", metavar="USER", help="a user name that is signed up")
    command.add_argument(
        "roles",
        nargs="*",
        metavar="ROLE",
        type=_role,
        help=f"what the person is from now on, and nothing else: {', '.join(ROLES)}",
    )
    command.add_argument(
        "--data",
        type=Path,
        default=default,
        help="folder with the bank's keys and addresses (default: %(default)s)",
    )


def _role(text: str) -> str:
    if text not in ROLES:
        raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(ROLES)}")
    return text


def run(arguments: argparse.Namespace) -> int:
    """Show a person's roles, or set them and end the person's sessions.

    Errors: KeysError, PostgresError, psycopg.Error.
    """
    keys = load_key_set(arguments.data / "bank" / "keyset.json")
    index = user_name_index(keys.index_key, normalise_name(arguments.user))
    with psycopg.connect(read_urls(arguments.data).owner) as connection:
        row = connection.execute(_READ, [index]).fetchone()
        if row is None:
            print(f"bank roles: nobody is called {arguments.user}", file=sys.stderr)
            return WRONG
        person, roles = row
        wanted = sorted(set(arguments.roles), key=ROLES.index)
        if wanted and wanted != roles:
            roles = wanted
            connection.execute(_SET, [roles, person])
            connection.execute(_END, [person])
            connection.execute(_AUDIT, [person, ", ".join(roles)])
    print(f"{arguments.user}: {', '.join(roles)}")
    return 0
