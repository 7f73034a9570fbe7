"""``bank migrate``: the schema of a database that an operator runs."""

import argparse
import sys

import psycopg
import sqlalchemy.exc

from bank.store.migrate import latest, migrate
from bank.store.postgres import configured_urls, read_urls, write_urls

WRONG = 2


def run(arguments: argparse.Namespace) -> int:
    """Bring the database up to date; addresses given by the environment are kept in the folder.

    Safe to repeat, and safe on several hosts at once. Errors: PostgresError, OSError.
    """
    given = configured_urls()
    try:
        migrate((given or read_urls(arguments.data)).owner)
    except (sqlalchemy.exc.SQLAlchemyError, psycopg.Error) as error:
        print(f"bank migrate: {error}", file=sys.stderr)
        return WRONG
    if given is not None:
        write_urls(arguments.data, given)
    print(f"The database is at version {latest()}.")
    return 0
