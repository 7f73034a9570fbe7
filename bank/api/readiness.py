"""What a server does before it may be given work, and whether it has."""

import asyncio
import logging
from dataclasses import dataclass, field

import psycopg

from bank.api.state import Bank
from bank.keys.check import confirm_key_set
from bank.keys.file import take_up_next
from bank.pin.servers import register_server
from bank.store.errors import StoreUnavailable

log = logging.getLogger("bank.api")
RETRY_S = 0.5


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
                self.prepared.set()
            except (StoreUnavailable, psycopg.Error) as error:
                log.warning("not ready yet: %s", error)
                await asyncio.sleep(RETRY_S)
