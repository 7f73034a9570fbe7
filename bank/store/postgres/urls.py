"""How the bank's processes learn where their database is.

The addresses hold passwords: they go by a file of mode 0600, never by a command line, which every
user of the machine can read.
"""

import json
import os
from pathlib import Path

from bank.private_file import write_private
from bank.store.postgres.errors import DatabaseUnknown
from bank.store.postgres.roles import DatabaseUrls

OWNER_VARIABLE = "FORTRESS_DATABASE_OWNER_URL"
APPLICATION_VARIABLE = "FORTRESS_DATABASE_APP_URL"


def configured_urls() -> DatabaseUrls | None:
    """The addresses of a PostgreSQL that the operator runs, from the environment, or None.

    Errors: DatabaseUnknown where only one of the two variables is set, or one holds no address.
    """
    owner, application = os.environ.get(OWNER_VARIABLE), os.environ.get(APPLICATION_VARIABLE)
    if owner and application:
        _check(OWNER_VARIABLE, owner)
        _check(APPLICATION_VARIABLE, application)
        return DatabaseUrls(owner, application)
    if owner or application:
        raise DatabaseUnknown(f"set both {OWNER_VARIABLE} and {APPLICATION_VARIABLE}, or neither")
    return None


def _check(variable: str, address: str) -> None:
    # Here, where psycopg is about to be needed anyway: a launcher without these is quicker.
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    try:
        conninfo_to_dict(address)
    except psycopg.Error:
        # psycopg's own words may hold the password.
        raise DatabaseUnknown(f"{variable} holds no address of a PostgreSQL database") from None


def write_urls(data_dir: Path, urls: DatabaseUrls) -> None:
    """Write DATA/bank/database.json for `read_urls`. Errors: OSError."""
    file = _file(data_dir)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    facts = {"owner_url": urls.owner, "app_url": urls.application}
    write_private(file, json.dumps(facts).encode())


def read_urls(data_dir: Path) -> DatabaseUrls:
    """Read what `write_urls` wrote. Errors: DatabaseUnknown."""
    file = _file(data_dir)
    try:
        facts = json.loads(file.read_text("utf-8"))
        return DatabaseUrls(owner=facts["owner_url"], application=facts["app_url"])
    except FileNotFoundError:
        raise DatabaseUnknown(f"no database is known in {data_dir}: start it first") from None
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise DatabaseUnknown(f"{file} cannot be read: {problem}") from problem


def _file(data_dir: Path) -> Path:
    return data_dir / "bank" / "database.json"
