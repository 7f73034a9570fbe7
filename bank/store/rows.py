"""The one row of a statement that always gives one."""

from typing import Any

from psycopg import AsyncCursor


async def one_row(cursor: AsyncCursor[tuple[Any, ...]]) -> tuple[Any, ...]:
    """Return the row.

    Raises:
        LookupError: there was none, which is an error of ours.
    """
    row = await cursor.fetchone()
    if row is None:
        raise LookupError("a statement that gives one row gave none")
    return row
