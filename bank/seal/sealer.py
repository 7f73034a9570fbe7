"""Each server's loop: whoever finds the lock free seals; every server publishes what it learns.

The statement returns when its commit is acknowledged, so a head is never published before its
entries are as safe as the database makes them.
"""

import asyncio
import logging
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg

from bank.keys import KeySet
from bank.seal.heads import BadHead, Head, last_published, publish, sign_head
from bank.store.errors import StoreUnavailable
from bank.store.pool import Connection, Pool

log = logging.getLogger("bank.seal")

EVERY_S: Final = 0.25
FILE_EVERY_S: Final = 1.0
"""Replies carry every head; the file gets the newest one a second, or it would grow too fast."""
ALARM_MS: Final = 5_000
BATCH: Final = 5_000

_SEAL: Final = 'SELECT batch, "position", head, sealed_at, lag_ms FROM ledger_seal(%s, %s)'


@dataclass
class LatestHead:
    """The newest signed head this server knows of: "" before the first."""

    record: str = ""
    lag_ms: int = 0


async def seal(connection: Connection, known_batch: int) -> tuple[Head | None, int]:
    """Seal what is complete; return the newest head and the oldest unsealed entry's age in ms.

    The head is None where there is no chain yet. Errors: psycopg.Error.
    """
    cursor = await connection.execute(_SEAL, [known_batch, BATCH])
    row = await cursor.fetchone()
    if row is None or row[2] is None:
        return None, 0
    batch, position, digest, sealed_at, lag_ms = row
    return Head(batch, position, bytes(digest), sealed_at), lag_ms


async def seal_from_time_to_time(
    pool: Pool, keys: KeySet, latest: LatestHead, file: Path | None, every_s: float = EVERY_S
) -> None:
    """Seal and publish until cancelled; a database that is away is looked for again."""
    sealer = _Sealer(pool, keys, latest, file)
    await sealer.remember()
    try:
        while True:
            if not await sealer.turn():
                await asyncio.sleep(every_s)
    finally:
        sealer.write()


class _Sealer:
    def __init__(self, pool: Pool, keys: KeySet, latest: LatestHead, file: Path | None) -> None:
        self._pool, self._keys, self._latest, self._file = pool, keys, latest, file
        self._known = 0
        self._before: Head | None = None
        self._unwritten: tuple[int, str] | None = None
        self._written_at = 0.0

    async def remember(self) -> None:
        """Look what this server published in an earlier life."""
        if self._file is None:
            return
        key = self._keys.record_key.public_key()
        try:
            self._before = await asyncio.to_thread(last_published, self._file, key)
        except (OSError, BadHead) as error:
            log.error("the published heads in %s cannot be read: %s", self._file, error)

    async def turn(self) -> bool:
        """Do one round; True if there is more to seal at once."""
        try:
            head, lag_ms = await self._pool.run(lambda connection: seal(connection, self._known))
        except (StoreUnavailable, psycopg.Error) as error:
            log.warning("nothing was sealed: %s", error)
            return False
        if lag_ms > ALARM_MS >= self._latest.lag_ms:
            log.warning("an entry has not been sealed for %d ms", lag_ms)
        self._latest.lag_ms = lag_ms
        more = False
        if head is not None and head.batch > self._known:
            self._compare(head)
            self._known = head.batch
            self._latest.record = sign_head(self._keys, head)
            self._unwritten = head.position, self._latest.record
            more = lag_ms > 1000 * EVERY_S
        if self._unwritten is not None and time.monotonic() - self._written_at >= FILE_EVERY_S:
            await asyncio.to_thread(self.write)
        return more

    def write(self) -> None:
        """Publish the newest head in the file, if it is not there yet."""
        if self._unwritten is None or self._file is None:
            return
        try:
            publish(self._file, *self._unwritten)
        except OSError as error:
            log.error("no head can be published in %s: %s", self._file, error)
        else:
            self._unwritten = None
        self._written_at = time.monotonic()

    def _compare(self, head: Head) -> None:
        before, self._before = self._before, None
        if before is None or head.position > before.position:
            return
        if head.position < before.position or head.hash != before.hash:
            log.error(
                "the chain ends at entry %d, but this server published a head at %d: run"
                " `bank verify` before anything else",
                head.position,
                before.position,
            )
