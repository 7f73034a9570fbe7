"""Time at the bank: the primary database's clock, so that all servers agree on deadlines."""

from datetime import datetime

from psycopg import AsyncConnection


async def database_time(connection: AsyncConnection[tuple[object, ...]]) -> datetime:
    """Return the database's time of this moment, with its zone.

    Raises:
        psycopg.Error: the database did not answer.
    """
    cursor = await connection.execute("SELECT clock_timestamp()")
    row = await cursor.fetchone()
    if row is None or not isinstance(row[0], datetime):
        raise TypeError("the database did not answer with a time")
    return row[0]
