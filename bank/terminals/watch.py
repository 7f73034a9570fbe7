"""What no request brings about: alarms that time alone raises, and months made ready.

Every server watches; the database keeps an alarm from being raised twice.
"""

import asyncio
import logging
from typing import Final

from psycopg import errors

from bank.metrics import Metrics
from bank.store.errors import StoreUnavailable
from bank.store.pool import Connection, Pool

log = logging.getLogger("bank.watch")

EVERY_S: Final = 60.0
MONTHS_AHEAD: Final = 13

_MONTHS: Final = "SELECT ledger_open_months(day, %s) FROM business_day"
_OPEN: Final = """
SELECT (SELECT count(*) FROM cases WHERE closed_at IS NULL), (SELECT count(*) FROM open_holds),
    (SELECT count(*) FROM terminal_hellos WHERE standing <> 'known')
"""
_ALARMS: Final = (
    "SELECT kind, count(*) FILTER (WHERE acknowledged_at IS NULL) FROM alarms GROUP BY kind"
)


async def watch(pool: Pool, metrics: Metrics, every_s: float = EVERY_S) -> None:
    """Look every `every_s` until cancelled; a database that is away is looked for again."""
    while True:
        try:
            raised = await pool.run(look)
            await pool.run(lambda connection: gauge(connection, metrics))
            await pool.run(make_months_ready)
        except StoreUnavailable as error:
            log.warning("no watch was kept: %s", error)
        else:
            if raised:
                log.warning("%d new alarms: holds over 15 min or gaps over 24 h", raised)
        await asyncio.sleep(every_s)


async def gauge(connection: Connection, metrics: Metrics) -> None:
    """Set the figures that only the database knows."""
    row = await (await connection.execute(_OPEN)).fetchone()
    if row is not None:
        metrics.open_cases.set(row[0])
        metrics.open_holds.set(row[1])
        metrics.unknown_journals.set(row[2])
    cursor = await connection.execute(_ALARMS)
    for kind, count in await cursor.fetchall():
        metrics.open_alarms.labels(kind).set(count)


async def look(connection: Connection) -> int:
    """Raise what is due; return the number of new alarms."""
    cursor = await connection.execute("SELECT ledger_raise_alarms()")
    row = await cursor.fetchone()
    return int(row[0]) if row else 0


async def make_months_ready(connection: Connection) -> None:
    """Make partitions for the coming months, and for one whose rows came before it."""
    try:
        await connection.execute(_MONTHS, [MONTHS_AHEAD])
    except errors.LockNotAvailable:
        log.info("coming months are made ready later: movements go first")
