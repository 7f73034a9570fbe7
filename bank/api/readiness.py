"""What a server does before it may be given work, and whether it has."""

import asyncio
import logging
import time
from dataclasses import dataclass, field

import anyio.to_thread
import psycopg

from bank.api.state import Bank
from bank.keys.check import confirm_key_set
from bank.keys.file import take_up_next
from bank.pin.servers import register_server
from bank.store.errors import StoreUnavailable
from bank.store.pool import Connection, Pool
from biometrics.matching.compiled import is_kept
from biometrics.matching.prepare import load

log = logging.getLogger("bank.api")
RETRY_S = 0.5
ASK_DEADLINE_S = 1.5
ASKED_FOR_S = 0.5
"""How long an answer of the database about itself is passed on: however many ask, it is asked
twice a second at most."""
BEFORE_LOADING_S = 2.0
"""Loading the matcher takes half a second of processor; what starts beside the server goes first.
A finger that comes sooner loads it at once."""


class Writable:
    """Whether the database takes writes, as it said a moment ago."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._asking: asyncio.Task[bool] | None = None
        self._until_s = 0.0

    async def ask(self) -> bool:
        """Return what it says, asking it if nobody has within `ASKED_FOR_S`."""
        if self._asking is None or (self._asking.done() and time.monotonic() >= self._until_s):
            self._asking = asyncio.create_task(self._ask())
        return await asyncio.shield(self._asking)

    async def _ask(self) -> bool:
        async def ask(connection: Connection) -> bool:
            cursor = await connection.execute("SELECT pg_is_in_recovery()")
            row = await cursor.fetchone()
            return row is not None and row[0] is False

        try:
            return await self._pool.run(ask, deadline_s=ASK_DEADLINE_S)
        except StoreUnavailable:
            return False
        finally:
            self._until_s = time.monotonic() + ASKED_FOR_S


@dataclass
class Readiness:
    """One server's state between its start and its end."""

    keys_confirmed: bool | None = None
    """None until the database was asked."""
    prepared: asyncio.Event = field(default_factory=asyncio.Event)
    stopping: bool = False

    async def prepare(self, bank: Bank) -> None:
        """Confirm the keys, join the list of servers and load the gallery; until it succeeds."""
        while not self.prepared.is_set():
            try:
                self.keys_confirmed = await confirm_key_set(bank.pool, bank.keys, bank.server)
                if self.keys_confirmed:
                    if bank.keys_folder is not None:
                        take_up_next(bank.keys_folder, bank.keys)
                    await register_server(bank.pool, bank.server, bank.certificate_sha256)
                    await bank.gallery.refresh(bank.pool, bank.keys)
                if not is_kept():
                    # Set-up left no compiled matcher: nobody shall wait for a compiler.
                    await anyio.to_thread.run_sync(load, abandon_on_cancel=True)
                self.prepared.set()
            except (StoreUnavailable, psycopg.Error) as error:
                log.warning("not ready yet: %s", error)
                await asyncio.sleep(RETRY_S)
        await asyncio.sleep(BEFORE_LOADING_S)
        await anyio.to_thread.run_sync(load, abandon_on_cancel=True)
        await anyio.to_thread.run_sync(bank.gallery.fingers.prepare, abandon_on_cancel=True)
