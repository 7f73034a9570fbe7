"""What the bank need not remember for ever: rows whose only use is to be refused for a while.

Kept for good are the audit log, acts, customers, and the tries of every credential that exists.
"""

import asyncio
import logging
from typing import Final

from bank.store.errors import StoreUnavailable
from bank.store.pool import Connection, Pool

log = logging.getLogger("bank.forgetting")

EVERY_S: Final = 600.0

# An attempt counts for an hour, a token lives a minute; a movement's proof may come again for as
# long as its order is undecided. An unfinished sign-up holds a person's details, sealed.
_STATEMENTS: Final = (
    "delete from pin_attempts where started_at < clock_timestamp() - interval '2 hours'",
    "delete from pin_nonces where burnt_at < clock_timestamp() - interval '2 days'",
    "delete from factor1_used where used_at < clock_timestamp() - interval '1 day'",
    "delete from sessions where expires_at < clock_timestamp() - interval '30 days'",
    "delete from signups where answer is null"
    " and expires_at < clock_timestamp() - interval '1 day'",
    "delete from pin_tries t where t.counted_at < clock_timestamp() - interval '30 days'"
    " and not exists (select from credentials c where c.account = t.account)",
)
# Long enough for the limit of unidentified probes, however short the memory for replays.
_PROBES: Final = (
    "delete from probes where seen_at < clock_timestamp() - make_interval(secs => greatest(%s, %s))"
)


async def forget(connection: Connection, probe_memory_s: int, unidentified_window_s: int) -> None:
    """Delete what is over."""
    for statement in _STATEMENTS:
        await connection.execute(statement)
    await connection.execute(_PROBES, (probe_memory_s, unidentified_window_s))


async def forget_from_time_to_time(
    pool: Pool, probe_memory_s: int, unidentified_window_s: int, every_s: float = EVERY_S
) -> None:
    """Forget every `every_s` until cancelled; a database that is away is looked for again."""
    while True:
        try:
            await pool.run(
                lambda connection: forget(connection, probe_memory_s, unidentified_window_s)
            )
        except StoreUnavailable as error:
            log.warning("nothing was forgotten: %s", error)
        await asyncio.sleep(every_s)
