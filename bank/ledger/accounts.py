"""Accounts opened and closed."""

import secrets
from typing import Final, Literal
from uuid import UUID

from psycopg import errors

from bank.keys import KeySet, sign_record
from bank.store.pool import Connection
from protocol.encoding import Json

Closing = Literal["done", "unknown", "already_closed", "has_money", "has_holds"]
OWN_ENTRY: Final = "own-entry"
"""The kind of record that stands for an entry of the bank's own."""
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


def own_entry(kind: str, number: str, currency: str, amount_minor: int) -> dict[str, Json]:
    """Return what a server signs of an entry that no terminal asked for.

    `number` is the account's, or the name of the terminal that was loaded.
    """
    return {"kind": kind, "number": number, "currency": currency, "amount_minor": amount_minor}


async def open_account(
    connection: Connection,
    keys: KeySet,
    *,
    customer: UUID,
    currency: str,
    name: str,
    opening_credit_minor: int,
    time_zone: str,
) -> str:
    """Open an account for `customer` and return its number.

    An opening credit is booked from demo funding and signed with the record key: it is the bank's
    own entry (MONEY.md 5). May be part of a transaction of the caller's.
    Errors: psycopg.Error.
    """
    for _ in range(_TRIES):
        number = new_number()
        entry = own_entry("opening_credit", number, currency, opening_credit_minor)
        signed = sign_record(keys, OWN_ENTRY, entry).decode("ascii")
        try:
            # A savepoint, so that a number that is taken does not end the caller's transaction.
            async with connection.transaction():
                await connection.execute(
                    "SELECT ledger_open_account(%s, %s, %s, %s, %s, %s, %s)",
                    [number, customer, currency, name, opening_credit_minor, time_zone, signed],
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
