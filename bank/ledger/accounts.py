"""Accounts opened and closed."""

import secrets
from typing import Literal
from uuid import UUID

from psycopg import errors

from bank.store.pool import Connection

Closing = Literal["done", "unknown", "already_closed", "has_money", "has_holds"]
_TRIES = 8


def new_number() -> str:
    """Return a random account number: ten digits, the last a check digit (ISO/IEC 7812-1)."""
    body = str(secrets.randbelow(9) + 1) + "".join(str(secrets.randbelow(10)) for _ in range(8))
    return body + check_digit(body)


def check_digit(body: str) -> str:
    """Return the Luhn digit that completes `body`."""
    total = 0
    for place, char in enumerate(reversed(body)):
        digit = int(char) * (2 if place % 2 == 0 else 1)
        total += digit - 9 if digit > 9 else digit
    return str(-total % 10)


async def open_account(
    connection: Connection,
    *,
    customer: UUID,
    currency: str,
    name: str,
    opening_credit_minor: int,
    time_zone: str,
) -> str:
    """Open an account for `customer` and return its number.

    An opening credit is booked from demo funding. May be part of a transaction of the caller's.
    Errors: psycopg.Error.
    """
    for _ in range(_TRIES):
        number = new_number()
        try:
            # A savepoint, so that a number that is taken does not end the caller's transaction.
            async with connection.transaction():
                await connection.execute(
                    "SELECT ledger_open_account(%s, %s, %s, %s, %s, %s)",
                    [number, customer, currency, name, opening_credit_minor, time_zone],
                )
        except errors.UniqueViolation:
            continue
        return number
    raise errors.UniqueViolation("no free account number was found")


async def close_account(connection: Connection, *, number: str) -> Closing:
    """Close an account that has neither money nor holds. Errors: psycopg.Error."""
    cursor = await connection.execute("SELECT ledger_close_account(%s)", [number])
    row = await cursor.fetchone()
    if row is None:
        raise LookupError("the database gave no answer")
    closing: Closing = row[0]
    return closing
