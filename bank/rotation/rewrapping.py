"""Every sealed field under the active key-encryption key, a few rows at a time.

Only the 48 bytes of the wrapped key change. A row that a server writes meanwhile is left alone: a
server with this set seals with the active key anyway.
"""

from dataclasses import dataclass
from typing import Any, Final, LiteralString
from uuid import UUID

import psycopg
from psycopg import sql

from bank.customers.details import DETAILS_KIND
from bank.customers.store import FINGER_KIND, FINGER_VERSION
from bank.keys import KeySet, SealBroken, SealedPlace, rewrap
from bank.signup.begin import SEALED_KIND, SEALED_VERSION
from bank.signup.finish import ANSWER_KIND

AT_ONCE: Final = 200


@dataclass(frozen=True)
class _Field:
    table: LiteralString
    key: LiteralString
    column: LiteralString
    kind: str
    version: LiteralString
    """A column or a number, as SQL."""


_FIELDS: Final = (
    _Field("customers", "id", "sealed", DETAILS_KIND, "version"),
    _Field("fingers", "id", "sealed", FINGER_KIND, f"{FINGER_VERSION}"),
    _Field("signups", "uid", "sealed", SEALED_KIND, f"{SEALED_VERSION}"),
    _Field("signups", "uid", "answer", ANSWER_KIND, f"{SEALED_VERSION}"),
)


def rewrap_all(connection: psycopg.Connection[tuple[Any, ...]], keys: KeySet) -> int:
    """Wrap what is not under the active key anew; return how many fields that were.

    Each few rows are committed, so that no row is held for long and a second run goes on.
    Errors: SealBroken, naming the row that does not open; psycopg.Error.
    """
    return sum(_rewrap(connection, keys, field) for field in _FIELDS)


def _rewrap(connection: psycopg.Connection[tuple[Any, ...]], keys: KeySet, field: _Field) -> int:
    names = {
        "table": sql.Identifier(field.table),
        "key": sql.Identifier(field.key),
        "column": sql.Identifier(field.column),
        "version": sql.SQL(field.version),
    }
    # The second byte of a sealed field is the number of its key-encryption key.
    some = (
        "select {key}, {version}, {column} from {table}"
        " where {column} is not null and get_byte({column}, 1) <> %s {after}"
        " order by {key} limit %s"
    )
    first = sql.SQL(some).format(**names, after=sql.SQL(""))
    further = sql.SQL(some).format(**names, after=sql.SQL("and {key} > %s").format(**names))
    change = sql.SQL("update {table} set {column} = %s where {key} = %s and {column} = %s").format(
        **names
    )
    count = 0
    rows = connection.execute(first, [keys.active_kek, AT_ONCE]).fetchall()
    while rows:
        for key, version, sealed in rows:
            new = _rewrapped(keys, field, key, version, bytes(sealed))
            count += connection.execute(change, [new, key, sealed]).rowcount
        connection.commit()
        rows = connection.execute(further, [keys.active_kek, rows[-1][0], AT_ONCE]).fetchall()
    return count


def _rewrapped(
    keys: KeySet, field: _Field, key: UUID | bytes, version: int, sealed: bytes
) -> bytes:
    record_id = key.bytes if isinstance(key, UUID) else bytes(key)
    try:
        return rewrap(keys, SealedPlace(record_id, field.kind, version), sealed)
    except SealBroken as error:
        where = f"{field.column} of {record_id.hex()} in {field.table}"
        raise SealBroken(f"{where}: {error}") from error
